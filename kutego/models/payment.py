"""Payments on invoices: frozen rows; a wrong one is undone by its opposite."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import LATER, Chained
from kutego.models.customer import Customer
from kutego.models.invoice import Invoice
from kutego.models.payment_method import PaymentMethod

if TYPE_CHECKING:
    from kutego.models.voucher import Voucher


class PaymentKind(Labelled):
    PAYMENT = "payment", "Zahlung"
    DOWN_PAYMENT = "down_payment", "Anzahlung"
    CREDIT = "credit", "Guthaben"
    REVERSAL = "reversal", "Rückbuchung"
    CREDITED = "credited", "Gutschrift aus Storno"
    REFUNDED = "refunded", "Erstattung"
    VOUCHER = "voucher", "Gutschein"
    VOUCHER_RETURNED = "voucher_returned", "Zurück auf den Gutschein"


class Payment(Chained, Base):
    """Money that settled part of an invoice, or (negative) that went back."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount <> 0", name="moves_money"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    kind: Mapped[PaymentKind]
    method: Mapped[PaymentMethod | None]  # None for credit and vouchers
    amount: Mapped[Decimal]
    paid_on: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str | None] = mapped_column(String(500))
    credit_entry_id: Mapped[int | None] = mapped_column(ForeignKey("credit_entry.id"), index=True)
    cancellation_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True, info=LATER)

    customer: Mapped[Customer] = relationship(viewonly=True)
    invoice: Mapped[Invoice] = relationship(viewonly=True)
    voucher: Mapped["Voucher | None"] = relationship(viewonly=True)

    @property
    def lock_root(self) -> Customer:
        return self.invoice.customer

    def __str__(self) -> str:
        return f"{self.kind.label} vom {self.paid_on:%d.%m.%Y}"
