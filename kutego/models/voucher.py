"""Vouchers: codes that are worth money or take something off a price."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base, Frozen
from kutego.labelled import Labelled
from kutego.models.booking import Booking
from kutego.models.chain import LATER, Chained
from kutego.models.company import Percent
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.ids import Identified
from kutego.models.invoice import Invoice
from kutego.models.payment_method import Offering
from kutego.models.sold import Sold
from kutego.models.voucher_template import Limited, VoucherTemplate
from kutego.money import ZERO


class VoucherKind(Labelled):
    PURCHASE = "purchase", "Kaufgutschein"
    VALUE = "value", "Wertgutschein"
    DISCOUNT = "discount", "Rabattcode"


class VoucherState(Labelled):
    """Computed from the facts and the day, never stored. In this order: the first that is true."""

    BLOCKED = "blocked", "Gesperrt"
    USED_UP = "used_up", "Eingelöst"
    EXPIRED = "expired", "Abgelaufen"
    UNPAID = "unpaid", "Wartet auf Zahlung"
    EARLY = "not_yet_valid", "Noch nicht gültig"
    VALID = "valid", "Gültig"


TO_MAIL: dict[str, Any] = {
    "sqlite_where": text("to_mail"),
    "postgresql_where": text("to_mail"),
}


class Voucher(Identified, Sold, Limited, Offering, Base):
    """A code. `rest` and `uses` are kept sums of its redemptions, proved by verify.

    Purchase and value vouchers have a `value` and are means of payment; with a `vat_rate` it is a
    single-purpose voucher, taxed when it was sold. A discount code has `percent` or `amount`.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("rest >= 0", name="rest"),
        CheckConstraint("uses >= 0", name="uses"),
        Index("ix_voucher_customer_id_id", "customer_id", "id"),
        Index("ix_voucher_to_mail", "id", **TO_MAIL),
        UniqueConstraint("invoice_id", "position_key", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)  # normalised: capitals, digits
    kind: Mapped[VoucherKind]
    name: Mapped[str]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("voucher_template.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # buyer, or for whom
    place: Mapped[int | None]  # which one of those that its position sold
    value: Mapped[Decimal] = mapped_column(default=ZERO)
    rest: Mapped[Decimal] = mapped_column(default=ZERO)
    uses: Mapped[int] = mapped_column(default=0)
    vat_rate: Mapped[Percent | None]
    percent: Mapped[Percent | None]
    amount: Mapped[Decimal | None]
    minimum: Mapped[Decimal | None]  # of what the code is good for
    most_uses: Mapped[int | None]
    most_per_customer: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]  # the last day counts
    waits: Mapped[bool] = mapped_column(default=False)  # until the invoice of its sale is paid
    blocked_at: Mapped[datetime | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)  # its sale was cancelled
    to_mail: Mapped[bool] = mapped_column(default=False)  # to the buyer, once it is valid
    remark: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship()
    template: Mapped[VoucherTemplate | None] = relationship()
    invoice: Mapped[Invoice | None] = relationship()
    sheets: Mapped[list["VoucherSheet"]] = relationship(
        back_populates="voucher", order_by="VoucherSheet.id", viewonly=True
    )
    redemptions: Mapped[list["VoucherRedemption"]] = relationship(
        back_populates="voucher", order_by="VoucherRedemption.id", viewonly=True
    )

    def __str__(self) -> str:
        return self.number

    @property
    def lock_root(self) -> "Voucher":
        return self

    @property
    def number(self) -> str:
        """The code as it is printed: what was drawn in groups of four."""
        if self.kind is VoucherKind.DISCOUNT:
            return self.code
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))

    @property
    def short(self) -> str:
        """How documents and the history name it: enough to know it, too little to redeem it."""
        return self.code if self.kind is VoucherKind.DISCOUNT else f"…{self.code[-4:]}"

    @property
    def is_money(self) -> bool:
        """Whether it pays; else it takes something off the prices, and off the tax with them."""
        return self.kind is not VoucherKind.DISCOUNT and self.vat_rate is None

    def state(self, on: date) -> VoucherState:
        """How it stands on a day."""
        if self.blocked_at is not None:
            return VoucherState.BLOCKED
        if self._is_used_up:
            return VoucherState.USED_UP
        if self.valid_to is not None and self.valid_to < on:
            return VoucherState.EXPIRED
        if self.waits and self.invoice is not None and self.invoice.open_amount > 0:
            return VoucherState.UNPAID
        if self.valid_from is not None and self.valid_from > on:
            return VoucherState.EARLY
        return VoucherState.VALID

    @property
    def _is_used_up(self) -> bool:
        if self.kind is VoucherKind.DISCOUNT:
            return self.most_uses is not None and self.uses >= self.most_uses
        return self.rest <= 0


class VoucherSheet(Documented, Identified, Frozen, Base):
    """What is handed over, as PDF. Where the terms change there is a new one, and that counts."""

    __tablename__ = "voucher_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    voucher: Mapped[Voucher] = relationship(back_populates="sheets", viewonly=True)

    def __str__(self) -> str:
        return self.number


class RedemptionKind(Labelled):
    REDEEMED = "redeemed", "Eingelöst"
    RETURNED = "returned", "Zurück auf den Code"
    CORRECTED = "corrected", "Rechnung korrigiert"
    CONVERTED = "converted", "In Guthaben umgewandelt"


class VoucherRedemption(Chained, Base):
    """What a code was used for, positive, or (negative) what came back to it.

    `shares` says what was taken off which positions (by key), where it is not a payment.
    """

    __tablename__ = "voucher_redemption"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)  # who used it
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[RedemptionKind]
    amount: Mapped[Decimal]
    uses: Mapped[int]  # how often more it has been used now: 1, 0 or -1
    rest: Mapped[Decimal]  # after this row
    booked_on: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True, info=LATER)
    cancellation_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    credit_entry_id: Mapped[int | None] = mapped_column(ForeignKey("credit_entry.id"), unique=True)
    shares: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    customer: Mapped[Customer] = relationship(viewonly=True)
    voucher: Mapped[Voucher] = relationship(back_populates="redemptions", viewonly=True)
    invoice: Mapped[Invoice | None] = relationship(viewonly=True)
    booking: Mapped[Booking | None] = relationship(viewonly=True)

    @property
    def lock_root(self) -> Customer:
        return self.customer

    def __str__(self) -> str:
        return f"{self.kind.label} am {self.booked_on:%d.%m.%Y}"
