"""Consecutive numbers: one row per range and year, drawn in the transaction that uses them."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.labelled import Labelled


class NumberKind(Labelled):
    CUSTOMER = "customer", "Kunden"
    CONTRACT = "contract", "Verträge"
    OFFER = "offer", "Angebote"
    INVOICE = "invoice", "Rechnungen"
    CANCELLATION = "cancellation", "Stornorechnungen"
    RECEIPT = "receipt", "Quittungen"
    BOOKING = "booking", "Buchungen"


DEFAULT_FORMATS = {
    NumberKind.CUSTOMER: "{number:05d}",
    NumberKind.CONTRACT: "V-{number:05d}",
    NumberKind.OFFER: "A-{year}-{number:04d}",
    NumberKind.INVOICE: "R-{year}-{number:05d}",
    NumberKind.CANCELLATION: "S-{year}-{number:04d}",
    NumberKind.RECEIPT: "Q-{year}-{number:04d}",
    NumberKind.BOOKING: "B-{year}-{number:04d}",
}


class NumberRange(Base):
    """The last number drawn of a kind in a year; year 0 where the range never starts anew."""

    __tablename__ = "number_range"

    kind: Mapped[NumberKind] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
    last_on: Mapped[date | None]
