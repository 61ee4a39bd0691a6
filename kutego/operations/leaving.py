"""What is held on a customer: what keeps them from being deleted or anonymised, and what would go.

The page that explains it and the operations that do it come from the same two plans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all

from kutego import clock
from kutego.db import db
from kutego.models import (
    Appointment,
    AppointmentState,
    CompensationState,
    Contract,
    ContractState,
    CourseDay,
    CourseDayState,
    Customer,
    DayCompensation,
    Employee,
    Enrolment,
    EnrolmentState,
    Event,
    Invoice,
    Offer,
    OfferState,
    Refund,
    RefundState,
    RentalState,
    RoomRental,
    Ticket,
    TicketState,
    company,
)
from kutego.models.personal import Deletion, Holding, rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.money import ZERO
from kutego.operations.discarded_files import discard

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)
ON_THE_WAY = (RefundState.TO_REFUND, RefundState.SUBMITTED)


@dataclass(frozen=True)
class Found:
    """So many rows of one kind. `table` tells a screen which list shows them."""

    table: str
    title: str
    count: int


@dataclass(frozen=True)
class Departure:
    """What deleting a customer would mean."""

    blocking: list[Found]  # must be gone before
    lost: list[Found]  # goes only when somebody says so
    going: list[Found]  # goes without a further word


@dataclass(frozen=True)
class Standing:
    """What is still between the house and a customer."""

    open_invoices: int
    open_amount: Decimal
    contracts: int
    offers: int
    refunds: int
    credit: Decimal
    staff: int  # 1 for somebody who works here
    places: int  # in courses that go on
    dates: int  # appointments, rentals and tickets that are still to come
    days: int  # called-off course days that something is still to be given for


def departure_of(customer: Customer) -> Departure:
    """What keeps the customer from being deleted, and what would go, in one statement."""
    known = {holding.table: holding for holding in HOLDINGS}
    counts = _counts(customer.id)
    blocking, lost, going = [], [], []
    for table, (touched, total) in counts.items():
        holding = known[table]
        if not total or (holding.part_of and counts[holding.part_of][1]):
            continue
        if holding.deletion is Deletion.BLOCK and touched:
            blocking.append(Found(table, holding.title, touched))
        elif holding.deletion is Deletion.ASK and touched:
            lost.append(Found(table, holding.title, touched))
        goes = holding.deletion in (Deletion.GO, Deletion.ASK) and table != "customer"
        if goes or (holding.deletion is Deletion.BLOCK and not touched):  # drafts
            going.append(Found(table, holding.title, total))
    if merged := _merged_into(customer):
        blocking.append(Found("customer", "Zusammengeführte Kunden", merged))
    return Departure(blocking, lost, going)


def standing_of(ids: Sequence[int]) -> Standing:
    """What is open between the house and the customers `ids`, in one statement."""
    invoices = and_(Invoice.customer_id.in_(ids), Invoice.open_amount > 0)
    contracts = and_(Contract.customer_id.in_(ids), Contract.state.in_(RUNNING))
    offers = and_(Offer.customer_id.in_(ids), Offer.state == OfferState.OPEN)
    refunds = and_(Refund.customer_id.in_(ids), Refund.state.in_(ON_THE_WAY))
    parts = [
        _number(Invoice.id, invoices),
        select(func.coalesce(func.sum(Invoice.open_amount), ZERO)).where(invoices),
        _number(Contract.id, contracts),
        _number(Offer.id, offers),
        _number(Refund.id, refunds),
        select(func.coalesce(func.sum(Customer.credit), ZERO)).where(Customer.id.in_(ids)),
        _number(Employee.id, Employee.customer_id.in_(ids)),
        _places(ids),
    ]
    to_come = [part.scalar_subquery() for part in _to_come(ids)]
    owed = and_(
        DayCompensation.customer_id.in_(ids), DayCompensation.state == CompensationState.OPEN
    )
    columns = [
        *(part.scalar_subquery() for part in parts),
        sum(to_come[1:], to_come[0]),
        _number(DayCompensation.id, owed).scalar_subquery(),
    ]
    row = db.session.execute(select(*columns)).one()
    return Standing(*row)


def accounts_of(customer: Customer) -> list[int]:
    """The ids of the customer and of all that were merged into them."""
    ids = [customer.id]
    found: Sequence[int] = ids
    while found:
        pointing = select(Customer.id).where(Customer.main_account_id.in_(found))
        found = [id_ for id_ in db.session.scalars(pointing) if id_ not in ids]
        ids += found
    return ids


def discard_files(holdings: Sequence[tuple[Holding, ColumnElement[bool]]]) -> None:
    """Let go of the files that these rows name. The bytes go at night, if nothing else names them.

    Call it before the rows themselves go.
    """
    hashes: list[str | None] = []
    for holding, rows in holdings:
        column = holding.rows.c[holding.file]
        hashes += db.session.scalars(select(column).where(rows))
    discard(hashes)


# --- parts ------------------------------------------------------------------------------------


def _counts(customer_id: int) -> dict[str, tuple[int, int]]:
    """For each table, how many rows the decision is about, and how many there are."""
    parts = []
    for holding in HOLDINGS:
        touched = holding.blocks() if holding.blocks is not None else literal(1) == 1
        part = select(literal(holding.table), func.count().filter(touched), func.count())
        parts.append(part.select_from(holding.rows).where(rows_of(holding, [customer_id])))
    rows: Any = db.session.execute(union_all(*parts))
    return {table: (some, total) for table, some, total in rows}


def _number(column: Any, condition: ColumnElement[bool]) -> Select[Any]:
    return select(func.count(column)).where(condition)


def _places(ids: Sequence[int]) -> Select[Any]:
    day = and_(
        CourseDay.course_date_id == Enrolment.course_date_id,
        CourseDay.state == CourseDayState.PLANNED,
        CourseDay.on >= clock.today(company().zone),
        CourseDay.on >= Enrolment.starts_on,
        or_(Enrolment.ends_on.is_(None), CourseDay.on <= Enrolment.ends_on),
    )
    active = and_(Enrolment.customer_id.in_(ids), Enrolment.state == EnrolmentState.ACTIVE)
    return _number(Enrolment.id, active & select(CourseDay.id).where(day).exists())


def _to_come(ids: Sequence[int]) -> list[Select[Any]]:
    now = clock.now()
    planned = and_(Appointment.state == AppointmentState.PLANNED, Appointment.ends_at > now)
    rented = and_(RoomRental.state == RentalState.PLANNED, RoomRental.ends_at > now)
    valid = and_(Ticket.state == TicketState.VALID, Ticket.event.has(Event.ends_at > now))
    return [
        _number(Appointment.id, Appointment.customer_id.in_(ids) & planned),
        _number(RoomRental.id, RoomRental.customer_id.in_(ids) & rented),
        _number(Ticket.id, Ticket.customer_id.in_(ids) & valid),
    ]


def _merged_into(customer: Customer) -> int:
    pointing = Customer.main_account_id == customer.id
    return db.session.scalar(select(func.count(Customer.id)).where(pointing)) or 0
