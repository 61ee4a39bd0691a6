"""How full a course date is on each of its days (spec COU-11).

A place is taken by whoever is enrolled on the day, units of a package among them, and by guests
who make up another day. Drafts and offers reserve nothing.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from kutego.db import db
from kutego.models import (
    Contract,
    ContractPause,
    ContractState,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    MakeUpState,
)
from kutego.periods import DAY

SOON = 14 * DAY  # so long before a course begins it is told that too few will come


class Fullest(NamedTuple):
    """The day of a span with the most places taken."""

    on: date
    taken: int


def taken_places(course_date: CourseDate, on: date) -> int:
    """How many places are taken on the day `on`."""
    return fullest_day(course_date, on, on).taken


def fullest_day(course_date: CourseDate, first: date, last: date | None) -> Fullest:
    """The fullest of the first day and all planned days up to `last` (None: open), in one go."""
    days = _days(course_date, first, last)
    taken = (_enrolled(course_date, days.c.on) + _guests(course_date, days.c.on)).label("taken")
    query = select(days.c.on, taken).order_by(taken.desc(), days.c.on).limit(1)
    return Fullest(*db.session.execute(query).one())


def covers(on: Any) -> ColumnElement[bool]:
    """The condition for enrolments with a place on the day `on`, a date or a column.

    A contract that renews itself keeps its place beyond what is billed so far, unless it went on
    to another course date; one that rests keeps it where that was agreed (spec CON-13, 17).
    """
    renews = (
        select(Contract.id)
        .where(
            Contract.state.in_([ContractState.ACTIVE, ContractState.TERMINATED]),
            Contract.terminated_to.is_(None) | (Contract.terminated_to >= on),
        )
        .correlate_except(Contract)
    )
    later = aliased(Enrolment)
    moved_on = select(later.id).where(later.moved_from_id == Enrolment.id)
    return (
        (Enrolment.state == EnrolmentState.ACTIVE)
        & (Enrolment.starts_on <= on)
        & or_(
            Enrolment.ends_on.is_(None),
            Enrolment.ends_on >= on,
            Enrolment.contract_id.in_(renews) & ~moved_on.correlate_except(later).exists(),
        )
        & ~pauses(on, given_up=True)
    )


def pauses(on: Any, *, given_up: bool = False) -> ColumnElement[bool]:
    """The condition for enrolments whose contract pauses on a day; with the place `given_up`."""
    rests = select(ContractPause.id).where(
        ContractPause.contract_id == Enrolment.contract_id,
        ContractPause.withdrawn_at.is_(None),
        ContractPause.first <= on,
        ContractPause.last >= on,
    )
    if given_up:
        rests = rests.where(~ContractPause.keeps_place)
    return rests.correlate_except(ContractPause).exists()


def below_minimum(on: date) -> ColumnElement[bool]:
    """The condition for courses that begin within `SOON` and do not have enough people yet."""
    enrolled = (
        select(func.count(Enrolment.id))
        .where(Enrolment.course_date_id == CourseDate.id, covers(CourseDate.starts_on))
        .correlate(CourseDate)
        .scalar_subquery()
    )
    return (
        (CourseDate.state == CourseState.PUBLISHED)
        & CourseDate.capacity_min.is_not(None)
        & CourseDate.starts_on.between(on, on + SOON)
        & (enrolled < CourseDate.capacity_min)
    )


# --- parts ------------------------------------------------------------------------------------


def _days(course_date: CourseDate, first: date, last: date | None) -> Subquery:
    planned = select(CourseDay.on).where(
        CourseDay.course_date_id == course_date.id,
        CourseDay.state == CourseDayState.PLANNED,
        CourseDay.on > first,
    )
    if last is not None:
        planned = planned.where(CourseDay.on <= last)
    return union_all(select(literal(first, Date).label("on")), planned).subquery()


def _enrolled(course_date: CourseDate, on: Any) -> Any:
    query = select(func.count(Enrolment.id)).where(
        Enrolment.course_date_id == course_date.id, covers(on)
    )
    return query.scalar_subquery()


def _guests(course_date: CourseDate, on: Any) -> Any:
    query = (
        select(func.count(MakeUpClaim.id))
        .join(CourseDay, CourseDay.id == MakeUpClaim.used_day_id)
        .where(
            CourseDay.course_date_id == course_date.id,
            CourseDay.on == on,
            MakeUpClaim.state == MakeUpState.USED,
        )
    )
    return query.scalar_subquery()
