"""The days of the calendar and what stands on each."""

from dataclasses import dataclass, field
from datetime import date

from kutego.models.calendar_entries import CalendarEntry
from kutego.periods import DAY
from kutego.views.office.calendar_links import entry_url

SHOWN = 4  # entries of a day in the month; the others behind "weitere"
TONES = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place: quarters from the top of the grid, and its lane."""

    entry: CalendarEntry
    url: str | None
    row: int = 0
    rows: int = 2
    lane: int = 1
    wide: int = 1  # lanes that it takes, as nothing stands beside it

    @property
    def tone(self) -> int:
        """Its colour; the words say the same."""
        return self.entry.group % TONES

    @property
    def clock(self) -> str:
        """`16:00`, or `16:00–17:00`."""
        entry = self.entry
        if entry.begins is None:
            return ""
        return f"{entry.begins:%H:%M}" + (f"–{entry.ends:%H:%M}" if entry.ends else "")

    @property
    def place(self) -> str:
        """Room or location, and who leads."""
        entry = self.entry
        return " · ".join(filter(None, (entry.room or entry.location, entry.leader)))


@dataclass
class CalendarDay:
    """One day with all that is on."""

    on: date
    entries: list[Placed] = field(default_factory=list)
    timed: list[Placed] = field(default_factory=list)
    lanes: int = 1
    crowded: int = 0  # entries for which the grid has no lane left
    unread: int = 0  # course days that the database has counted and not given
    notes: list[str] = field(default_factory=list)  # holiday, closing time

    @property
    def whole(self) -> list[Placed]:
        """What has no time."""
        return [placed for placed in self.entries if placed.entry.begins is None]

    @property
    def first_few(self) -> list[Placed]:
        """What a cell of the month shows."""
        return self.entries[: SHOWN if self.number <= SHOWN else SHOWN - 1]

    @property
    def more(self) -> int:
        """How many the cell leaves out."""
        return self.number - len(self.first_few)

    @property
    def number(self) -> int:
        """How much is on."""
        return len(self.entries) + self.unread


def days_between(
    first: date, last: date, entries: list[CalendarEntry], notes: dict[date, list[str]]
) -> list[CalendarDay]:
    """Every day of the span in its order."""
    days = {first + i * DAY: CalendarDay(first + i * DAY) for i in range((last - first).days + 1)}
    for day, told in notes.items():
        days[day].notes = told
    for entry in entries:
        url, on = entry_url(entry), entry.on
        while on <= min(entry.ends_on or entry.on, last):
            if on in days:
                days[on].entries.append(Placed(entry, url))
            on += DAY
    for each in days.values():
        counted = [placed.entry for placed in each.entries if placed.entry.of_day]
        each.unread = counted[0].of_day - len(counted) if counted else 0
    return list(days.values())
