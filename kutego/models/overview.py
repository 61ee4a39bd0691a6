"""What the first page of the day shows: figures over many records, each in one statement."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, literal_column, select, union_all
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models.booking import Booking, BookingState
from kutego.models.cancellation import Cancellation
from kutego.models.course import CourseDate, CourseState
from kutego.models.course_day import (
    CourseDay,
    CourseDayState,
    leader_of_day,
)
from kutego.models.credit import Refund, RefundState
from kutego.models.employee import Employee
from kutego.models.enrolment import Enrolment, EnrolmentState
from kutego.models.invoice import Invoice
from kutego.models.message import PROBLEM, QUEUED, Channel, Message, MessageState
from kutego.models.offer import Offer, OfferState
from kutego.models.office import JobRun
from kutego.money import ZERO
from kutego.periods import DAY, add_months

WEEK = 7 * DAY


class Figure(NamedTuple):
    """How many, and for how much money altogether."""

    number: int
    amount: Decimal


class Lesson(NamedTuple):
    """A day of a course and how many take part on it."""

    day: CourseDay
    participants: int


class Month(NamedTuple):
    """A month by its first day, and what was invoiced in it less what was cancelled, gross."""

    first: date
    revenue: Decimal


def lessons_between(first: date, last: date, *, led_by: int | None = None) -> list[Lesson]:
    """The course days of a few days in the order of the clock, all or those that one leads."""
    taking_part = (
        select(func.count(Enrolment.id))
        .where(
            Enrolment.course_date_id == CourseDay.course_date_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.starts_on <= CourseDay.on,
            (Enrolment.ends_on.is_(None)) | (Enrolment.ends_on >= CourseDay.on),
        )
        .scalar_subquery()
    )
    course = joinedload(CourseDay.course_date)
    query = (
        select(CourseDay, taking_part)
        .join(CourseDay.course_date)
        .where(
            CourseDay.on.between(first, last),
            CourseDay.state == CourseDayState.PLANNED,
            CourseDate.state == CourseState.PUBLISHED,
        )
        .order_by(CourseDay.on, CourseDay.starts_at, CourseDate.title, CourseDay.id)
        .options(
            joinedload(CourseDay.instructor).joinedload(Employee.customer),
            course.joinedload(CourseDate.location),
            course.joinedload(CourseDate.instructor).joinedload(Employee.customer),
        )
    )
    if led_by is not None:
        query = query.where(leader_of_day() == led_by)
    return [Lesson(*row) for row in db.session.execute(query)]


def unpaid(on: date) -> tuple[Figure, Figure]:
    """All invoices with something still to be paid, and those of them that are overdue.

    Two ranges of the index of open invoices, which is ten times as fast as one pass with a case.
    """
    rows = select(func.count(Invoice.id), func.sum(Invoice.open_amount)).where(
        Invoice.open_amount > literal_column("0")  # spelled like the index
    )
    parts = rows.where(Invoice.due_on < on), rows.where(Invoice.due_on >= on)
    late, early = (Figure(n, amount or ZERO) for n, amount in db.session.execute(union_all(*parts)))
    return Figure(late.number + early.number, late.amount + early.amount), late


def offers_expiring(on: date) -> Figure:
    """Open offers whose last day is one of the seven that begin with `on`."""
    query = select(func.count(Offer.id), func.sum(Offer.total)).where(
        Offer.state == OfferState.OPEN, Offer.valid_until >= on, Offer.valid_until < on + WEEK
    )
    return _figure(query)


def bookings_open() -> int:
    """Bookings that nobody has marked done."""
    query = select(func.count(Booking.id)).where(Booking.state == BookingState.OPEN)
    return db.session.scalar(query) or 0


def refunds_to_transfer() -> Figure:
    """Money that waits to be sent back."""
    query = select(func.count(Refund.id), func.sum(Refund.amount))
    return _figure(query.where(Refund.state == RefundState.TO_REFUND))


def message_counts() -> dict[MessageState, int]:
    """How many e-mails wait, are unclear or have failed."""
    is_email = Message.channel == Channel.EMAIL
    waiting = select(literal(MessageState.QUEUED.value), func.count(Message.id)).where(
        QUEUED, is_email
    )
    problems = (
        select(Message.state, func.count(Message.id))
        .where(PROBLEM, is_email)
        .group_by(Message.state)
    )
    rows: Any = db.session.execute(union_all(waiting, problems))
    found: dict[str, int] = dict(rows.all())
    states = (MessageState.QUEUED, MessageState.UNCLEAR, MessageState.FAILED)
    return {state: found.get(state, 0) for state in states}


def troubled_jobs() -> list[JobRun]:
    """The last run of every job whose last run had problems."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.name)
    query = select(JobRun).where(JobRun.id.in_(newest), JobRun.failed > 0).order_by(JobRun.name)
    return list(db.session.scalars(query))


def revenue(until: date, months: int = 12) -> list[Month]:
    """Each of the last `months` months up to the one of `until`, the oldest first.

    An invoice counts in the month of its date, a cancellation in its own.
    """
    this = until.replace(day=1)
    firsts = [add_months(this, -back) for back in range(months - 1, -1, -1)]
    parts = [
        select(literal(i), func.sum(amount)).where(on >= first, on < add_months(first, 1))
        for i, first in enumerate(firsts)
        for on, amount in (
            (Invoice.issued_on, Invoice.total),
            (Cancellation.issued_on, -Cancellation.total),
        )
    ]
    sums = dict.fromkeys(range(months), ZERO)
    for i, amount in db.session.execute(union_all(*parts)):
        sums[i] += amount or ZERO
    return [Month(first, sums[i]) for i, first in enumerate(firsts)]


def _figure(query: Select[*tuple[Any, ...]]) -> Figure:
    count, amount = db.session.execute(query).one()
    return Figure(count, amount or ZERO)
