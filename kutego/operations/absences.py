"""Absences of the staff, and the course days that nobody leads because of them (spec COU-09)."""

from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Absence,
    Appointment,
    AppointmentState,
    CourseDate,
    CourseDay,
    CourseDayState,
    Employee,
    company,
    leader_of_day,
)
from kutego.operations.activity import log_activity
from kutego.periods import DAY
from kutego.texts import gettext as _

MOST = 366  # days of one absence


@operation
def enter_absence(
    *,
    employee: Employee,
    first: date,
    last: date,
    note: str | None = None,
    checks_out: bool = True,
    on: date,
    by: Actor,
) -> Absence:
    """Somebody is not there; with `checks_out` their course days of that time have no leader."""
    if last < first:
        raise DomainError(_("Der letzte Tag liegt vor dem ersten."))
    if (last - first).days > MOST:
        raise DomainError(_("Bitte höchstens ein Jahr auf einmal eintragen."))
    lock(db.session(), [employee])
    _refuse_twice(employee, first, last)
    absence = Absence(
        employee_id=employee.id, starts_on=first, ends_on=last, note=(note or "").strip() or None
    )
    db.session.add(absence)
    days = days_led(employee, first, last) if checks_out else []
    for day in days:
        day.instructor, day.is_unled = None, True
        day.revision += 1
    log_activity(
        employee, "absence.entered", by=by, personal={"first": first, "last": last},
        days=len(days),
    )  # fmt: skip
    return absence


@operation
def remove_absence(absence: Absence, *, checks_in: bool = True, on: date, by: Actor) -> None:
    """They are there after all; with `checks_in` they lead the days of their courses again."""
    employee = absence.employee
    days = days_without(absence, on) if checks_in else []
    for day in days:
        day.is_unled = False
        day.revision += 1
    log_activity(
        employee, "absence.removed", by=by, days=len(days),
        personal={"first": absence.starts_on, "last": absence.ends_on},
    )  # fmt: skip
    db.session.delete(absence)


def days_led(employee: Employee, first: date, last: date) -> list[CourseDay]:
    """The days that somebody leads between two others, those that are called off apart."""
    days = (
        select(CourseDay)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            leader_of_day() == employee.id,
            CourseDay.on.between(first, last),
            CourseDay.state == CourseDayState.PLANNED,
        )
    )
    return list(db.session.scalars(days.order_by(CourseDay.on, CourseDay.starts_at)))


def appointments_with(employee: Employee, first: date, last: date) -> list[Appointment]:
    """What customers have arranged with somebody between two days."""
    zone = company().zone
    query = (
        select(Appointment)
        .where(
            Appointment.lecturer_id == employee.id,
            Appointment.state == AppointmentState.PLANNED,
            Appointment.begins_at >= clock.moment(first, time(0), zone),
            Appointment.begins_at < clock.moment(last + DAY, time(0), zone),
        )
        .options(joinedload(Appointment.template), joinedload(Appointment.customer))
    )
    return list(db.session.scalars(query.order_by(Appointment.begins_at)))


def days_without(absence: Absence, on: date) -> list[CourseDay]:
    """The days still to come of the absent person's courses that nobody leads."""
    days = (
        select(CourseDay)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDate.instructor_id == absence.employee_id,
            CourseDay.is_unled,
            CourseDay.on.between(max(on, absence.starts_on), absence.ends_on),
            CourseDay.state == CourseDayState.PLANNED,
        )
    )
    return list(db.session.scalars(days.order_by(CourseDay.on, CourseDay.starts_at)))


def _refuse_twice(employee: Employee, first: date, last: date) -> None:
    overlapping = select(func.count()).where(
        Absence.employee_id == employee.id, Absence.starts_on <= last, Absence.ends_on >= first
    )
    if db.session.scalar(overlapping):
        raise DomainError(
            _("%(name)s ist in dieser Zeit schon als abwesend eingetragen.", name=employee.name)
        )
