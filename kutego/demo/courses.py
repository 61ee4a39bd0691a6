"""Courses of the demo: times, rooms, holidays, somebody on leave, a moved day, a follow-up."""

from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import (
    ClosingTime,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    CourseTime,
    Employee,
    Location,
    OpeningHours,
    Role,
    Room,
    Weekday,
)
from kutego.operations.absences import enter_absence
from kutego.operations.calendar_feeds import open_feed
from kutego.operations.course_copies import create_follow_up, next_start
from kutego.operations.course_day_changes import move_day, name_topic
from kutego.operations.course_days import make_days
from kutego.operations.master_data import save_record
from kutego.periods import DAY

OFFICE = Actor("Petra Kuhn")
ALWAYS = frozenset({"occupied", "closed", "absent"})
ROOMS = (  # the hall is rented by the hour
    ("Großer Platz", 14, None), ("Kleiner Platz", 8, None), ("Halle", 10, Decimal("25.00")),
)  # fmt: skip
TOPICS = ("Rückruf", "Leinenführung", "Begegnungen", "Sitz und Bleib", "Suchspiele")


def furnish(location: Location, start: date) -> list[Room]:
    """Rooms, opening hours and the days between the years of a location."""
    rooms = [_saved(Room, location_id=location.id, name=name, capacity=most, price=price)
             for name, most, price in ROOMS]  # fmt: skip
    for weekday in Weekday:
        _saved(OpeningHours, location_id=location.id, weekday=weekday, opens_at=time(8),
               closes_at=time(20))  # fmt: skip
    for year in range(start.year, start.year + 3):
        _saved(ClosingTime, title="Zwischen den Jahren", starts_on=date(year, 12, 27),
               ends_on=date(year, 12, 31))  # fmt: skip
    return rooms


def schedule(course: CourseDate, hour: int, *, weeks: int) -> None:
    """The weekly time of a course, and its days: so many, or for so many weeks."""
    _saved(CourseTime, course_date_id=course.id, weekday=Weekday.of(course.starts_on),
           starts_at=time(hour), ends_at=time(hour + 1))  # fmt: skip
    last = course.starts_on + timedelta(weeks=weeks)
    is_block = course.kind is CourseKind.BLOCK
    make_days(course, first=course.starts_on, until=None if is_block else last,
              number=weeks if is_block else None, confirmed=ALWAYS, on=course.starts_on,
              by=OFFICE)  # fmt: skip


def add_courses(on: date) -> None:
    """What the calendar of these weeks shows besides the rule."""
    with clock.at(clock.noon(on)):
        days = _days_to_come(on)
        for n, day in enumerate(days[:10]):
            name_topic(day, topic=TOPICS[n % len(TOPICS)], on=on, by=OFFICE)
        _move_one(days[3:8], on)
        tutor = db.session.scalars(
            select(Employee).where(Employee.role == Role.INSTRUCTOR).order_by(Employee.id.desc())
        ).first()
        if tutor is not None:
            enter_absence(employee=tutor, first=on + 7 * DAY, last=on + 11 * DAY, note="Urlaub",
                          on=on, by=OFFICE)  # fmt: skip
        for location in db.session.scalars(select(Location).order_by(Location.id).limit(1)):
            open_feed(location=location, on=on, by=OFFICE)
        blocks = select(CourseDate).where(CourseDate.kind == CourseKind.BLOCK)
        last = db.session.scalars(blocks.order_by(CourseDate.starts_on.desc())).first()
        if last is not None:
            create_follow_up(last, title=f"{last.title} (Fortsetzung)", starts_on=next_start(last),
                             confirmed=ALWAYS, on=on, by=OFFICE)  # fmt: skip


def _days_to_come(on: date) -> list[CourseDay]:
    coming = select(CourseDay).where(CourseDay.on > on, CourseDay.state == CourseDayState.PLANNED)
    return list(db.session.scalars(coming.order_by(CourseDay.on, CourseDay.id).limit(20)))


def _move_one(days: list[CourseDay], on: date) -> None:
    """One day is an hour later, as the office does it when the vet runs late."""
    for day in days[:1]:
        hour = day.starts_at.hour if day.starts_at else 10
        move_day(day, held_on=day.on, starts_at=time(hour + 1), ends_at=time(hour + 2),
                 room=day.room, confirmed=ALWAYS, on=on, by=OFFICE)  # fmt: skip


def _saved(model, /, **values):
    return save_record(model(), values, by=OFFICE)
