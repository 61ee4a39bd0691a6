"""Locations: what must hold for their rooms, opening hours and closing times."""

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import ClosingTime, OpeningHours, Room
from kutego.operations.activity import log_activity
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _

MOST = 366  # days of one closing time


@rule_for(Room)
def check_room(room: Room, by: Actor) -> None:
    """A room holds at least one, and its name is there once in a location."""
    if room.capacity is not None and room.capacity < 1:
        raise DomainError(_("In einen Raum passt mindestens einer."))
    same = select(Room.id).where(
        Room.location_id == room.location_id, Room.name == room.name, Room.id != (room.id or 0)
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise DomainError(_("Diesen Raum gibt es an dem Standort schon."))


@rule_for(OpeningHours)
def check_hours(hours: OpeningHours, by: Actor) -> None:
    """It opens before it closes, and not twice at the same time."""
    if hours.closes_at <= hours.opens_at:
        raise DomainError(_("Das Ende liegt nicht nach dem Beginn."))
    others = select(OpeningHours.id).where(
        OpeningHours.location_id == hours.location_id,
        OpeningHours.weekday == hours.weekday,
        OpeningHours.opens_at < hours.closes_at,
        OpeningHours.closes_at > hours.opens_at,
        OpeningHours.id != (hours.id or 0),
    )
    if db.session.scalar(others.limit(1)) is not None:
        raise DomainError(_("Diese Zeit überschneidet sich mit einer anderen an dem Tag."))


@rule_for(ClosingTime)
def check_closing(closing: ClosingTime, by: Actor) -> None:
    """It ends after it has begun, and within a year."""
    if closing.ends_on < closing.starts_on:
        raise DomainError(_("Der letzte Tag liegt vor dem ersten."))
    if (closing.ends_on - closing.starts_on).days > MOST:
        raise DomainError(_("Bitte höchstens ein Jahr auf einmal schließen."))


@operation
def remove_hours(hours: OpeningHours, *, by: Actor) -> None:
    """The location is not open at that time any more."""
    log_activity(hours.location, "location.hours_removed", by=by, hours=str(hours))
    db.session.delete(hours)


@operation
def remove_closing(closing: ClosingTime, *, by: Actor) -> None:
    """The location is open after all. Days that were left out stay out until they are made."""
    log_activity(
        closing, "closing_time.removed", by=by, title=closing.title,
        first=closing.starts_on, last=closing.ends_on,
    )  # fmt: skip
    db.session.delete(closing)
