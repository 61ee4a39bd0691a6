"""Weekly times of a course date: what must hold for one, and taking one out again."""

from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import CourseDay, CourseDayState, CourseTime
from kutego.operations.activity import log_activity
from kutego.operations.course_days import take_out
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _


@rule_for(CourseTime)
def check_time(course_time: CourseTime, by: Actor) -> None:
    """It ends after it has begun, and is there once."""
    if course_time.ends_at <= course_time.starts_at:
        raise DomainError(_("Das Ende liegt nicht nach dem Beginn."))
    if not 1 <= (course_time.interval_weeks or 1) <= 12:
        raise DomainError(_("Der Abstand ist 1 bis 12 Wochen."))
    others = select(CourseTime.id).where(
        CourseTime.course_date_id == course_time.course_date_id,
        CourseTime.weekday == course_time.weekday,
        CourseTime.starts_at == course_time.starts_at,
        CourseTime.id != (course_time.id or 0),
    )
    if db.session.scalar(others.limit(1)) is not None:
        raise DomainError(_("Diese Zeit gibt es bei dem Kurs schon."))


@operation
def remove_time(
    course_time: CourseTime, *, days_from: date | None = None, on: date, by: Actor
) -> None:
    """Make no more days of a weekly time, and take out its days from `days_from` on.

    Days that were moved, called off, or that anything hangs on stay.
    """
    removed = 0
    for day in days_of_time(course_time, days_from) if days_from else []:
        removed += take_out(day)
    log_activity(
        course_time.course_date, "course_date.time_removed", by=by, time=str(course_time),
        days=removed,
    )  # fmt: skip
    db.session.delete(course_time)


def days_of_time(course_time: CourseTime, first: date) -> list[CourseDay]:
    """The days of a weekly time from `first` on that are still where it put them."""
    days = select(CourseDay).where(
        CourseDay.course_time_id == course_time.id,
        CourseDay.on >= first,
        CourseDay.on == CourseDay.planned_on,
        CourseDay.state == CourseDayState.PLANNED,
    )
    return list(db.session.scalars(days.order_by(CourseDay.on)))
