"""A course date again: a copy, or the follow-up course of a series (spec COU-04)."""

from datetime import date

from sqlalchemy import func, inspect, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    CourseState,
    CourseTime,
)
from kutego.operations.activity import log_activity
from kutego.operations.course_days import make_days
from kutego.operations.day_plan import plan_days
from kutego.operations.mailing_rules import copy_rules
from kutego.periods import DAY
from kutego.texts import gettext as _

ITS_OWN = {  # what a copy does not take over
    "id", "revision", "title", "state", "starts_on", "ends_on", "published_at", "days_until",
    "follow_up_id",
}  # fmt: skip


@operation
def copy_course(
    course_date: CourseDate,
    *,
    title: str,
    starts_on: date,
    with_days: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> CourseDate:
    """A draft with the same instructor, location, prices and settings, and as many days.

    Days follow the weekly times from the new start; without any they keep their distance to it.
    """
    mapper = inspect(CourseDate)
    kept = {c.key: getattr(course_date, c.key) for c in mapper.column_attrs if c.key not in ITS_OWN}
    copy = CourseDate(title=title, starts_on=starts_on, state=CourseState.DRAFT, **kept)
    copy.times = [
        CourseTime(weekday=t.weekday, starts_at=t.starts_at, ends_at=t.ends_at,
                   interval_weeks=t.interval_weeks)
        for t in course_date.times
    ]  # fmt: skip
    db.session.add(copy)
    db.session.flush()
    copy_rules(course_date, copy, by)
    log_activity(copy, "course_date.copied", by=by, source=course_date.title)
    if with_days:
        _copy_days(course_date, copy, confirmed, on, by)
    elif course_date.ends_on is not None:
        copy.ends_on = starts_on + (course_date.ends_on - course_date.starts_on)
    return copy


@operation
def create_follow_up(
    course_date: CourseDate,
    *,
    title: str,
    starts_on: date,
    with_days: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> CourseDate:
    """The next course of a series: a copy that this course leads to."""
    if course_date.follow_up is not None:
        raise DomainError(
            _("Der Folgekurs ist schon angelegt: „%(course)s“.", course=course_date.follow_up)
        )
    if starts_on <= course_date.starts_on:
        raise DomainError(_("Der Folgekurs beginnt nach diesem Kurs."))
    copy = copy_course(
        course_date, title=title, starts_on=starts_on, with_days=with_days, confirmed=confirmed,
        on=on, by=by,
    )  # fmt: skip
    course_date.follow_up = copy
    course_date.revision += 1
    log_activity(course_date, "course_date.followed", by=by, next=copy.title)
    return copy


def next_start(course_date: CourseDate) -> date:
    """The day after a course on which its weekly rhythm goes on."""
    last = db.session.scalar(
        select(func.max(CourseDay.on)).where(CourseDay.course_date_id == course_date.id)
    )
    last = max(filter(None, (last, course_date.ends_on, course_date.starts_on)))
    weeks = (last - course_date.starts_on).days // 7 + 1
    return course_date.starts_on + 7 * weeks * DAY


def _copy_days(
    course_date: CourseDate, copy: CourseDate, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """As many days as before, where the copy's weekly times put them; else at the same distance."""
    days = [day for day in course_date.days if day.state is CourseDayState.PLANNED]
    if copy.times and copy.kind is CourseKind.RUNNING:
        return  # the daily job makes them as soon as the course is published
    if copy.times and days:
        make_days(copy, first=copy.starts_on, number=len(days), confirmed=confirmed, on=on, by=by)
        return
    for day in days:
        moved = CourseDay(
            course_date_id=copy.id, on=copy.starts_on + (day.on - course_date.starts_on),
            starts_at=day.starts_at, ends_at=day.ends_at, topic=day.topic, room_id=day.room_id,
        )  # fmt: skip
        db.session.add(moved)
        copy.ends_on = max(moved.on, copy.ends_on or moved.on)


def copy_lines(course_date: CourseDate, *, starts_on: date, with_days: bool = True) -> list[str]:
    """The days that the copy would have."""
    number = sum(day.state is CourseDayState.PLANNED for day in course_date.days)
    if not with_days or not number:
        return []
    if not course_date.times or course_date.kind is CourseKind.RUNNING:
        return []
    return plan_days(course_date, first=starts_on, number=number).lines
