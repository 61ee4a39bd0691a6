"""What an instalment agreement splits: the lines of the invoice, each with its whole amount."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.customer import Customer
from kutego.models.position import PositionColumns

if TYPE_CHECKING:
    from kutego.models.contract import Contract


class InstalmentLine(PositionColumns, Base):
    """A line with its amount before it was split, all discounts taken off, as `unit_price`."""

    __tablename__ = "instalment_line"

    id: Mapped[int] = mapped_column(primary_key=True)

    contract: Mapped["Contract"] = relationship(back_populates="instalment_lines")

    @property
    def lock_root(self) -> Customer:
        return self.contract.customer
