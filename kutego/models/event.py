"""Events: what takes place once, and the kinds of tickets sold for it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.location import Location
from kutego.models.payment_method import Offering
from kutego.models.room import Room
from kutego.models.stateful import Stateful


class EventState(Labelled):
    DRAFT = "draft", "Entwurf"
    PUBLISHED = "published", "Veröffentlicht"
    CANCELLED = "cancelled", "Abgesagt"


class Event(Stateful, Base):
    """Something that takes place once and that tickets are sold for (spec EVT-03)."""

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("begins_at < ends_at", name="times"),)

    transitions = {
        EventState.DRAFT: frozenset({EventState.PUBLISHED, EventState.CANCELLED}),
        EventState.PUBLISHED: frozenset({EventState.DRAFT, EventState.CANCELLED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    description: Mapped[LongText | None]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    begins_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    state: Mapped[EventState] = mapped_column(default=EventState.DRAFT)

    sold: ClassVar[Any]  # counted by kutego.models.ticket, as the next two
    admitted: ClassVar[Any]
    quota: ClassVar[Any]

    location: Mapped[Location | None] = relationship()
    room: Mapped[Room | None] = relationship()
    categories: Mapped[list["TicketCategory"]] = relationship(
        back_populates="event", order_by="TicketCategory.id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def lock_root(self) -> "Event":
        return self


class TicketCategory(Offering, Base):
    """One kind of ticket of an event: its price, how many there are and when they are sold."""

    __tablename__ = "ticket_category"
    __table_args__ = (CheckConstraint("quota >= 0", name="quota"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    quota: Mapped[int]
    sold_from: Mapped[date | None]  # both days count in full
    sold_until: Mapped[date | None]
    most_each: Mapped[int | None]  # tickets of one customer; None: as many as there are
    is_active: Mapped[bool] = mapped_column(default=True)

    sold: ClassVar[Any]  # counted by kutego.models.ticket

    event: Mapped[Event] = relationship(back_populates="categories")

    @property
    def lock_root(self) -> Event:
        return self.event

    def __str__(self) -> str:
        return f"{self.event}, {self.name}"
