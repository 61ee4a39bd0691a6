"""Cancellation documents: what was taken back of an invoice, never changed afterwards."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import LATER, Chained
from kutego.models.credit import Refund
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.invoice import Invoice
from kutego.money import ZERO


class Settlement(Labelled):
    """What happens to money that was already paid for what is cancelled."""

    CREDIT = "credit", "Als Guthaben gutschreiben"
    REFUND = "refund", "Erstatten (Überweisung)"


class Cancellation(Documented, Chained, Base):
    """A cancellation invoice (Stornorechnung).

    `total` is what it takes back, positive: the cancelled positions less the `fee` that is kept.
    `settled` is money that had been paid and goes back, as credit or by transfer.
    """

    __tablename__ = "cancellation"
    __table_args__ = (Index("ix_cancellation_issued_on_total", "issued_on", "total"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    fee: Mapped[Decimal]
    total: Mapped[Decimal]
    settlement: Mapped[Settlement | None]  # None where nothing had been paid
    settled: Mapped[Decimal]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    to_vouchers: Mapped[Decimal | None] = mapped_column(info=LATER)  # of what is settled

    customer: Mapped[Customer] = relationship(viewonly=True)
    invoice: Mapped[Invoice] = relationship(viewonly=True)
    positions: Mapped[list["CancellationPosition"]] = relationship(
        order_by="CancellationPosition.id", viewonly=True
    )
    refund: Mapped[Refund | None] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.number

    @property
    def refunded(self) -> Decimal:
        """What goes back by transfer."""
        return self.refund.amount if self.refund else ZERO

    @property
    def credited(self) -> Decimal:
        """What became credit; money that came from credit always does (spec CRD-23)."""
        return self.settled - self.refunded - (self.to_vouchers or ZERO)


WHOLE: dict[str, Any] = {
    "sqlite_where": text("days IS NULL"),
    "postgresql_where": text("days IS NULL"),
}


class CancellationPosition(Chained, Base):
    """One invoice position that a cancellation takes back, by its key: in whole and once only,
    or `days` of its `of_days` (spec INV-47), of which `days_before` were gone already.
    """

    __tablename__ = "cancellation_position"
    __table_args__ = (
        Index("uq_cancellation_position_whole", "invoice_id", "position_key", unique=True, **WHOLE),
        UniqueConstraint("invoice_id", "position_key", "days_before"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    cancellation_id: Mapped[int] = mapped_column(ForeignKey("cancellation.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position_key: Mapped[str] = mapped_column(String(20))
    gross: Mapped[Decimal]
    days: Mapped[int | None] = mapped_column(info=LATER)
    of_days: Mapped[int | None] = mapped_column(info=LATER)
    days_before: Mapped[int | None] = mapped_column(info=LATER)
    net: Mapped[Decimal | None] = mapped_column(info=LATER)  # of a part


def is_whole() -> ColumnElement[bool]:
    """The rows with which nothing of a position is left: in whole, or its last days."""
    return or_(
        CancellationPosition.days.is_(None),
        CancellationPosition.days + CancellationPosition.days_before
        == CancellationPosition.of_days,
    )
