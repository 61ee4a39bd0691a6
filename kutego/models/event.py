"""Events and their tickets."""

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.company import Percent


class Event(Base):
    """Something that takes place once and that tickets are sold for."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]

    def __str__(self) -> str:
        return self.name


class TicketCategory(Base):
    """One kind of ticket of an event, with its price and quota."""

    __tablename__ = "ticket_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    event: Mapped[Event] = relationship()

    def __str__(self) -> str:
        return f"{self.event}, {self.name}"
