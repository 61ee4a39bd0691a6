"""When a lecturer has time: the weekly hours minus everything that is on."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.db import db
from kutego.models import (
    TEMPLATE_LECTURERS,
    Appointment,
    AppointmentTemplate,
    Employee,
    EmployeeState,
    LecturerHours,
    Room,
    Weekday,
    company,
)
from kutego.operations.occupancy import occupations
from kutego.operations.occupancy_queries import Occupation
from kutego.periods import DAY

DAYS = 31  # asked about at once
SLOTS = 2000  # offered at once
STEP = timedelta(minutes=30)
SHORT_STEP = timedelta(minutes=15)  # of appointments shorter than half an hour


@dataclass(frozen=True)
class Slot:
    """A time at which an appointment would fit."""

    begins_at: datetime
    ends_at: datetime
    lecturer: Employee


def lecturers_of(template: AppointmentTemplate) -> list[Employee]:
    """Who gives appointments of this template, by name; only those who still work here."""
    query = (
        select(Employee)
        .join(TEMPLATE_LECTURERS, TEMPLATE_LECTURERS.c.lecturer_id == Employee.id)
        .where(
            TEMPLATE_LECTURERS.c.template_id == template.id,
            Employee.state == EmployeeState.ACTIVE,
        )
        .options(joinedload(Employee.customer))
    )
    return sorted(db.session.scalars(query), key=lambda each: (each.name.casefold(), each.id))


def free_slots(
    template: AppointmentTemplate,
    first: date,
    last: date,
    *,
    lecturer: Employee | None = None,
    room: Room | None = None,
    apart_from: Appointment | None = None,
    not_before: datetime | None = None,
) -> list[Slot]:
    """The times at which an appointment fits, in order, at most `DAYS` days and `SLOTS` of them.

    In the room of the template, or another `room`. The time of the appointment that is to move
    (`apart_from`) is free. Nothing before the lead time is over. The number of statements does not
    grow with the days.
    """
    last = min(last, first + (DAYS - 1) * DAY)
    lecturers = lecturers_of(template)
    if lecturer is not None:
        lecturers = [each for each in lecturers if each.id == lecturer.id]
    earliest = not_before or clock.now() + timedelta(hours=template.lead_hours)
    if not lecturers or last < first:
        return []
    own = (apart_from.__tablename__, apart_from.id) if apart_from is not None else None
    busy = _busy(template, lecturers, room or template.room, first, last, own)
    found = [
        slot
        for each in lecturers
        for slot in _fitting(template, each, busy[each.id], first, last, earliest)
    ]
    return sorted(found, key=lambda slot: (slot.begins_at, slot.lecturer.name))[:SLOTS]


def is_within_hours(lecturer: Employee, begins_at: datetime, ends_at: datetime) -> bool:
    """Whether a time lies in the lecturer's weekly hours; somebody without any has no bounds."""
    hours = list(
        db.session.scalars(select(LecturerHours).where(LecturerHours.lecturer_id == lecturer.id))
    )
    day = begins_at.astimezone(company().zone).date()
    windows = _windows(hours, day)
    return not hours or any(opens <= begins_at and ends_at <= closes for opens, closes in windows)


# --- parts ------------------------------------------------------------------------------------


def _fitting(
    template: AppointmentTemplate,
    lecturer: Employee,
    taken: "Taken",
    first: date,
    last: date,
    earliest: datetime,
) -> Iterator[Slot]:
    length = timedelta(minutes=template.duration_minutes)
    whole = length + timedelta(minutes=template.buffer_minutes)
    step = SHORT_STEP if length < STEP else STEP
    for number in range((last - first).days + 1):
        for opens, closes in _windows(taken.hours, first + number * DAY):
            begins_at = opens
            while begins_at + length <= closes:
                if begins_at >= earliest and taken.is_free(begins_at, begins_at + whole):
                    yield Slot(begins_at, begins_at + length, lecturer)
                begins_at += step


class Taken:
    """When somebody is busy, ready to be asked often."""

    def __init__(self, hours: Sequence[LecturerHours], found: Iterable[Occupation]) -> None:
        self.hours = hours
        self.begins: list[datetime] = []
        self.ends: list[datetime] = []
        for each in sorted(found, key=lambda each: each.begins_at):
            if self.ends and each.begins_at <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], each.ends_at)
            else:
                self.begins.append(each.begins_at)
                self.ends.append(each.ends_at)

    def is_free(self, begins_at: datetime, ends_at: datetime) -> bool:
        """Whether nothing is on between two moments."""
        place = bisect_left(self.begins, ends_at)  # all before it begin earlier than we end
        return place == 0 or self.ends[place - 1] <= begins_at


def _busy(
    template: AppointmentTemplate,
    lecturers: Sequence[Employee],
    room: Room | None,
    first: date,
    last: date,
    own: tuple[str, int] | None,
) -> dict[int, Taken]:
    """By lecturer; what is on in the room, and closing times, stop everybody."""
    ids, zone = [each.id for each in lecturers], company().zone
    found = occupations(
        clock.moment(first, time(0), zone),
        clock.moment(last + 2 * DAY, time(0), zone),  # what is kept free after the last
        rooms=[room.id] if room else (),
        lecturers=ids,
        locations=[template.location_id] if template.location_id else (),
    )
    query = select(LecturerHours).where(LecturerHours.lecturer_id.in_(ids))
    hours = list(db.session.scalars(query))
    return {
        id_: Taken(
            [each for each in hours if each.lecturer_id == id_],
            [
                each
                for each in found
                if _stops(each, id_, room.id if room else None) and (each.table, each.id) != own
            ],
        )
        for id_ in ids
    }


def _stops(each: Occupation, lecturer_id: int, room_id: int | None) -> bool:
    if each.lecturer_id is None and each.room_id is None:
        return True
    return each.lecturer_id == lecturer_id or (room_id is not None and each.room_id == room_id)


def _windows(hours: Iterable[LecturerHours], day: date) -> list[tuple[datetime, datetime]]:
    """From when to when on `day`, hours that touch each other as one."""
    zone, weekday = company().zone, Weekday.of(day)
    windows: list[tuple[datetime, datetime]] = []
    today = (each for each in hours if each.weekday is weekday)
    for each in sorted(today, key=lambda each: each.from_time):
        opens = clock.moment(day, each.from_time, zone)
        closes = clock.moment(day, each.to_time, zone)
        if windows and opens <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], closes))
        else:
            windows.append((opens, closes))
    return windows
