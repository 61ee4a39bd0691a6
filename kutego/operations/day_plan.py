"""Which days the weekly times of a course make: the plan that is shown before they are made."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Absence,
    ClosingTime,
    CourseDate,
    CourseDay,
    CourseTime,
    OpeningHours,
    SchoolHoliday,
    Weekday,
    company,
)
from kutego.operations.occupancy import occupations, span
from kutego.operations.public_holidays import holidays_between, state_of
from kutego.periods import DAY
from kutego.texts import gettext as _

MOST = 400  # days at once
LONGEST = 3 * 366 * DAY  # how far ahead anybody plans
DAY_NAMES = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


@dataclass(frozen=True)
class PlannedDay:
    """A day that would be made; without a leader where whoever leads the course is absent."""

    on: date
    time: CourseTime
    is_unled: bool = False

    def __str__(self) -> str:
        first, last = f"{self.time.starts_at:%H:%M}", f"{self.time.ends_at:%H:%M}"
        told = _("%(day)s, %(first)s bis %(last)s Uhr", day=day_name(self.on), first=first,
                 last=last)  # fmt: skip
        return _("%(day)s (ohne Kursleitung: abwesend)", day=told) if self.is_unled else told


@dataclass
class DayPlan:
    """The days, those that are left out with the reason, and what is in the way."""

    days: list[PlannedDay] = field(default_factory=list)
    skipped: list[tuple[date, str]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """All of it in the order of the calendar, as the preview shows it."""
        told = [(day.on, str(day)) for day in self.days]
        told += [
            (on, _("%(day)s entfällt: %(why)s", day=day_name(on), why=why))
            for on, why in self.skipped
        ]
        return [text for _on, text in sorted(told, key=lambda line: line[0])]


def plan_days(
    course_date: CourseDate, *, first: date, until: date | None = None, number: int | None = None
) -> DayPlan:
    """The days from `first`, up to `until` or as many as `number`; those that are there stay out.

    Closed days of the location are always skipped, public and school holidays where the course
    skips them.
    """
    last = _last_day(course_date, first, until, number)
    reasons = closed_days(course_date, first, last)
    known = _known_days(course_date, first, last)
    away = absent_days(course_date.instructor_id, first, last)
    plan, wanted, on = DayPlan(), number or MOST + 1, first
    while on <= last and len(plan.days) < wanted:
        times = [t for t in course_date.times if takes_place(course_date, t, on)]
        times = [t for t in times if (t.id, on) not in known and (t.starts_at, on) not in known]
        if times and on in reasons:
            plan.skipped.append((on, reasons[on]))
        else:
            plan.days += [PlannedDay(on, t, on in away) for t in times]
        on += DAY
    plan.days = plan.days[:wanted]
    if len(plan.days) > MOST:
        raise DomainError(_("Bitte höchstens %(most)s Tage auf einmal anlegen.", most=MOST))
    plan.conflicts = _conflicts(course_date, plan.days)
    return plan


def _last_day(course_date: CourseDate, first: date, until: date | None, number: int | None) -> date:
    if not course_date.times:
        raise DomainError(
            _("Bitte legen Sie zuerst unter „Zeiten“ an, an welchem Wochentag der Kurs ist.")
        )
    if (until is None) == (number is None):
        raise DomainError(_("Bitte geben Sie entweder den letzten Tag oder die Anzahl an."))
    if until is None:
        return first + LONGEST
    if until < first:
        raise DomainError(_("Der letzte Tag liegt vor dem ersten."))
    if until > first + LONGEST:
        raise DomainError(_("Bitte höchstens drei Jahre auf einmal planen."))
    return until


def takes_place(course_date: CourseDate, time: CourseTime, on: date) -> bool:
    """Whether a weekly time falls on `on`; the weeks count from the first of the course."""
    if time.weekday is not Weekday.of(on):
        return False
    weeks = (_monday(on) - _monday(course_date.starts_on)).days // 7
    return weeks % time.interval_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def closed_days(course_date: CourseDate, first: date, last: date) -> dict[date, str]:
    """The days on which the course cannot be, each with the reason."""
    closed: dict[date, str] = {}
    if course_date.skips_holidays:
        closed.update(holidays_between(state_of(course_date.location), first, last))
    models = [ClosingTime] + ([SchoolHoliday] if course_date.skips_school_holidays else [])
    for model in models:
        free = select(model.starts_on, model.ends_on, model.title).where(
            model.starts_on <= last,
            model.ends_on >= first,
            or_(model.location_id.is_(None), model.location_id == course_date.location_id),
        )
        for row in db.session.execute(free.order_by(model.id)):
            on = max(row.starts_on, first)
            while on <= min(row.ends_on, last):
                closed.setdefault(on, row.title)
                on += DAY
    return closed


def _known_days(
    course_date: CourseDate, first: date, last: date
) -> set[tuple[object, date | None]]:
    """What is there already: by weekly time and the day it meant, and by hour and day."""
    days = select(
        CourseDay.course_time_id, CourseDay.planned_on, CourseDay.on, CourseDay.starts_at
    ).where(
        CourseDay.course_date_id == course_date.id,
        CourseDay.on.between(first, last) | CourseDay.planned_on.between(first, last),
    )
    known: set[tuple[object, date | None]] = set()
    for time_id, planned_on, on, starts_at in db.session.execute(days):
        known |= {(starts_at, on)} | ({(time_id, planned_on)} if time_id else set())
    return known


def absent_days(employee_id: int | None, first: date, last: date) -> set[date]:
    """The days on which somebody is not there."""
    absences = select(Absence.starts_on, Absence.ends_on).where(
        Absence.employee_id == employee_id, Absence.starts_on <= last, Absence.ends_on >= first
    )
    days: set[date] = set()
    for starts_on, ends_on in db.session.execute(absences) if employee_id else ():
        begin, end = max(starts_on, first), min(ends_on, last)
        days |= {begin + i * DAY for i in range((end - begin).days + 1)}
    return days


# --- what is in the way -------------------------------------------------------------------------


def _conflicts(course_date: CourseDate, days: list[PlannedDay]) -> list[str]:
    """What takes the room or the leader already, in one question for all days."""
    if not days:
        return []
    spans = [moments(d.on, d.time.starts_at, d.time.ends_at) for d in days]
    leaders = [course_date.instructor_id] if course_date.instructor_id else []
    rooms = [course_date.room_id] if course_date.room_id else []
    taken = [
        each
        for each in occupations(spans[0][0], spans[-1][1], rooms=rooms, lecturers=leaders)
        if each.is_firm
    ]
    hours = _opening_hours(course_date.location_id)
    found: list[str] = []
    for day, (begins_at, ends_at) in zip(days, spans, strict=True):
        found += [
            _("%(when)s: %(what)s", when=span(each.begins_at, each.ends_at), what=each.what)
            for each in taken
            if each.overlaps(begins_at, ends_at)
            and not (day.is_unled and each.room_id not in rooms)
        ]
        if not _is_open(hours, day.on, day.time.starts_at, day.time.ends_at):
            found.append(_("%(day)s: außerhalb der Öffnungszeiten", day=str(day)))
    return found


def moments(on: date, starts_at: time, ends_at: time) -> tuple[datetime, datetime]:
    """From when to when a day lasts, whatever the clocks are set to."""
    zone = company().zone
    return clock.moment(on, starts_at, zone), clock.moment(on, ends_at, zone)


def _opening_hours(location_id: int | None) -> list[OpeningHours]:
    if location_id is None:
        return []
    mine = select(OpeningHours).where(OpeningHours.location_id == location_id)
    return list(db.session.scalars(mine))


def _is_open(hours: list[OpeningHours], on: date, starts_at: time, ends_at: time) -> bool:
    """Whether one of the spans of the day holds all of it; without any hours it is always open."""
    if not hours:
        return True
    today = [h for h in hours if h.weekday is Weekday.of(on)]
    return any(h.opens_at <= starts_at and ends_at <= h.closes_at for h in today)


def is_open(location_id: int | None, on: date, starts_at: time, ends_at: time) -> bool:
    """Whether a location is open from one hour to another."""
    return _is_open(_opening_hours(location_id), on, starts_at, ends_at)


def day_name(on: date) -> str:
    """`Di., 24.11.2026`."""
    return f"{_(DAY_NAMES[on.weekday()])}., {on:%d.%m.%Y}"
