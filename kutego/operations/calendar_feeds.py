"""Calendar feeds: set up, given a new address, ended; and what stands in one (spec COU, ADM)."""

import secrets
from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import CalendarFeed, Employee, Location, Room, company
from kutego.models.calendar_entries import CalendarEntry, Wish, calendar_entries
from kutego.operations.activity import log_activity
from kutego.periods import DAY
from kutego.texts import gettext as _

BACK, AHEAD = 60 * DAY, 400 * DAY


@operation
def open_feed(
    *, location: Location | None = None, room: Room | None = None, on: date, by: Actor
) -> CalendarFeed:
    """An address for a location, for a room, or for what whoever asks leads."""
    if location is not None and room is not None:
        raise DomainError(_("Bitte entweder einen Standort oder einen Raum wählen."))
    mine = by.employee_id if location is None and room is None else None
    if location is None and room is None and mine is None:
        raise DomainError(_("Bitte einen Standort oder einen Raum wählen."))
    there = select(CalendarFeed).where(
        CalendarFeed.employee_id == mine if mine else CalendarFeed.employee_id.is_(None),
        CalendarFeed.location_id == (location.id if location else None),
        CalendarFeed.room_id == (room.id if room else None),
    )
    if db.session.scalar(there) is not None:
        raise DomainError(_("Dieses Kalender-Abo gibt es schon. Seine Adresse steht in der Liste."))
    feed = CalendarFeed(
        employee_id=mine, location=location, room=room, token=secrets.token_urlsafe(32),
        created_at=clock.now(), created_by=by.name,
    )  # fmt: skip
    db.session.add(feed)
    log_activity(feed, "calendar_feed.opened", by=by)
    return feed


@operation
def renew_feed(feed: CalendarFeed, *, on: date, by: Actor) -> None:
    """A new address; whoever has the old one reads nothing any more."""
    feed.token = secrets.token_urlsafe(32)
    log_activity(feed, "calendar_feed.renewed", by=by)


@operation
def close_feed(feed: CalendarFeed, *, on: date, by: Actor) -> None:
    """Nobody reads it any more."""
    log_activity(feed, "calendar_feed.closed", by=by)
    db.session.delete(feed)


def entries_of(feed: CalendarFeed, on: date) -> list[CalendarEntry]:
    """What stands in a feed on a day: two months back and a year ahead; no drafts."""
    wish = Wish(
        on - BACK, on + AHEAD,
        location_id=feed.location_id, room_id=feed.room_id, leader_id=feed.employee_id,
    )  # fmt: skip
    return [entry for entry in calendar_entries(wish) if not entry.is_draft]


def is_live(feed: CalendarFeed) -> bool:
    """Whether it may be read: not that of somebody who works here no more."""
    owner: Employee | None = feed.employee
    return owner is None or owner.is_active


def name_of(feed: CalendarFeed) -> str:
    """What the calendar is called where it is read."""
    return f"{company().name}: {feed}"
