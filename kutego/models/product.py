"""Products: articles that can be sold."""

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import Percent


class Product(Base):
    """An article that can be sold."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
