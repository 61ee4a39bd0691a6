"""What is agreed about a running contract beyond its terms: pauses and new prices."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.periods import DAY

if TYPE_CHECKING:
    from kutego.models.contract import Contract


class ContractPause(Base):
    """Days on which a contract rests; what is paid of them comes after them.

    `old_…` and `new_…` are the dates of the contract before and after it was put in: with them a
    pause is taken back as long as nobody changed the contract since.
    """

    __tablename__ = "contract_pause"
    __table_args__ = (CheckConstraint("first <= last", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    keeps_place: Mapped[bool] = mapped_column(default=True)
    extends_term: Mapped[bool] = mapped_column(default=False)  # the minimum term ends later
    old_ends_on: Mapped[date]
    old_next_invoice_on: Mapped[date]
    old_billing_day: Mapped[int]
    new_ends_on: Mapped[date]
    new_next_invoice_on: Mapped[date]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    contract: Mapped["Contract"] = relationship(back_populates="pauses")

    def __str__(self) -> str:
        return f"{self.first:%d.%m.%Y} bis {self.last:%d.%m.%Y}"

    @property
    def lock_root(self) -> Customer:
        return self.contract.customer

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last + DAY - self.first).days


class PriceStep(Labelled):
    """How a new price is said for many contracts at once."""

    PERCENT = "percent", "Um Prozent"
    AMOUNT = "amount", "Um einen Betrag in Euro"
    PRICE = "price", "Auf einen neuen Preis in Euro"


class ContractPrice(Base):
    """A new price for every period that begins on `valid_from` or later."""

    __tablename__ = "contract_price"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    valid_from: Mapped[date]
    old_price: Mapped[Decimal]
    price: Mapped[Decimal]
    created_at: Mapped[datetime]
    applied_on: Mapped[date | None]  # when the first period was billed with it
    withdrawn_at: Mapped[datetime | None]

    contract: Mapped["Contract"] = relationship(back_populates="prices")

    def __str__(self) -> str:
        return f"{self.contract}, ab {self.valid_from:%d.%m.%Y}"

    @property
    def lock_root(self) -> Customer:
        return self.contract.customer
