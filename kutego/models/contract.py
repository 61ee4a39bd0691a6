"""Contracts that bill themselves, and the periods that were billed."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import Percent
from kutego.models.course import CourseDate
from kutego.models.customer import Customer
from kutego.models.enrolment import Enrolment
from kutego.models.ids import Identified
from kutego.models.participant import Participant
from kutego.models.payment_method import PaymentMethod
from kutego.models.stateful import Stateful
from kutego.models.term_template import TermTemplate
from kutego.money import ZERO
from kutego.periods import DAY, Period, period_from

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class ContractKind(Labelled):
    COURSE_TERM = "course_term", "Laufzeitvertrag"
    MEMBERSHIP = "membership", "Mitgliedschaft"
    INSTALMENT = "instalment", "Ratenvereinbarung"


class ContractState(Labelled):
    PENDING = "pending", "Angelegt"
    ACTIVE = "active", "Aktiv"
    TERMINATED = "terminated", "Gekündigt"
    ENDED = "ended", "Beendet"
    CANCELLED = "cancelled", "Storniert"
    FULFILLED = "fulfilled", "Erfüllt"


S = ContractState


class Contract(Stateful, Base):
    """Billed every interval, in advance. `ends_on` is the last day covered so far.

    `next_invoice_on` is the day after `ends_on`, unless a person confirmed a gap or an overlap.
    `billing_day` is the anchor: the 31st stays the 31st after a February (spec D-18).
    """

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("billing_day between 1 and 31", name="billing_day"),
        CheckConstraint("interval_months between 1 and 24", name="interval"),
        Index("ix_contract_state_next_invoice_on", "state", "next_invoice_on"),
    )

    transitions = {
        S.PENDING: frozenset({S.ACTIVE, S.CANCELLED}),
        S.ACTIVE: frozenset({S.TERMINATED, S.ENDED, S.CANCELLED, S.FULFILLED}),
        S.TERMINATED: frozenset({S.ACTIVE, S.ENDED, S.CANCELLED}),
        S.ENDED: frozenset({S.CANCELLED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    course_date_id: Mapped[int | None] = mapped_column(ForeignKey("course_date.id"), index=True)
    term_template_id: Mapped[int | None] = mapped_column(ForeignKey("term_template.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    kind: Mapped[ContractKind] = mapped_column(default=ContractKind.COURSE_TERM)
    state: Mapped[ContractState] = mapped_column(default=ContractState.ACTIVE)
    text: Mapped[str] = mapped_column(String(400))
    price: Mapped[Decimal]
    discount_percent: Mapped[Percent] = mapped_column(default=ZERO)
    vat_rate: Mapped[Percent]
    payment_method: Mapped[PaymentMethod]
    interval_months: Mapped[int] = mapped_column(default=1)
    minimum_months: Mapped[int] = mapped_column(default=0)
    notice_months: Mapped[int] = mapped_column(default=1)
    billing_day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    next_invoice_on: Mapped[date]
    terminated_to: Mapped[date | None]  # no period that begins after this day is billed
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant | None] = relationship()
    course_date: Mapped[CourseDate | None] = relationship()
    term_template: Mapped[TermTemplate | None] = relationship()
    periods: Mapped[list["ContractPeriod"]] = relationship(
        back_populates="contract", order_by="ContractPeriod.first", viewonly=True
    )

    enrolments: Mapped[list[Enrolment]] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.number

    @property
    def is_adjacent(self) -> bool:
        """Whether the next invoice follows the end without gap or overlap."""
        return self.next_invoice_on == self.ends_on + DAY

    @property
    def is_last_period(self) -> bool:
        """Whether a termination lets no further invoice come."""
        return self.terminated_to is not None and self.next_invoice_on > self.terminated_to

    @property
    def next_period(self) -> Period:
        """The period that the next invoice bills."""
        return period_from(self.next_invoice_on, self.interval_months, self.billing_day)


class ContractPeriod(Identified, Base):
    """A period that was billed, or passed over because nothing was due. Unique: never twice.

    `attempt` counts from 1; a person may bill a cancelled period again (spec D-24).
    """

    __tablename__ = "contract_period"
    __table_args__ = (UniqueConstraint("contract_id", "first", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    first: Mapped[date]
    last: Mapped[date]
    attempt: Mapped[int] = mapped_column(default=1)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)

    contract: Mapped[Contract] = relationship(back_populates="periods")
    invoice: Mapped["Invoice | None"] = relationship()

    @property
    def lock_root(self) -> Customer:
        return self.contract.customer


def due_contracts(on: date) -> Select[int]:
    """The ids of contracts with a period to bill on `on`, or past their last day; oldest first."""
    to_bill = (Contract.next_invoice_on <= on) & (
        Contract.terminated_to.is_(None) | (Contract.next_invoice_on <= Contract.terminated_to)
    )
    to_end = (Contract.state == S.TERMINATED) & (Contract.terminated_to < on)
    return (
        select(Contract.id)
        .where(Contract.state.in_([S.ACTIVE, S.TERMINATED]), to_bill | to_end)
        .order_by(Contract.next_invoice_on, Contract.id)
    )
