"""Vouchers: codes with a value, and discount codes."""

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import Percent
from kutego.models.payment_method import Offering


class VoucherTemplate(Offering, Base):
    """A voucher that can be bought: its label and its value."""

    __tablename__ = "voucher_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
