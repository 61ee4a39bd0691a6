"""Term templates: what contracts of running courses are made from."""

from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import Percent


class TermTemplate(Base):
    """The terms a contract is made from: interval, price, minimum term, notice."""

    __tablename__ = "term_template"
    __table_args__ = (CheckConstraint("interval_months between 1 and 24", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    interval_months: Mapped[int] = mapped_column(default=1)
    minimum_months: Mapped[int] = mapped_column(default=0)
    notice_months: Mapped[int] = mapped_column(default=1)
    make_ups_per_interval: Mapped[int | None]  # None: as many as the course allows
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
