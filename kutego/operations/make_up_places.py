"""Which days have a place for a guest, who is a guest there, and who could be."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseDayState,
    Enrolment,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    MakeUpStatus,
    Participant,
    make_up_status_is,
)
from kutego.operations.places import covers

OLDEST_FIRST = (MakeUpClaim.expires_on, MakeUpClaim.missed_on, MakeUpClaim.id)


def guests_of(course_day: CourseDay) -> Select[MakeUpClaim]:
    """The claims that are spent on a day: who comes as a guest."""
    return (
        select(MakeUpClaim)
        .where(MakeUpClaim.used_day_id == course_day.id)
        .order_by(MakeUpClaim.used_at, MakeUpClaim.id)
    )


def free_places(course_day: CourseDay) -> int | None:
    """How many guests a day can still take; None where nobody counts. May be negative."""
    query = select(free_of_day()).select_from(CourseDay).join(CourseDay.course_date)
    return db.session.scalar(query.where(CourseDay.id == course_day.id))


def free_of_day() -> ColumnElement[int | None]:
    """The free places of a day, for a query that joins CourseDay with CourseDate.

    Who signed off from the day to make it up frees the place for that day (spec COU-06, 11).
    """
    enrolled = select(func.count(Enrolment.id)).where(
        Enrolment.course_date_id == CourseDay.course_date_id, covers(CourseDay.on)
    )
    guests = select(func.count(MakeUpClaim.id)).where(
        MakeUpClaim.used_day_id == CourseDay.id, MakeUpClaim.state == MakeUpState.USED
    )
    freed = select(func.count(MakeUpClaim.id)).where(
        MakeUpClaim.origin_day_id == CourseDay.id,
        MakeUpClaim.reason == MakeUpReason.SIGNED_OFF,
        MakeUpClaim.state != MakeUpState.RESET,
    )
    counts = [
        query.correlate(CourseDay, CourseDate).scalar_subquery()
        for query in (enrolled, guests, freed)
    ]
    return CourseDate.capacity - counts[0] - counts[1] + counts[2]


def claims_around(course_day: CourseDay, on: date, holders: Collection[int]) -> Select[MakeUpClaim]:
    """Guests of a day, then candidates for it: of nobody who holds a place on it."""
    is_guest = MakeUpClaim.used_day_id == course_day.id
    could_come = _could_come(course_day, on) & MakeUpClaim.participant_id.not_in(holders)
    return (
        select(MakeUpClaim)
        .where(or_(is_guest, could_come))
        .order_by(MakeUpClaim.used_at.is_(None), MakeUpClaim.used_at, *OLDEST_FIRST)
    )


def candidates_for(course_day: CourseDay, on: date) -> Select[MakeUpClaim]:
    """The open claims that fit a day, the oldest first, of whoever has no place on it (COU-08)."""
    there = select(Enrolment.participant_id).where(
        Enrolment.course_date_id == course_day.course_date_id, covers(course_day.on)
    )
    fits = _could_come(course_day, on), MakeUpClaim.participant_id.not_in(there)
    return select(MakeUpClaim).where(*fits).order_by(*OLDEST_FIRST)


def level_fits(claim: MakeUpClaim, course_date: CourseDate) -> bool:
    """Whether somebody is at the level of a course, or comes from a course of that level."""
    if course_date.level is None or course_date.id == claim.course_date_id:
        return True
    has = (claim.participant.level, claim.course_date.level)
    return course_date.level.lower() in [level.lower() for level in has if level]


def days_for(claim: MakeUpClaim, on: date) -> Select[CourseDay]:
    """The days on which a claim can still be spent, by date; other levels are asked about."""
    origin = claim.course_date
    alike = CourseDate.id == origin.id
    if origin.category_id is not None:
        alike = or_(alike, CourseDate.category_id == origin.category_id)
    return (
        select(CourseDay)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            alike,
            CourseDay.state == CourseDayState.PLANNED,
            CourseDay.on.between(on, claim.expires_on),
            CourseDay.id != (claim.origin_day_id or 0),
            CourseDay.id != (claim.used_day_id or 0),
        )
        .order_by(CourseDay.on, CourseDay.starts_at, CourseDay.id)
    )


# --- parts ------------------------------------------------------------------------------------


def _could_come(course_day: CourseDay, on: date) -> ColumnElement[bool]:
    return and_(
        make_up_status_is(MakeUpStatus.OPEN, on),
        MakeUpClaim.expires_on >= course_day.on,
        or_(MakeUpClaim.origin_day_id.is_(None), MakeUpClaim.origin_day_id != course_day.id),
        _fits(course_day.course_date),
    )


def _fits(course_date: CourseDate) -> ColumnElement[bool]:
    """Claims from the course itself, or from its category and for its level (spec COU-14)."""
    same = MakeUpClaim.course_date_id == course_date.id
    if course_date.category_id is None:
        return same
    origin = CourseDate.category_id == course_date.category_id
    alike = MakeUpClaim.course_date_id.in_(select(CourseDate.id).where(origin))
    if course_date.level is None:
        return or_(same, alike)
    level = func.lower(course_date.level)
    from_there = select(CourseDate.id).where(func.lower(CourseDate.level) == level)
    is_there = select(Participant.id).where(func.lower(Participant.level) == level)
    of_level = or_(
        MakeUpClaim.course_date_id.in_(from_there), MakeUpClaim.participant_id.in_(is_there)
    )
    return or_(same, alike & of_level)
