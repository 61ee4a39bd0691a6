"""What takes place as an iCalendar file (RFC 5545), for the calendars of phones and others."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from kutego.models.calendar_entries import CalendarEntry, EntryKind
from kutego.texts import gettext as _

REFRESH = timedelta(minutes=30)  # how often a calendar is asked to look again


def calendar_file(
    name: str, entries: Iterable[CalendarEntry], *, zone: ZoneInfo, stamp: datetime
) -> bytes:
    """The entries without the name of any participant. The same entries make the same bytes.

    `stamp` is when the feed was set up. What was called off stays in it, marked as such, so that
    calendars that have it already strike it out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Kutego//Kutego//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT30M")
    for entry in entries:
        calendar.add_component(_event(entry, zone, stamp))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry, zone: ZoneInfo, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind.value}-{entry.id}@kutego")
    event.add("dtstamp", stamp)
    event.add("sequence", entry.sequence)
    event.add("summary", _summary(entry))
    if entry.begins is None:
        event.add("dtstart", entry.on)
    else:
        begins = datetime.combine(entry.on, entry.begins, zone)
        event.add("dtstart", begins)
        event.add("dtend", _end(entry, begins, zone))
    if place := ", ".join(filter(None, (entry.room, entry.location))):
        event.add("location", place)
    if told := _description(entry):
        event.add("description", told)
    status = "TENTATIVE" if entry.is_draft else "CONFIRMED"
    event.add("status", "CANCELLED" if entry.is_cancelled else status)
    return event


def _end(entry: CalendarEntry, begins: datetime, zone: ZoneInfo) -> datetime:
    """When it ends on the wall; after an hour where nobody said, past midnight where it must."""
    if entry.ends is None:
        return begins + timedelta(hours=1)
    last = entry.ends_on or entry.on
    if entry.ends_on is None and entry.begins and entry.ends <= entry.begins:
        last += timedelta(days=1)
    return datetime.combine(last, entry.ends or time.min, zone)


def _summary(entry: CalendarEntry) -> str:
    if entry.kind is EntryKind.COURSE:
        return entry.title
    return f"{entry.kind.label}: {entry.title}"


def _description(entry: CalendarEntry) -> str:
    lines = [
        entry.topic and _("Thema: %(topic)s", topic=entry.topic),
        entry.leader and _("Kursleitung: %(name)s", name=entry.leader),
    ]
    return "\n".join(filter(None, lines))
