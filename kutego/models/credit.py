"""The credit of a customer, entry by entry, with its receipts and refunds."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import LATER, Chained
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class EntryKind(Labelled):
    DEPOSIT = "deposit", "Einzahlung"
    OFFSET = "offset", "Verrechnung"
    PAYOUT = "payout", "Auszahlung"
    REVERSAL = "reversal", "Gegenbuchung"
    CANCELLATION = "cancellation", "Gutschrift aus Storno"
    TRANSFER = "transfer", "Übertrag"
    VOUCHER = "voucher", "Aus Gutschein"


class DepositKind(Labelled):
    """How credit was paid in (Einzahlart): a closed list (spec CRD-04)."""

    OPENING_BALANCE = "opening_balance", "Saldenvortrag"
    GOODWILL = "goodwill", "Kulanz"
    ON_SITE = "on_site", "Zahlung vor Ort"
    DIRECT_DEBIT = "direct_debit", "Lastschrift"
    BANK_TRANSFER = "bank_transfer", "Überweisung"
    PAYPAL = "paypal", "PayPal"
    ON_ACCOUNT = "on_account", "Zahlung auf Rechnung"

    @property
    def has_receipt(self) -> bool:
        """Opening balance and goodwill are internal and make no document (spec CRD-05, 06)."""
        return self not in (DepositKind.OPENING_BALANCE, DepositKind.GOODWILL)


class Receipt(Documented, Chained, Base):
    """A numbered receipt (Quittung); negative for a pay-out."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_amount", "amount"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_on: Mapped[date]
    amount: Mapped[Decimal]
    payment_kind: Mapped[DepositKind]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    customer: Mapped[Customer] = relationship(viewonly=True)
    refund: Mapped["Refund | None"] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.number

    @property
    def status(self) -> str:
        """Internally set off, or how far the refund is (spec CRD-20)."""
        return self.refund.state.label if self.refund else "Intern verrechnet"


REVERSES = text("reverses_id IS NOT NULL")


class CreditEntry(Chained, Base):
    """One movement of a customer's credit: positive when paid in, negative when used."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="moves_money"),
        Index("ix_credit_entry_customer_id_id", "customer_id", "id"),
        Index("ix_credit_entry_booked_on_id_amount", "booked_on", "id", "amount"),
        # of the unique index the planner knows that nearly all entries reverse none, and reads all
        Index(
            "ix_credit_entry_reverses",
            "reverses_id",
            sqlite_where=REVERSES,
            postgresql_where=REVERSES,
        ),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[EntryKind]
    payment_kind: Mapped[DepositKind | None]
    amount: Mapped[Decimal]
    balance: Mapped[Decimal]  # after this entry
    booked_on: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    text: Mapped[str] = mapped_column(String(500))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), info=LATER)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("credit_entry.id"), unique=True)

    customer: Mapped[Customer] = relationship(viewonly=True)
    receipt: Mapped[Receipt | None] = relationship(viewonly=True)
    invoice: Mapped["Invoice | None"] = relationship(viewonly=True)
    reverses: Mapped["CreditEntry | None"] = relationship(
        remote_side="CreditEntry.id", viewonly=True
    )
    reversed_by: Mapped["CreditEntry | None"] = relationship(
        viewonly=True, foreign_keys="CreditEntry.reverses_id", uselist=False
    )

    @property
    def lock_root(self) -> Customer:
        return self.customer.account

    def __str__(self) -> str:
        return f"{self.kind.label} vom {self.booked_on:%d.%m.%Y}"


class RefundState(Labelled):
    TO_REFUND = "to_refund", "Extern zu erstatten"
    SUBMITTED = "submitted", "Überweisung eingereicht"
    REFUNDED = "refunded", "Erstattet"
    WITHDRAWN = "withdrawn", "Zurückgenommen"


class Refund(Stateful, Base):
    """Money that goes back to the customer by transfer: a pay-out or a cancellation."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    transitions = {
        RefundState.TO_REFUND: frozenset(
            {RefundState.SUBMITTED, RefundState.REFUNDED, RefundState.WITHDRAWN}
        ),
        RefundState.SUBMITTED: frozenset({RefundState.REFUNDED, RefundState.TO_REFUND}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"), unique=True)
    cancellation_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation.id"), unique=True)
    transfer_file_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_file.id"), index=True)
    state: Mapped[RefundState] = mapped_column(default=RefundState.TO_REFUND)
    amount: Mapped[Decimal]
    account_holder: Mapped[str | None]
    iban: Mapped[str | None] = mapped_column(String(34))
    purpose: Mapped[str] = mapped_column(String(140))
    created_on: Mapped[date]
    refunded_on: Mapped[date | None]

    customer: Mapped[Customer] = relationship()

    def __str__(self) -> str:
        return self.purpose


class TransferFile(Base):
    """A SEPA credit transfer file (pain.001) that was made of refunds."""

    __tablename__ = "transfer_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(35), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    count: Mapped[int]
    total: Mapped[Decimal]
    sha256: Mapped[str] = mapped_column(String(64))

    def __str__(self) -> str:
        return self.message_id
