"""What stands in the calendar: course days, appointments, events and rentals of a span of days.

One statement for each of the four, however many filters, and none of them loads a record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import aliased

from kutego import clock
from kutego.db import db
from kutego.labelled import Labelled
from kutego.models.appointment import Appointment, AppointmentState, AppointmentTemplate
from kutego.models.company import company
from kutego.models.course import CourseDate, CourseState
from kutego.models.course_day import CourseDay, CourseDayState, leader_of_day, room_of_day
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.event import Event, EventState
from kutego.models.location import Location
from kutego.models.participant import Participant
from kutego.models.room import Room
from kutego.models.room_rental import RentalState, RoomRental
from kutego.periods import DAY


class EntryKind(Labelled):
    COURSE = "course", "Kurs"
    APPOINTMENT = "appointment", "Termin"
    EVENT = "event", "Veranstaltung"
    RENTAL = "rental", "Vermietung"


@dataclass(frozen=True)
class Wish:
    """What is looked for; None stands for all. `led_by` narrows to what one person leads."""

    first: date
    last: date
    kind: EntryKind | None = None
    location_id: int | None = None
    room_id: int | None = None
    leader_id: int | None = None
    category_id: int | None = None
    led_by: int | None = None
    per_day: int | None = None  # so many course days of each day; what is left out is counted

    def wants(self, kind: EntryKind) -> bool:
        """Whether entries of a kind can be among them."""
        return self.kind in (None, kind)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One thing on one day, as the clock on the wall has it."""

    kind: EntryKind
    id: int
    on: date
    begins: time | None
    ends: time | None
    title: str
    location: str | None
    room: str | None
    leader: str | None
    group: int = 0  # what gives it its colour: the category
    parent_id: int | None = None  # the course date of a day
    topic: str | None = None
    is_cancelled: bool = False
    is_draft: bool = False
    of_day: int = 0  # how many of its kind are on that day, where only some were asked for
    sequence: int = 0  # how often it was changed
    whose: str | None = None  # for the screen alone
    ends_on: date | None = None  # where it goes on beyond its first day


LEADER: Any = aliased(Customer)
NAME = func.coalesce(LEADER.first_name + " " + LEADER.last_name, Employee.email).label("leader")
PLACE = (Location.name.label("location"), Room.name.label("room"))


def calendar_entries(wish: Wish) -> list[CalendarEntry]:
    """Everything from the first day to the last, in the order of the clock."""
    found: list[CalendarEntry] = []
    for kind, read in zip(EntryKind, (course_days, appointments, events, rentals), strict=True):
        if wish.wants(kind):
            found += read(wish)
    return sorted(found, key=lambda e: (e.on, e.begins or time.min, e.title, e.id))


def course_days(wish: Wish) -> Iterable[CalendarEntry]:
    """The lessons of courses, those that were called off among them."""
    chosen = _chosen_days(wish)
    query = (
        select(
            CourseDay.id, CourseDay.on, CourseDay.starts_at, CourseDay.ends_at, CourseDay.topic,
            CourseDay.state, CourseDay.revision, CourseDay.course_date_id, CourseDate.title,
            CourseDate.category_id, CourseDate.state.label("course_state"), chosen.c.of_day,
            NAME, *PLACE,
        )
        .join(chosen, chosen.c.id == CourseDay.id)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .outerjoin(Employee, Employee.id == leader_of_day())
        .outerjoin(LEADER, LEADER.id == Employee.customer_id)
        .outerjoin(Location, Location.id == CourseDate.location_id)
        .outerjoin(Room, Room.id == room_of_day())
    )  # fmt: skip
    if wish.per_day is not None:
        query = query.where(chosen.c.place <= wish.per_day)
    return [
        CalendarEntry(
            EntryKind.COURSE, row.id, row.on, row.starts_at, row.ends_at, row.title,
            row.location, row.room, row.leader, row.category_id or 0, row.course_date_id, row.topic,
            CourseDayState.CANCELLED is row.state or CourseState.CANCELLED is row.course_state,
            CourseState.DRAFT is row.course_state, row.of_day, row.revision,
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def _chosen_days(wish: Wish) -> Any:
    """The ids of the days that are wanted; in a month each with its place among those of its day.

    A month with thousands of days shows a few of each: the database counts the others.
    """
    leader, room = leader_of_day(), room_of_day()
    order = (CourseDay.starts_at.asc().nulls_first(), CourseDate.title, CourseDay.id)
    place: Any = literal(0)
    number: Any = literal(0)
    if wish.per_day is not None:
        place = func.row_number().over(partition_by=CourseDay.on, order_by=order)
        number = func.count().over(partition_by=CourseDay.on)
    query = (
        select(CourseDay.id, place.label("place"), number.label("of_day"))
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDay.on.between(wish.first, wish.last),
            *_equal((CourseDate.location_id, wish.location_id), (room, wish.room_id),
                    (leader, wish.leader_id), (CourseDate.category_id, wish.category_id)),
        )
    )  # fmt: skip
    if wish.led_by is not None:
        query = query.where(or_(leader == wish.led_by, CourseDate.instructor_id == wish.led_by))
    return query.subquery()


def appointments(wish: Wish) -> Iterable[CalendarEntry]:
    """Appointments of one customer, named after the participant."""
    whose = func.coalesce(Participant.first_name, Customer.last_name, Customer.company_name)
    query = (
        select(
            Appointment.id, Appointment.begins_at, Appointment.ends_at, Appointment.state,
            Appointment.sequence,
            AppointmentTemplate.name.label("title"), whose.label("whose"), NAME, *PLACE,
        )
        .join(AppointmentTemplate, AppointmentTemplate.id == Appointment.template_id)
        .join(Customer, Customer.id == Appointment.customer_id)
        .outerjoin(Participant, Participant.id == Appointment.participant_id)
        .outerjoin(Employee, Employee.id == Appointment.lecturer_id)
        .outerjoin(LEADER, LEADER.id == Employee.customer_id)
        .outerjoin(Location, Location.id == Appointment.location_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(*_of_place(Appointment, wish))
    )  # fmt: skip
    for leader in filter(None, (wish.leader_id, wish.led_by)):
        query = query.where(Appointment.lecturer_id == leader)
    if wish.category_id is not None:
        return []
    return _moments(query, EntryKind.APPOINTMENT, AppointmentState.CANCELLED, None)


def events(wish: Wish) -> Iterable[CalendarEntry]:
    """Events that tickets are sold for."""
    query = (
        select(Event.id, Event.begins_at, Event.ends_at, Event.state, Event.revision,
               Event.name.label("title"),
               *PLACE)
        .outerjoin(Location, Location.id == Event.location_id)
        .outerjoin(Room, Room.id == Event.room_id)
        .where(*_of_place(Event, wish))
    )  # fmt: skip
    if wish.category_id is not None or wish.leader_id is not None:
        return []
    return _moments(query, EntryKind.EVENT, EventState.CANCELLED, EventState.DRAFT)


def rentals(wish: Wish) -> Iterable[CalendarEntry]:
    """Rooms that somebody else uses; whoever sees only what they lead sees none."""
    if wish.led_by is not None or wish.category_id is not None or wish.leader_id is not None:
        return []
    query = (
        select(RoomRental.id, RoomRental.begins_at, RoomRental.ends_at, RoomRental.state,
               RoomRental.sequence, Room.name.label("title"), *PLACE)
        .join(Room, Room.id == RoomRental.room_id)
        .outerjoin(Location, Location.id == Room.location_id)
        .where(*_between(RoomRental, wish),
               *_equal((Room.location_id, wish.location_id), (RoomRental.room_id, wish.room_id)))
    )  # fmt: skip
    return _moments(query, EntryKind.RENTAL, RentalState.CANCELLED, None)


# --- parts ------------------------------------------------------------------------------------


def _equal(*pairs: tuple[Any, int | None]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in pairs if value is not None]


def _of_place(model: Any, wish: Wish) -> list[ColumnElement[bool]]:
    wanted = _equal((model.location_id, wish.location_id), (model.room_id, wish.room_id))
    return [*_between(model, wish), *wanted]


def _between(model: Any, wish: Wish) -> list[ColumnElement[bool]]:
    zone = company().zone
    begins = clock.moment(wish.first, time(0), zone)
    return [
        model.begins_at >= begins - 31 * DAY,  # the longest, so that the index is of use
        model.ends_at > begins,
        model.begins_at < clock.moment(wish.last + DAY, time(0), zone),
    ]


def _moments(
    query: Any, kind: EntryKind, cancelled: Labelled, draft: Labelled | None
) -> list[CalendarEntry]:
    zone = company().zone

    def entry(row: Any) -> CalendarEntry:
        known = row._mapping
        begins: datetime = row.begins_at.astimezone(zone)
        ends: datetime = row.ends_at.astimezone(zone)
        return CalendarEntry(
            kind, row.id, begins.date(), begins.time(), ends.time(),
            row.title, known.get("location"),
            known.get("room"), known.get("leader"),
            is_cancelled=row.state is cancelled, is_draft=row.state is draft,
            sequence=known.get("sequence", known.get("revision", 0)), whose=known.get("whose"),
            ends_on=ends.date() if ends.date() > begins.date() else None,
        )  # fmt: skip

    return [entry(row) for row in db.session.execute(query)]
