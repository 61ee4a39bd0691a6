"""One appointment as a calendar file (iCalendar, RFC 5545), to be added or taken out by a click.

A later file with the same `uid` and a higher `sequence` takes the place of the earlier one.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Entry:
    """What stands in the calendar."""

    uid: str
    sequence: int
    begins_at: datetime
    ends_at: datetime
    title: str
    place: str | None = None
    text: str | None = None
    is_cancelled: bool = False

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """The entry that `kept` was made from."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("begins_at", "ends_at")}
        return cls(**kept | times)

    def kept(self) -> dict[str, Any]:
        """As it lies in the database."""
        times = {"begins_at": self.begins_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return asdict(self) | times


def invitation(entry: Entry, *, stamp: datetime) -> bytes:
    """The file of one entry, the same for the same `stamp`. It says when, and asks nothing back."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kutego//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.is_cancelled else "PUBLISH")
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.begins_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
