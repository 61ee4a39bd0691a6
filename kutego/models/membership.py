"""Memberships: a regular fee that does not hang on a course date."""

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import Percent
from kutego.models.payment_method import Offering


class MembershipTemplate(Offering, Base):
    """The terms of a membership: fee, interval, first invoice, notice."""

    __tablename__ = "membership_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
