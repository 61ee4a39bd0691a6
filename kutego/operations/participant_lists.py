"""The participant list of a course date: who is in it, on which of its days, and who was there.

Read in the same few statements for two people as for two hundred: the page, its print and its PDF
are all made from it (spec COU-06, 07).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, String, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from kutego.db import db
from kutego.models import (
    Attendance,
    AttendanceValue,
    Contract,
    ContractPause,
    ContractState,
    CourseDate,
    CourseDay,
    CourseDayState,
    Customer,
    Enrolment,
    EnrolmentState,
    Invoice,
    MakeUpClaim,
    MakeUpState,
    Participant,
)
from kutego.operations.participant_lines import ParticipantList, Pause, Person, Place
from kutego.texts import sort_key

WINDOW = 8  # days of a running course that are shown at once
MOST_DAYS = 40  # of a block course
VALUES = {value.value: value for value in AttendanceValue}
BEFORE = 3  # of the window, days that are over


def participant_list(course_date: CourseDate, days: Sequence[CourseDay]) -> ParticipantList:
    """The list over these days of the course date; two statements, however long it is."""
    people: dict[int, Person] = {}
    if days:
        _add_people(people, course_date, days)
        _add_marks(people, days)
    ordered = sorted(people.values(), key=lambda person: (person.is_guest, sort_key(person.name)))
    return ParticipantList(course_date, list(days), ordered)


def days_of(course_date: CourseDate) -> Select[CourseDay]:
    """The days that take place, in their order."""
    return (
        select(CourseDay)
        .where(
            CourseDay.course_date_id == course_date.id, CourseDay.state == CourseDayState.PLANNED
        )
        .order_by(CourseDay.on, CourseDay.starts_at, CourseDay.id)
    )


def window(days: Sequence[CourseDay], first: date | None, on: date) -> list[CourseDay]:
    """The days shown at once: all of a short course, else some around today or from `first`."""
    if first is None and len(days) <= MOST_DAYS // 2:
        return list(days)
    if first is None:
        ahead = next((n for n, day in enumerate(days) if day.on >= on), len(days))
        start = max(0, min(ahead - BEFORE, len(days) - WINDOW))
    else:
        start = next((n for n, day in enumerate(days) if day.on >= first), len(days) - WINDOW)
    return list(days[max(0, start) : max(0, start) + WINDOW])


# --- parts ------------------------------------------------------------------------------------


def _people(customer_id: Any) -> list[Any]:
    """Who it is: the first columns of a row."""
    columns = (
        Participant.id, Participant.first_name, Participant.last_name, customer_id,
        Customer.is_company, Customer.company_name, Customer.title, Customer.first_name,
        Customer.last_name, Customer.email,
    )  # fmt: skip
    return [column.label(f"who_{n}") for n, column in enumerate(columns)]


def _person(people: dict[int, Person], row: Sequence[Any]) -> Person:
    if row[0] not in people:
        person = " ".join(filter(None, (row[6], row[7], row[8])))
        customer = (row[5] if row[4] else None) or person or row[5] or row[9] or ""
        name = " ".join(filter(None, (row[1], row[2])))
        people[row[0]] = Person(row[0], name, row[3], customer)
    return people[row[0]]


def _add_people(
    people: dict[int, Person], course_date: CourseDate, days: Sequence[CourseDay]
) -> None:
    """Places and guests, read together."""
    guests = (
        select(*_people(MakeUpClaim.customer_id), *[null()] * 12, MakeUpClaim.used_day_id)
        .join(Participant, Participant.id == MakeUpClaim.participant_id)
        .join(Customer, Customer.id == MakeUpClaim.customer_id)
        .where(
            MakeUpClaim.used_day_id.in_([day.id for day in days]),
            MakeUpClaim.state == MakeUpState.USED,
        )
    )
    both: Any = union_all(_places(course_date, days[0].on, days[-1].on), guests)
    for row in db.session.execute(both):
        person = _person(people, row)
        if row[-1] is not None:
            person.guest_on.add(row[-1])
        else:
            _add_place(person, *row[10:-1])


def _add_place(
    person: Person, id_: int, is_insured: bool, first: date, last: date | None,
    state: EnrolmentState, contract: ContractState | None, until: date | None, moved_on: bool,
    owes: bool | None, *pause: Any,
) -> None:  # fmt: skip
    """The place of one row; a second row of it has another pause."""
    place = next((each for each in person.places if each.enrolment_id == id_), None)
    if place is None:
        is_active = state is EnrolmentState.ACTIVE
        if is_active and last is not None and not moved_on:
            if contract is ContractState.ACTIVE:
                last = None
            elif contract is ContractState.TERMINATED and until is not None:
                last = max(last, until)
        place = Place(id_, first, last, is_active)
        person.places.append(place)
        person.rests = person.rests or bool(owes)
        person.is_insured = person.is_insured or is_insured
    if pause[0] is not None:
        place.pauses.append(Pause(*pause))


def _places(course_date: CourseDate, first: date, last: date) -> Select[Any]:
    renews = (Contract.state == ContractState.ACTIVE) | (
        (Contract.state == ContractState.TERMINATED) & (Contract.terminated_to >= first)
    )
    later = aliased(Enrolment)
    moved_on = select(later.id).where(later.moved_from_id == Enrolment.id).exists()
    return (
        select(
            *_people(Enrolment.customer_id), Enrolment.id, Enrolment.is_insured,
            Enrolment.starts_on, Enrolment.ends_on, Enrolment.state,
            Contract.state.label("contract"), Contract.terminated_to,
            moved_on.label("moved_on"), (Invoice.open_amount > 0).label("owes"),
            ContractPause.first, ContractPause.last, ContractPause.keeps_place,
            null().label("guest_on"),
        )
        .join(Participant, Participant.id == Enrolment.participant_id)
        .join(Customer, Customer.id == Enrolment.customer_id)
        .outerjoin(Contract, Contract.id == Enrolment.contract_id)
        .outerjoin(
            ContractPause,
            (ContractPause.contract_id == Enrolment.contract_id)
            & ContractPause.withdrawn_at.is_(None)
            & (ContractPause.first <= last)
            & (ContractPause.last >= first),
        )
        .outerjoin(Invoice, Invoice.id == Enrolment.suspended_for_id)
        .where(
            Enrolment.course_date_id == course_date.id,
            Enrolment.state != EnrolmentState.REMOVED,
            Enrolment.starts_on <= last,
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= first, renews & ~moved_on),
        )
    )  # fmt: skip


def _add_marks(people: dict[int, Person], days: Sequence[CourseDay]) -> None:
    plain = type_coerce(Attendance.value, String)  # there may be thousands: one look into VALUES
    query = select(Attendance.participant_id, Attendance.course_day_id, plain).where(
        Attendance.course_day_id.in_([day.id for day in days])
    )
    for participant_id, day_id, value in db.session.execute(query):
        if participant_id in people:
            people[participant_id].marks[day_id] = VALUES[value]
