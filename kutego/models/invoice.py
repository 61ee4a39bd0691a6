"""Invoices: a head that carries the state, and frozen versions that are the documents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import Chained
from kutego.models.company import LongText
from kutego.models.contract import Contract
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.dunning import DunningCase, DunningEntry
from kutego.models.ids import Identified
from kutego.models.payment_method import PaymentMethod
from kutego.models.position import PositionColumns
from kutego.models.stateful import Stateful
from kutego.money import ZERO


class InvoiceState(Labelled):
    DRAFT = "draft", "Entwurf"
    ISSUED = "issued", "Ausgestellt"


class InvoiceOrigin(Labelled):
    MANUAL = "manual", "Büro"
    CONTRACT = "contract", "Vertrag"
    OFFER = "offer", "Angebot"
    WEBSITE = "website", "Webseite"


class PaymentStatus(Labelled):
    """Computed from amounts and today's date, never stored."""

    DRAFT = "draft", "Entwurf"
    OPEN = "open", "Offen"
    OVERDUE = "overdue", "Überfällig"
    PARTLY_PAID = "partly_paid", "Teilweise bezahlt"
    PAID = "paid", "Bezahlt"
    CANCELLED = "cancelled", "Storniert"


OPEN_ONLY: dict[str, Any] = {
    "sqlite_where": text("open_amount > 0"),
    "postgresql_where": text("open_amount > 0"),
}


class Invoice(Stateful, Identified, Base):
    """The head: who owes what by when.

    Kept sums, proved by verify: `total` (current version), `cancelled` (gross of cancelled
    positions), `fee` (kept at cancellations), `paid`, and
    `open_amount` = total - cancelled + fee - paid, never negative.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index("ix_invoice_customer_id_id", "customer_id", "id"),
        Index("ix_invoice_open_due_on", "due_on", "open_amount", **OPEN_ONLY),
        Index("ix_invoice_issued_on_id_total", "issued_on", "id", "total"),  # sums by month
        Index("ix_invoice_state_issued_on_id", "state", "issued_on", "id"),  # the list
        Index("ix_invoice_totals", "state", "open_amount", "total"),  # and its foot
    )

    transitions = {InvoiceState.DRAFT: frozenset({InvoiceState.ISSUED})}

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    state: Mapped[InvoiceState] = mapped_column(default=InvoiceState.DRAFT)
    origin: Mapped[InvoiceOrigin] = mapped_column(default=InvoiceOrigin.MANUAL)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    email: Mapped[str | None]
    payment_method: Mapped[PaymentMethod]
    method_locked: Mapped[bool] = mapped_column(default=False)
    intro: Mapped[LongText | None]
    closing: Mapped[LongText | None]
    credit_to_use: Mapped[Decimal] = mapped_column(default=ZERO)  # wish of a draft
    voucher_wish: Mapped[str | None]  # of a draft: `id:Euro` of each code, between blanks
    down_payment: Mapped[Decimal] = mapped_column(default=ZERO)  # of a draft, as are its method
    down_payment_method: Mapped[PaymentMethod | None]  # and its day: booked when it is issued
    down_payment_on: Mapped[date | None]
    send_mail: Mapped[bool] = mapped_column(default=True)  # wish of a draft
    instalments: Mapped[int | None]  # in how many a draft is to be paid
    total: Mapped[Decimal] = mapped_column(default=ZERO)
    cancelled: Mapped[Decimal] = mapped_column(default=ZERO)
    fee: Mapped[Decimal] = mapped_column(default=ZERO)
    paid: Mapped[Decimal] = mapped_column(default=ZERO)
    open_amount: Mapped[Decimal] = mapped_column(default=ZERO)

    customer: Mapped[Customer] = relationship()
    contract: Mapped[Contract | None] = relationship()
    dunning: Mapped["DunningCase | None"] = relationship(viewonly=True)
    dunning_entries: Mapped[list[DunningEntry]] = relationship(
        order_by="DunningEntry.id.desc()", viewonly=True
    )
    draft_positions: Mapped[list["DraftPosition"]] = relationship(
        order_by="DraftPosition.place", cascade="all, delete-orphan"
    )
    versions: Mapped[list["InvoiceVersion"]] = relationship(
        back_populates="invoice", order_by="InvoiceVersion.version", viewonly=True
    )
    current: Mapped["InvoiceVersion"] = relationship(  # None only as long as it is a draft
        primaryjoin="and_(InvoiceVersion.invoice_id == Invoice.id, "
        "InvoiceVersion.version == Invoice.version)",
        foreign_keys="[InvoiceVersion.invoice_id, InvoiceVersion.version]",
        uselist=False,
        viewonly=True,
    )

    def __str__(self) -> str:
        return self.number or f"Entwurf {self.id}"

    @property
    def is_fully_cancelled(self) -> bool:
        return self.state is InvoiceState.ISSUED and self.cancelled >= self.total > 0

    @property
    def is_partly_cancelled(self) -> bool:
        return 0 < self.cancelled < self.total

    def payment_status(self, on: date) -> PaymentStatus:
        """How it stands with the money on the day `on`."""
        if self.state is InvoiceState.DRAFT:
            return PaymentStatus.DRAFT
        if self.open_amount > 0:
            if self.due_on is not None and self.due_on < on:
                return PaymentStatus.OVERDUE
            return PaymentStatus.PARTLY_PAID if self.paid > 0 else PaymentStatus.OPEN
        return PaymentStatus.CANCELLED if self.is_fully_cancelled else PaymentStatus.PAID

    def refresh_open(self) -> None:
        """Bring `open_amount` in step with the sums beside it."""
        self.open_amount = self.total - self.cancelled + self.fee - self.paid


def payment_status_is(status: PaymentStatus, on: date) -> ColumnElement[bool]:
    """The condition in SQL for what `Invoice.payment_status` answers about one record."""
    owed = Invoice.open_amount > 0
    late = and_(owed, Invoice.due_on < on)
    in_time = and_(owed, or_(Invoice.due_on.is_(None), Invoice.due_on >= on))
    gone = and_(Invoice.cancelled >= Invoice.total, Invoice.total > 0)
    settled = and_(Invoice.state == InvoiceState.ISSUED, Invoice.open_amount == 0)
    return {
        PaymentStatus.DRAFT: Invoice.state == InvoiceState.DRAFT,
        PaymentStatus.OVERDUE: late,
        PaymentStatus.PARTLY_PAID: and_(in_time, Invoice.paid > 0),
        PaymentStatus.OPEN: and_(in_time, Invoice.paid <= 0),
        PaymentStatus.CANCELLED: and_(settled, gone),
        PaymentStatus.PAID: and_(settled, ~gone),
    }[status]


class DraftPosition(PositionColumns, Base):
    """A line of a draft: it reserves nothing and is deleted without trace."""

    __tablename__ = "draft_position"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)


class InvoiceVersion(Documented, Chained, Base):
    """One issued version: the snapshot that PDF and XML are rendered from. The newest counts."""

    __tablename__ = "invoice_version"
    __table_args__ = (UniqueConstraint("invoice_id", "version"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    total: Mapped[Decimal]
    reason: Mapped[str | None] = mapped_column(String(500))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    invoice: Mapped[Invoice] = relationship(back_populates="versions")
    positions: Mapped[list["InvoicePosition"]] = relationship(
        order_by="InvoicePosition.place",
        back_populates="invoice_version",
        viewonly=True,
    )

    def __str__(self) -> str:
        return self.number


class InvoicePosition(PositionColumns, Chained, Base):
    """A line of an issued version, with its share of the tax. The amounts are line totals."""

    __tablename__ = "invoice_position"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("invoice_version.id"))
    category: Mapped[str] = mapped_column(String(2))
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    gross: Mapped[Decimal]

    invoice_version: Mapped[InvoiceVersion] = relationship(back_populates="positions")
    contract: Mapped[Contract | None] = relationship()
