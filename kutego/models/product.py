"""Products: articles that can be sold, and how many of them are there."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import Percent
from kutego.models.payment_method import Offering
from kutego.models.sold import Sold

if TYPE_CHECKING:
    from kutego.models.booking import Booking
    from kutego.models.invoice import Invoice


class SoldOut(Labelled):
    """What happens when more is sold than there is."""

    ASK = "ask", "Nachfragen, dann darf trotzdem verkauft werden"
    REFUSE = "refuse", "Nicht mehr verkaufen"


class Product(Offering, Base):
    """An article that can be sold. `stock` is the sum of its movements; None: not counted."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    stock: Mapped[Percent | None]
    sold_out: Mapped[SoldOut] = mapped_column(default=SoldOut.ASK, server_default="ask")
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def lock_root(self) -> "Product":
        return self


class MovementKind(Labelled):
    SOLD = "sold", "Verkauft"
    RETURNED = "returned", "Zurückgenommen"
    RECEIVED = "received", "Wareneingang"
    COUNTED = "counted", "Gezählt"


class StockMovement(Sold, Base):
    """So many pieces more or fewer of a product, when and why. Only ever added."""

    __tablename__ = "stock_movement"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[MovementKind]
    quantity: Mapped[Percent]  # negative: they left
    stock: Mapped[Percent]  # how many there were afterwards
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]

    product: Mapped[Product] = relationship()
    invoice: Mapped["Invoice | None"] = relationship()
    booking: Mapped["Booking | None"] = relationship()

    @property
    def lock_root(self) -> Product:
        return self.product

    def __str__(self) -> str:
        return f"{self.product}, {self.kind.label}"
