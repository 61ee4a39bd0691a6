"""What is on, kind by kind: course days, appointments, rentals, events, absences, closing times.

The questions behind `kutego.operations.occupancy`, one statement each.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from kutego import clock
from kutego.db import Base, db
from kutego.models import (
    Absence,
    Appointment,
    AppointmentState,
    AppointmentTemplate,
    ClosingTime,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    Event,
    EventState,
    RentalState,
    Room,
    RoomRental,
    company,
    leader_of_day,
    room_of_day,
)
from kutego.periods import DAY
from kutego.texts import gettext as _

LONGEST = timedelta(days=31)  # of a rental and an event, so that an index finds what has begun
HOUR = timedelta(hours=1)  # of a course day that does not say when it ends
TAKEN = (AppointmentState.PLANNED, AppointmentState.HELD, AppointmentState.MISSED)


@dataclass(frozen=True)
class Occupation:
    """Something that is on: `table` and `id` name the record, `what` names it for people.

    With `is_firm` nothing else fits beside it; an absence or a closing time may be overruled.
    """

    begins_at: datetime
    ends_at: datetime
    what: str
    table: str
    id: int
    lecturer_id: int | None = None
    room_id: int | None = None
    is_firm: bool = True

    def overlaps(self, begins_at: datetime, ends_at: datetime) -> bool:
        """Whether they share more than the moment in which one ends and the other begins."""
        return self.begins_at < ends_at and begins_at < self.ends_at


def _days(begins_at: datetime, ends_at: datetime) -> tuple[date, date]:
    zone = company().zone
    return begins_at.astimezone(zone).date(), ends_at.astimezone(zone).date()


def _whole_days(first: date, last: date) -> tuple[datetime, datetime]:
    zone = company().zone
    return clock.moment(first, time(0), zone), clock.moment(last + DAY, time(0), zone)


def _either(
    room: Any,
    lecturer: Any,
    rooms: Collection[int],
    lecturers: Collection[int],
) -> ColumnElement[bool]:
    return or_(room.in_(rooms), lecturer.in_(lecturers))


def course_days(
    begins_at: datetime, ends_at: datetime, rooms: Collection[int], lecturers: Collection[int]
) -> list[Occupation]:
    """The lessons of courses; one without a time takes none."""
    first, last = _days(begins_at, ends_at)
    room, lecturer = room_of_day(), leader_of_day()
    query = (
        select(
            CourseDay.id, CourseDay.on, CourseDay.starts_at, CourseDay.ends_at, CourseDate.title,
            lecturer.label("lecturer_id"), room.label("room_id"),
        )
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDay.on.between(first - DAY, last),
            CourseDay.starts_at.is_not(None),
            CourseDay.state == CourseDayState.PLANNED,
            CourseDate.state != CourseState.CANCELLED,
            _either(room, lecturer, rooms, lecturers),
        )
    )  # fmt: skip
    return [_course_day(row) for row in db.session.execute(query)]


def _course_day(row: Row) -> Occupation:
    zone = company().zone
    begins_at = clock.moment(row.on, row.starts_at, zone)
    ends_at = clock.moment(row.on, row.ends_at, zone) if row.ends_at else begins_at + HOUR
    if ends_at <= begins_at:  # past midnight
        ends_at = clock.moment(row.on + DAY, row.ends_at, zone)
    what = _("Kurs „%(title)s“", title=row.title)
    return Occupation(
        begins_at, ends_at, what, CourseDay.__tablename__, row.id, row.lecturer_id, row.room_id
    )


def appointments(
    begins_at: datetime, ends_at: datetime, rooms: Collection[int], lecturers: Collection[int]
) -> list[Occupation]:
    """Appointments with the time after them that is kept free."""
    query = (
        select(
            Appointment.id, Appointment.begins_at, Appointment.blocked_until.label("ends_at"),
            AppointmentTemplate.name, Appointment.lecturer_id, Appointment.room_id,
        )
        .join(AppointmentTemplate, AppointmentTemplate.id == Appointment.template_id)
        .where(
            Appointment.begins_at > begins_at - 2 * DAY,
            Appointment.begins_at < ends_at,
            Appointment.blocked_until > begins_at,
            Appointment.state.in_(TAKEN),
            _either(Appointment.room_id, Appointment.lecturer_id, rooms, lecturers),
        )
    )  # fmt: skip
    return [
        Occupation(
            row.begins_at, row.ends_at, _("Termin „%(name)s“", name=row.name),
            Appointment.__tablename__, row.id, row.lecturer_id, row.room_id,
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def rentals(begins_at: datetime, ends_at: datetime, rooms: Collection[int]) -> list[Occupation]:
    """Rooms that are rented."""
    query = select(
        RoomRental.id, RoomRental.begins_at, RoomRental.ends_at, RoomRental.room_id
    ).where(_within(RoomRental, begins_at, ends_at, rooms), RoomRental.state == RentalState.PLANNED)
    return [_in_room(row, _("Raumvermietung"), RoomRental) for row in _rows(query, rooms)]


def events(begins_at: datetime, ends_at: datetime, rooms: Collection[int]) -> list[Occupation]:
    """Events that are published; a draft takes no room."""
    query = select(Event.id, Event.begins_at, Event.ends_at, Event.room_id, Event.name).where(
        _within(Event, begins_at, ends_at, rooms), Event.state == EventState.PUBLISHED
    )
    return [
        _in_room(row, _("Veranstaltung „%(name)s“", name=row.name), Event)
        for row in _rows(query, rooms)
    ]


def _within(
    model: type[RoomRental] | type[Event],
    begins_at: datetime,
    ends_at: datetime,
    rooms: Collection[int],
) -> ColumnElement[bool]:
    return (
        (model.begins_at >= begins_at - LONGEST)
        & (model.begins_at < ends_at)
        & (model.ends_at > begins_at)
        & model.room_id.in_(rooms)
    )


def _in_room(row: Row, what: str, model: type[Base]) -> Occupation:
    return Occupation(
        row.begins_at, row.ends_at, what, model.__tablename__, row.id, room_id=row.room_id
    )


def absences(
    begins_at: datetime, ends_at: datetime, lecturers: Collection[int]
) -> list[Occupation]:
    """The days on which a lecturer is not there."""
    first, last = _days(begins_at, ends_at)
    query = select(Absence.id, Absence.starts_on, Absence.ends_on, Absence.employee_id).where(
        Absence.employee_id.in_(lecturers), Absence.starts_on <= last, Absence.ends_on >= first
    )
    return [
        Occupation(
            *_whole_days(row.starts_on, row.ends_on), _("abwesend"), Absence.__tablename__, row.id,
            lecturer_id=row.employee_id, is_firm=False,
        )
        for row in _rows(query, lecturers)
    ]  # fmt: skip


def closing_times(
    begins_at: datetime, ends_at: datetime, rooms: Collection[int], locations: Collection[int]
) -> list[Occupation]:
    """The days on which the locations, or those of the rooms, are closed."""
    first, last = _days(begins_at, ends_at)
    of_rooms = select(Room.location_id).where(Room.id.in_(rooms))
    query = select(
        ClosingTime.id, ClosingTime.starts_on, ClosingTime.ends_on, ClosingTime.title
    ).where(
        ClosingTime.starts_on <= last,
        ClosingTime.ends_on >= first,
        ClosingTime.location_id.is_(None)
        | ClosingTime.location_id.in_(locations)
        | ClosingTime.location_id.in_(of_rooms),
    )
    return [
        Occupation(
            *_whole_days(row.starts_on, row.ends_on),
            _("geschlossen („%(title)s“)", title=row.title),
            ClosingTime.__tablename__, row.id, is_firm=False,
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def _rows(query: Select, wanted: Collection[int]) -> Iterable[Row]:
    return db.session.execute(query) if wanted else ()
