"""What the demo business sold without an invoice, and a day that it called off."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import (
    Booking,
    CompensationWay,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    CourseState,
    Customer,
    CustomerState,
    DayCompensation,
    Employee,
    Enrolment,
    EnrolmentState,
    Participant,
    PaymentMethod,
    PositionKind,
    Role,
)
from kutego.money import ZERO
from kutego.operations.booking_cancellations import cancel_booking
from kutego.operations.booking_conversions import convert_booking
from kutego.operations.bookings import finish_booking
from kutego.operations.called_off_days import call_off_day
from kutego.operations.day_compensations import compensate
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.operations.master_data import save_record
from kutego.operations.positions import PositionInput

ALWAYS = frozenset({"full", "double", "call_off", "overlap", "past"})
GUESTS = 4
TRIAL = "Schnupperstunde"


def add_bookings(on: date) -> None:
    """A free trial lesson, a course that the city pays for, and a lesson that fell out."""
    with clock.at(clock.noon(on)):
        guests = _guests()
        if not guests:
            return
        trial = _trial(on)
        booked = [_book(dog, trial, ZERO, PaymentMethod.BANK_TRANSFER, on) for dog in guests]
        city = _book(guests[0], None, Decimal("49.00"), PaymentMethod.EXTERNAL, on)
        finish_booking(booked[0], on=on, by=OFFICE)
        cancel_booking(booked[-1], reason="Kommt doch nicht", on=on, by=OFFICE)
        convert_booking(city, payment_method=PaymentMethod.BANK_TRANSFER, on=on, by=OFFICE)
        _book(guests[1], None, Decimal("35.00"), PaymentMethod.EXTERNAL, on)
        _call_off(on)


# --- parts ------------------------------------------------------------------------------------


def _guests() -> list[Participant]:
    query = (
        select(Participant)
        .join(Customer, Customer.id == Participant.customer_id)
        .where(Customer.state == CustomerState.ACTIVE)
        .order_by(Participant.id)
    )
    return list(db.session.scalars(query.limit(GUESTS)))


def _trial(on: date) -> CourseDate:
    day = on + timedelta(days=9)
    values = {
        "title": TRIAL, "kind": CourseKind.BLOCK, "price": ZERO, "capacity": 12,
        "starts_on": day, "ends_on": day,
    }  # fmt: skip
    course: CourseDate = save_record(CourseDate(), values, by=OFFICE)
    save_record(CourseDay(), {"course_date_id": course.id, "on": day}, by=OFFICE)
    return course


def _book(
    dog: Participant, course: CourseDate | None, price: Decimal, method: PaymentMethod, on: date
) -> Booking:
    kind = PositionKind.OTHER if course is None else PositionKind.COURSE
    line = PositionInput(
        kind, course.title if course else "Hundeführerschein, bezahlt von der Stadt", price,
        Decimal("19.00"), participant_id=dog.id, course_date_id=course.id if course else None,
    )  # fmt: skip
    with transaction(dog.customer):
        draft = save_draft(dog.customer, positions=[line], payment_method=method, on=on, by=OFFICE)
        made = issue_invoice(draft, confirmed=ALWAYS, on=on, by=OFFICE)
    assert isinstance(made, Booking)  # noqa: S101  # free, or paid elsewhere
    return made


def _call_off(on: date) -> None:
    """The next lesson of a course that somebody comes to."""
    owner = db.session.scalar(select(Employee).where(Employee.role == Role.OWNER).limit(1))
    day = db.session.scalar(
        select(CourseDay)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .join(Enrolment, Enrolment.course_date_id == CourseDate.id)
        .where(
            CourseDay.on > on, CourseDay.state == CourseDayState.PLANNED,
            CourseDate.state == CourseState.PUBLISHED, CourseDate.title != TRIAL,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
        .order_by(CourseDay.on, CourseDay.id)
        .limit(1)
    )  # fmt: skip
    if owner is None or day is None:
        return
    by = Actor(owner.name, owner.id)
    call_off_day(
        day, way=CompensationWay.MONEY, reason="Die Trainerin ist krank.", send_mail=False,
        confirmed=ALWAYS, on=on, by=by,
    )  # fmt: skip
    for row in db.session.scalars(select(DayCompensation).order_by(DayCompensation.id)).all():
        compensate(row, on=on, by=by)
