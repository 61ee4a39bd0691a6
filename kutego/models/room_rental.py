"""Room rentals: a room for somebody else's use, from when to when."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.room import Room
from kutego.models.sold import Sold
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.booking import Booking
    from kutego.models.invoice import Invoice


class RentalState(Labelled):
    PLANNED = "planned", "Gebucht"
    CANCELLED = "cancelled", "Storniert"


class RoomRental(Sold, Stateful, Base):
    """A room that a customer has rented (spec EVT-04)."""

    __tablename__ = "room_rental"
    __table_args__ = (
        Index("ix_room_rental_room_id_begins_at", "room_id", "begins_at"),
        CheckConstraint("begins_at < ends_at", name="times"),
    )

    transitions = {RentalState.PLANNED: frozenset({RentalState.CANCELLED})}

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    begins_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    state: Mapped[RentalState] = mapped_column(default=RentalState.PLANNED)
    sequence: Mapped[int] = mapped_column(default=0)  # how often the calendar entry was changed
    remark: Mapped[LongText | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    customer: Mapped[Customer] = relationship()
    room: Mapped[Room] = relationship()
    invoice: Mapped["Invoice | None"] = relationship()
    booking: Mapped["Booking | None"] = relationship()

    def __str__(self) -> str:
        return self.room.name
