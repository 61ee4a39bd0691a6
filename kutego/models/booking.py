"""Bookings: what was sold without an invoice."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.customer import Customer
from kutego.models.payment_method import PaymentMethod


class Booking(Base):
    """Something free, paid elsewhere, or paid in full by voucher or credit (spec INV-02 to 07)."""

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    payment_method: Mapped[PaymentMethod]
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()

    def __str__(self) -> str:
        return self.number
