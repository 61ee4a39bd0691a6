"""School holidays and closing times, entered many at once (spec COU-02, ADM-04)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from sqlalchemy import func, or_, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    ClosingTime,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    Location,
    SchoolHoliday,
)
from kutego.operations.activity import log_activity
from kutego.operations.free_times import LONGEST, FreeTime, listed
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _

Row: TypeAlias = SchoolHoliday | ClosingTime
R = TypeVar("R", SchoolHoliday, ClosingTime)


@dataclass(frozen=True)
class Plan:
    """What would be entered, what is there already, and how many course days lie in it."""

    new: tuple[FreeTime, ...]
    known: tuple[FreeTime, ...]
    days: int


@rule_for(SchoolHoliday)
def check_holiday(holiday: SchoolHoliday, by: Actor) -> None:
    """It ends after it has begun, and within a year."""
    if holiday.ends_on < holiday.starts_on:
        raise DomainError(_("Der letzte Tag liegt vor dem ersten."))
    if (holiday.ends_on - holiday.starts_on).days > LONGEST:
        raise DomainError(_("Bitte höchstens ein Jahr."))


def plan_free_times(model: type[Row], times: str, location: Location | None, on: date) -> Plan:
    """Read the list, and leave out what is there already for the location or for all."""
    wanted = listed(times)
    known = {
        (row.starts_on, row.ends_on)
        for row in db.session.execute(
            select(model.starts_on, model.ends_on).where(
                or_(model.location_id.is_(None), model.location_id == _id(location))
            )
        )
    }
    new = tuple(each for each in wanted if (each.first, each.last) not in known)
    old = tuple(each for each in wanted if each not in new)
    return Plan(new, old, _days_in(model, new, location, on))


@operation
def enter_holidays(
    *, times: str, location: Location | None = None, on: date, by: Actor
) -> SchoolHoliday:
    """Enter the school holidays of a list; what is there already stays as it is."""
    return _enter(SchoolHoliday, times, location, on, by)


@operation
def enter_closings(
    *, times: str, location: Location | None = None, on: date, by: Actor
) -> ClosingTime:
    """Enter closing times of a list: nothing takes place at the location then."""
    return _enter(ClosingTime, times, location, on, by)


@operation
def remove_holiday(holiday: SchoolHoliday, *, on: date, by: Actor) -> None:
    """No holidays after all. Days that were left out stay out until they are made."""
    log_activity(
        holiday, "school_holiday.removed", by=by, title=holiday.title,
        first=holiday.starts_on, last=holiday.ends_on,
    )  # fmt: skip
    db.session.delete(holiday)


# --- parts ------------------------------------------------------------------------------------


def _enter(model: type[R], times: str, location: Location | None, on: date, by: Actor) -> R:
    plan = plan_free_times(model, times, location, on)
    if not plan.new:
        raise DomainError(_("Das ist alles schon eingetragen."))
    rows = [
        model(title=e.title, starts_on=e.first, ends_on=e.last, location_id=_id(location))
        for e in plan.new
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        log_activity(row, f"{model.__tablename__}.created", by=by)
    return rows[0]


def _days_in(
    model: type[Row], times: tuple[FreeTime, ...], location: Location | None, on: date
) -> int:
    """How many days of courses that do not take place then were made before."""
    if not times:
        return 0
    query = (
        select(func.count(CourseDay.id))
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDay.state == CourseDayState.PLANNED,
            CourseDate.state != CourseState.CANCELLED,
            CourseDay.on >= on,
            or_(*(CourseDay.on.between(each.first, each.last) for each in times)),
        )
    )
    if location is not None:
        query = query.where(CourseDate.location_id == location.id)
    if model is SchoolHoliday:
        query = query.where(CourseDate.skips_school_holidays)
    return db.session.scalar(query) or 0


def _id(location: Location | None) -> int | None:
    return location.id if location is not None else None
