"""Bookings: what was sold without an invoice, with a number and a confirmation of its own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import Chained
from kutego.models.contract import Contract
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.ids import Identified
from kutego.models.invoice import Invoice, InvoiceOrigin
from kutego.models.payment_method import PaymentMethod
from kutego.models.position import PositionColumns
from kutego.models.stateful import Stateful
from kutego.money import ZERO


class BookingReason(Labelled):
    """Why there is no invoice (spec INV-02 to 04, U-09)."""

    FREE = "free", "Kostenlos"
    EXTERNAL = "external", "Externe Bezahlung"
    NO_FINANCE = "no_finance", "Finanzmodul ausgeschaltet"
    COVERED = "covered", "Mit Guthaben bezahlt"
    VOUCHER = "voucher", "Mit Gutschein bezahlt"

    @property
    def is_covered(self) -> bool:
        """Whether it was paid, by what the customer had."""
        return self in (BookingReason.COVERED, BookingReason.VOUCHER)


class BookingState(Labelled):
    OPEN = "open", "Offen"
    DONE = "done", "Erledigt"
    CONVERTED = "converted", "In Rechnung umgewandelt"
    CANCELLED = "cancelled", "Storniert"


S = BookingState


class Booking(Stateful, Identified, Base):
    """The head: who booked, why there is no invoice, and what became of it.

    `total` is what it would cost; `credit_used` and `voucher_used` are what credit and vouchers
    have paid of it and have not got back. `cancelled_keys` are positions that hold no more.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_customer_id_id", "customer_id", "id"),
        Index("ix_booking_state_booked_on_id", "state", "booked_on", "id"),  # the list
    )

    transitions = {
        S.OPEN: frozenset({S.DONE, S.CONVERTED, S.CANCELLED}),
        S.DONE: frozenset({S.OPEN, S.CONVERTED, S.CANCELLED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)  # drawn last, never None
    state: Mapped[BookingState] = mapped_column(default=BookingState.OPEN)
    reason: Mapped[BookingReason]
    origin: Mapped[InvoiceOrigin] = mapped_column(default=InvoiceOrigin.MANUAL)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(  # the one that it became
        ForeignKey("invoice.id"), unique=True
    )
    created_at: Mapped[datetime]
    booked_on: Mapped[date]
    email: Mapped[str | None]
    payment_method: Mapped[PaymentMethod]
    total: Mapped[Decimal] = mapped_column(default=ZERO)
    credit_used: Mapped[Decimal] = mapped_column(default=ZERO)
    voucher_used: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    cancelled_keys: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    send_mail: Mapped[bool] = mapped_column(default=True, server_default=true())

    customer: Mapped[Customer] = relationship()
    contract: Mapped[Contract | None] = relationship()
    invoice: Mapped[Invoice | None] = relationship()
    positions: Mapped[list["BookingPosition"]] = relationship(
        order_by="BookingPosition.place", viewonly=True
    )
    confirmation: Mapped["BookingConfirmation"] = relationship(viewonly=True, uselist=False)

    def __str__(self) -> str:
        return self.number or f"#{self.id}"

    @property
    def is_standing(self) -> bool:
        """Whether it still holds as a booking: neither cancelled nor an invoice by now."""
        return self.state in (BookingState.OPEN, BookingState.DONE)

    @property
    def left(self) -> list["BookingPosition"]:
        """The positions that still hold."""
        gone = self.cancelled_keys or ()
        return [position for position in self.positions if position.key not in gone]

    @property
    def left_total(self) -> Decimal:
        """What they cost."""
        return sum((position.gross for position in self.left), ZERO)


class BookingConfirmation(Documented, Chained, Base):
    """What the customer was told: the snapshot that the PDF is rendered from. One per booking."""

    __tablename__ = "booking_confirmation"
    __table_args__ = (UniqueConstraint("booking_id"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_on: Mapped[date]
    total: Mapped[Decimal]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    booking: Mapped[Booking] = relationship()

    def __str__(self) -> str:
        return self.number


class BookingPosition(PositionColumns, Chained, Base):
    """A line of a booking, with the amounts it would have on an invoice."""

    __tablename__ = "booking_position"
    __table_args__ = (UniqueConstraint("booking_id", "key"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    category: Mapped[str] = mapped_column(String(2))
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    gross: Mapped[Decimal]

    booking: Mapped[Booking] = relationship()
    contract: Mapped[Contract | None] = relationship()
