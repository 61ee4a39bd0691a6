"""How many places a course date has for whoever waits, and how many are kept for somebody."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from kutego import clock
from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseState,
    Offer,
    OfferState,
    WaitlistEntry,
    WaitlistState,
    WaitlistStatus,
    still_waiting,
    waitlist_status_is,
)
from kutego.operations.places import fullest_day


def free_for(entry: WaitlistEntry, on: date) -> int | None:
    """The places that somebody on the list could have, from the day they wish; None: any number.

    What is kept for others is taken. May be negative.
    """
    course_date = entry.course_date
    if course_date.capacity is None:
        return None
    taken = fullest_day(course_date, starts_for(entry, on), course_date.ends_on).taken
    return course_date.capacity - taken - kept_places(course_date, but=entry)


def has_place(entry: WaitlistEntry, on: date) -> bool:
    """Whether there is a place to give."""
    free = free_for(entry, on)
    return free is None or free > 0


def is_full(course_date: CourseDate, on: date) -> bool:
    """Whether somebody who came today would find no place, those kept for others included."""
    if course_date.capacity is None:
        return False
    taken = fullest_day(course_date, max(on, course_date.starts_on), course_date.ends_on).taken
    return taken + kept_places(course_date) >= course_date.capacity


def takes_place(course_date: CourseDate, on: date) -> bool:
    """Whether there are still days to come."""
    is_over = course_date.ends_on is not None and course_date.ends_on < on
    return course_date.state is not CourseState.CANCELLED and not is_over


def starts_for(entry: WaitlistEntry, on: date) -> date:
    """From when the place would be: as wished, not before today or the course."""
    return max(on, entry.course_date.starts_on, entry.wished_from or on)


def kept_places(course_date: CourseDate, but: WaitlistEntry | None = None) -> int:
    """How many places are kept for people who were offered one and can still answer."""
    query = select(func.count()).where(
        WaitlistEntry.course_date_id == course_date.id, is_kept(clock.now())
    )
    if but is not None and but.id is not None:
        query = query.where(WaitlistEntry.id != but.id)
    return db.session.scalar(query) or 0


def is_kept(now: datetime) -> ColumnElement[bool]:
    """The condition for entries with a place kept: offered in time, the offer still open."""
    answerable = exists().where(Offer.id == WaitlistEntry.offer_id, Offer.state == OfferState.OPEN)
    return waitlist_status_is(WaitlistStatus.OFFERED, now) & answerable


def waiting_in(course_date: CourseDate) -> Select[WaitlistEntry]:
    """Who waits, in their order."""
    return (
        select(WaitlistEntry)
        .where(
            WaitlistEntry.course_date_id == course_date.id,
            WaitlistEntry.state == WaitlistState.WAITING,
        )
        .order_by(WaitlistEntry.place, WaitlistEntry.id)
    )


def others_of(entry: WaitlistEntry) -> list[WaitlistEntry]:
    """Who else of the same customer waits for the same course: brothers and sisters."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.customer_id == entry.customer_id,
        WaitlistEntry.course_date_id == entry.course_date_id,
        WaitlistEntry.id != entry.id,
        still_waiting(clock.now()),
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.place, WaitlistEntry.id)))
