"""Free times as somebody lists them: one a line, or in a calendar file as the states publish it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar

from kutego.errors import DomainError
from kutego.texts import gettext as _

MOST = 100  # at once
LARGEST = 1024 * 1024  # bytes of a calendar file
LONGEST = 366  # days of one
LINE = re.compile(
    r"^(?P<title>.*?)[\s:,;]*(?P<first>\d{1,2}\.\d{1,2}\.\d{4})"
    r"(?:\s*(?:bis|[-–—])\s*(?P<last>\d{1,2}\.\d{1,2}\.\d{4}))?\s*$"
)


@dataclass(frozen=True)
class FreeTime:
    """So many days in a row, with their name."""

    title: str
    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.title}: {self.first:%d.%m.%Y}"
        return f"{self.title}: {self.first:%d.%m.%Y} – {self.last:%d.%m.%Y}"


def listed(text: str) -> list[FreeTime]:
    """The free times of a text, one a line: `Herbstferien: 12.10.2026 – 24.10.2026`.

    Raises `DomainError` with the line that cannot be read.
    """
    found = [
        _read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()
    ]
    if not found:
        raise DomainError(_("Bitte mindestens einen Zeitraum eingeben."))
    if len(found) > MOST:
        raise DomainError(_("Bitte höchstens %(most)s Zeiträume auf einmal.", most=MOST))
    return list(dict.fromkeys(found))


def of_calendar(content: bytes, since: date) -> list[FreeTime]:
    """The events of a calendar file (RFC 5545) that are not over on the day `since`."""
    if len(content) > LARGEST:
        raise DomainError(_("Die Datei ist größer als 1 MB. Bitte nur die Ferien herunterladen."))
    try:
        events = Calendar.from_ical(content).walk("VEVENT")
        found = [_event(event) for event in events]
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise DomainError(
            _("Das ist keine Kalenderdatei, die sich lesen lässt. Sie endet auf .ics; Sie finden "
              "sie zum Beispiel auf den Seiten des Kultusministeriums.")
        ) from error  # fmt: skip
    coming = [each for each in found if each.last >= since]
    if not coming:
        raise DomainError(_("In der Datei steht kein Zeitraum, der noch bevorsteht."))
    return sorted(set(coming), key=lambda each: (each.first, each.title))


# --- parts ------------------------------------------------------------------------------------


def _read(number: int, line: str) -> FreeTime:
    parts = LINE.match(line.strip())
    try:
        if parts is None or not parts["title"]:
            raise ValueError(line)
        first = _day(parts["first"])
        last = _day(parts["last"]) if parts["last"] else first
    except ValueError as error:
        raise DomainError(
            _("Zeile %(number)s ist nicht zu lesen. Bitte so: „Herbstferien: 12.10.2026 – "
              "24.10.2026“.", number=number)
        ) from error  # fmt: skip
    title = parts["title"][:100]
    if last < first:
        raise DomainError(
            _("Zeile %(number)s: Der letzte Tag liegt vor dem ersten.", number=number)
        )
    if (last - first).days > LONGEST:
        raise DomainError(_("Zeile %(number)s: Bitte höchstens ein Jahr.", number=number))
    return FreeTime(title, first, last)


def _day(text: str) -> date:
    day, month, year = (int(part) for part in text.split("."))
    return date(year, month, day)


def _event(event) -> FreeTime:  # type: ignore[no-untyped-def]  # icalendar has no types
    """The days of an event; the end of a calendar event is the first day after it."""
    first, end = event.start, event.end
    ends_at_midnight = not isinstance(end, datetime) or end.time() == datetime.min.time()
    last = (end - timedelta(days=1)) if ends_at_midnight and end > first else end
    first, last = (d.date() if isinstance(d, datetime) else d for d in (first, last))
    title = " ".join(str(event.get("summary") or _("Frei")).split())[:100]
    return FreeTime(title, first, last)
