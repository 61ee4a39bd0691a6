"""Course days: made from the weekly times, or added one by one."""

from datetime import date, time

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseKind,
    CourseState,
    CourseTime,
    Room,
)
from kutego.operations.activity import log_activity
from kutego.operations.day_checks import check_place, check_span, check_times, refuse_cancelled
from kutego.operations.day_plan import DayPlan, absent_days, plan_days
from kutego.operations.occupancy import calendars
from kutego.periods import DAY
from kutego.texts import gettext as _
from kutego.texts import ngettext


@operation
def make_days(
    course_date: CourseDate,
    *,
    first: date,
    until: date | None = None,
    number: int | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> CourseDate:
    """Turn the weekly times into days, up to `until` or as many as `number`.

    What is taken already (code "occupied") needs a confirmation, however many days it is about.
    """
    refuse_cancelled(course_date)
    _lock_calendars(course_date)
    plan = plan_days(course_date, first=first, until=until, number=number)
    if not plan.days:
        raise DomainError(_("In dieser Zeit gibt es keinen neuen Tag: Entweder sind alle schon "
                            "angelegt, oder sie entfallen."))  # fmt: skip
    if plan.conflicts and "occupied" not in confirmed:
        raise NeedsConfirmation("occupied", _conflict_sentence(plan), tuple(plan.conflicts))
    _add_days(course_date, plan, until or plan.days[-1].on, by)
    return course_date


@operation
def top_up_days(course_date: CourseDate, *, on: date, by: Actor) -> int:
    """Make the days of a running course as far ahead as it wants; returns how many.

    Nobody is there to ask: what is in the way is counted in the history and shows in the calendar.
    """
    missing = days_missing(course_date, on)
    if missing is None:
        return 0
    _lock_calendars(course_date)
    plan = plan_days(course_date, first=missing[0], until=missing[1])
    _add_days(course_date, plan, missing[1], by)
    return len(plan.days)


def days_missing(course_date: CourseDate, on: date) -> tuple[date, date] | None:
    """From when to when a running course lacks days on the day `on`; None where it has all."""
    first = max(course_date.starts_on, on)
    if course_date.days_until is not None:
        first = max(course_date.starts_on, course_date.days_until + DAY)
    last = on + course_date.weeks_ahead * 7 * DAY
    last = min(last, course_date.ends_on) if course_date.ends_on else last
    return (first, last) if first <= last else None


def running_with_times() -> Select[CourseDate]:
    """The courses that the daily job keeps in days: running, published, with weekly times."""
    timed = select(CourseTime.id).where(CourseTime.course_date_id == CourseDate.id)
    return select(CourseDate).where(
        CourseDate.kind == CourseKind.RUNNING,
        CourseDate.state == CourseState.PUBLISHED,
        timed.exists(),
    )


def _conflict_sentence(plan: DayPlan) -> str:
    return ngettext(
        "Dabei ist etwas im Weg. Sollen die Tage trotzdem angelegt werden?",
        "Dabei ist %(count)s Mal etwas im Weg. Sollen die Tage trotzdem angelegt werden?",
        len(plan.conflicts),
    )


def _lock_calendars(course_date: CourseDate) -> None:
    """Two who want the same room or the same leader come one after the other."""
    leaders = [course_date.instructor] if course_date.instructor else []
    rooms = [course_date.room] if course_date.room else []
    lock(db.session(), calendars(leaders, rooms))


def _add_days(course_date: CourseDate, plan: DayPlan, until: date, by: Actor) -> None:
    for each in plan.days:
        day = CourseDay(
            course_date_id=course_date.id, on=each.on, planned_on=each.on,
            starts_at=each.time.starts_at, ends_at=each.time.ends_at,
            course_time_id=each.time.id, is_unled=each.is_unled,
        )  # fmt: skip
        db.session.add(day)
    course_date.days_until = max(until, course_date.days_until or until)
    if course_date.kind is CourseKind.BLOCK and plan.days:
        course_date.ends_on = max(plan.days[-1].on, course_date.ends_on or plan.days[-1].on)
    if plan.days:
        log_activity(
            course_date, "course_date.days_made", by=by, number=len(plan.days),
            first=plan.days[0].on, last=plan.days[-1].on, conflicts=len(plan.conflicts),
        )  # fmt: skip


@operation
def add_day(
    course_date: CourseDate,
    *,
    held_on: date,
    starts_at: time,
    ends_at: time,
    room: Room | None = None,
    topic: str | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> CourseDay:
    """One more day beside those of the weekly times."""
    refuse_cancelled(course_date)
    check_span(starts_at, ends_at)
    check_place(course_date, room)
    leader = course_date.instructor
    is_unled = bool(leader and held_on in absent_days(leader.id, held_on, held_on))
    day = CourseDay(
        on=held_on, starts_at=starts_at, ends_at=ends_at, room=room, topic=topic or None,
        is_unled=is_unled,
    )  # fmt: skip
    day.course_date = course_date
    db.session.add(day)
    db.session.flush()
    check_times(day, confirmed)
    log_activity(day, "course_day.added", by=by, day=held_on)
    return day


def take_out(day: CourseDay) -> bool:
    """Delete a day nothing hangs on; says whether it is gone. Joins the caller's transaction."""
    try:
        with db.session.begin_nested():
            db.session.execute(delete(CourseDay).where(CourseDay.id == day.id))
    except IntegrityError:
        return False
    db.session.expunge(day)
    return True
