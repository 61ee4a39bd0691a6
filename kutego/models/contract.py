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
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import Percent
from kutego.models.contract_plan import ContractPause, ContractPrice
from kutego.models.course import CourseDate
from kutego.models.customer import Customer
from kutego.models.enrolment import Enrolment
from kutego.models.ids import Identified
from kutego.models.instalment import InstalmentLine
from kutego.models.membership import MembershipTemplate
from kutego.models.participant import Participant
from kutego.models.payment_method import PaymentMethod
from kutego.models.stateful import Stateful
from kutego.models.term_template import TermTemplate
from kutego.money import ZERO
from kutego.periods import DAY, Period, add_months, period_from, weeks_from

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class ContractKind(Labelled):
    COURSE_TERM = "course_term", "Laufzeitvertrag"
    MEMBERSHIP = "membership", "Mitgliedschaft"
    INSTALMENT = "instalment", "Ratenvereinbarung"


class ContractState(Labelled):
    PENDING = "pending", "Wartet auf Zahlung"
    ACTIVE = "active", "Aktiv"
    TERMINATED = "terminated", "Gekündigt"
    ENDED = "ended", "Beendet"
    CANCELLED = "cancelled", "Storniert"
    FULFILLED = "fulfilled", "Erfüllt"


S = ContractState


class Contract(Stateful, Base):
    """Billed every interval, in advance. `ends_on` is the last day covered so far.

    `next_invoice_on` is the day after `ends_on`, unless a person confirmed a gap or an overlap, or
    the contract rests. `billing_day` is the anchor: the 31st stays the 31st after a
    February (spec D-18); with `interval_weeks` there is none. A first period of its own length,
    up to a cut-off day or through a trial, lasts to `first_until` and costs `first_price`, which
    is the deposit of an instalment agreement too. `active_from` is from when a membership counts:
    None for one that waits for its first payment.
    """

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("billing_day between 1 and 31", name="billing_day"),
        CheckConstraint("interval_months between 1 and 24", name="interval"),
        Index("ix_contract_state_next_invoice_on", "state", "next_invoice_on"),
    )

    transitions = {
        S.PENDING: frozenset({S.ACTIVE, S.TERMINATED, S.ENDED, S.CANCELLED}),
        S.ACTIVE: frozenset({S.TERMINATED, S.ENDED, S.CANCELLED, S.FULFILLED}),
        S.TERMINATED: frozenset({S.ACTIVE, S.ENDED, S.CANCELLED}),
        S.ENDED: frozenset({S.CANCELLED}),
        S.FULFILLED: frozenset({S.CANCELLED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    course_date_id: Mapped[int | None] = mapped_column(ForeignKey("course_date.id"), index=True)
    term_template_id: Mapped[int | None] = mapped_column(ForeignKey("term_template.id"))
    membership_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("membership_template.id"), index=True
    )
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    kind: Mapped[ContractKind] = mapped_column(default=ContractKind.COURSE_TERM)
    state: Mapped[ContractState] = mapped_column(default=ContractState.ACTIVE)
    text: Mapped[str] = mapped_column(String(400))
    price: Mapped[Decimal]
    discount_percent: Mapped[Percent] = mapped_column(default=ZERO)
    vat_rate: Mapped[Percent]
    payment_method: Mapped[PaymentMethod]
    interval_months: Mapped[int] = mapped_column(default=1)
    interval_weeks: Mapped[int | None]
    minimum_months: Mapped[int] = mapped_column(default=0)
    notice_months: Mapped[int] = mapped_column(default=1)
    billing_day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    next_invoice_on: Mapped[date]
    terminated_to: Mapped[date | None]  # no period that begins after this day is billed
    renews: Mapped[bool] = mapped_column(default=True, server_default=true())
    first_until: Mapped[date | None]
    first_price: Mapped[Decimal | None]
    trial_until: Mapped[date | None]
    active_from: Mapped[date | None]
    fee_due: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")  # of registration
    instalments: Mapped[int | None]  # how many, of an instalment agreement
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant | None] = relationship()
    course_date: Mapped[CourseDate | None] = relationship()
    term_template: Mapped[TermTemplate | None] = relationship()
    membership_template: Mapped[MembershipTemplate | None] = relationship()
    instalment_lines: Mapped[list[InstalmentLine]] = relationship(
        back_populates="contract", order_by=InstalmentLine.place
    )
    pauses: Mapped[list[ContractPause]] = relationship(
        back_populates="contract", order_by=ContractPause.first, viewonly=True,
        primaryjoin=lambda: (ContractPause.contract_id == Contract.id)
        & ContractPause.withdrawn_at.is_(None),
    )  # fmt: skip
    prices: Mapped[list[ContractPrice]] = relationship(
        back_populates="contract", order_by=(ContractPrice.valid_from, ContractPrice.id),
        viewonly=True,
        primaryjoin=lambda: (ContractPrice.contract_id == Contract.id)
        & ContractPrice.withdrawn_at.is_(None),
    )  # fmt: skip
    periods: Mapped[list["ContractPeriod"]] = relationship(
        back_populates="contract", order_by="ContractPeriod.first", viewonly=True
    )

    enrolments: Mapped[list[Enrolment]] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.number

    @property
    def is_adjacent(self) -> bool:
        """Whether the next invoice follows the end without gap or overlap; a pause is no gap."""
        return self.next_invoice_on in (self.ends_on + DAY, self.after_pauses(self.ends_on + DAY))

    @property
    def is_last_period(self) -> bool:
        """Whether a termination lets no further invoice come."""
        return self.terminated_to is not None and self.next_invoice_on > self.terminated_to

    @property
    def next_period(self) -> Period:
        """The period that the next invoice bills."""
        return self.period_at(self.next_invoice_on, self.billing_day)

    def period_at(self, first: date, anchor: int) -> Period:
        """The period that begins on `first`, longer by the days of every pause in it."""
        last = self._agreed_period(first, self.anchor_at(first, anchor)).last
        for pause in self.pauses:
            if first <= pause.last and pause.first <= last:
                last += pause.last + DAY - max(pause.first, first)
        return Period(first, last)

    def _agreed_period(self, first: date, anchor: int) -> Period:
        if self.first_until is not None and first <= self.first_until:
            return Period(first, self.first_until)
        if self.interval_weeks is not None:
            return weeks_from(first, self.interval_weeks)
        return period_from(first, self.interval_months, anchor)

    def anchor_at(self, first: date, anchor: int) -> int:
        """The anchor of the periods from `first` on: another one where a pause has moved them."""
        if self.first_until is not None and first <= self.first_until:
            return anchor
        return anchor if add_months(first, 0, anchor) == first else first.day

    def after_pauses(self, day: date) -> date:
        """`day`, or the first one after the pauses that it lies in."""
        for pause in self.pauses:
            if pause.first <= day <= pause.last:
                day = pause.last + DAY
        return day

    def paid_days(self, period: Period) -> int:
        """How many days of a period count: those of pauses do not."""
        days = (period.last + DAY - period.first).days
        for pause in self.pauses:
            first, last = max(pause.first, period.first), min(pause.last, period.last)
            days -= max(0, (last + DAY - first).days)
        return days

    def price_at(self, day: date) -> Decimal:
        """The price of a period that begins on `day`."""
        is_first = self.first_until is not None and day <= self.first_until
        if is_first and self.first_price is not None:
            return self.first_price
        if not self.prices:
            return self.price
        agreed = [change.price for change in self.prices if change.valid_from <= day]
        return agreed[-1] if agreed else self.prices[0].old_price


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
    to_end = Contract.terminated_to < on
    return (
        select(Contract.id)
        .where(Contract.state.in_([S.ACTIVE, S.TERMINATED]), to_bill | to_end)
        .order_by(Contract.next_invoice_on, Contract.id)
    )
