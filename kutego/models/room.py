"""Rooms of a location: where a course day, an appointment or a rental takes place."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.company import Percent
from kutego.models.location import Location
from kutego.models.payment_method import Offering


class Room(Offering, Base):
    """A room, a pool, a field of a location."""

    __tablename__ = "room"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    name: Mapped[str]
    capacity: Mapped[int | None]  # how many fit in
    price: Mapped[Decimal | None]  # of an hour; None: not rented by the hour
    flat_price: Mapped[Decimal | None]  # of a rental, however long
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    location: Mapped[Location] = relationship(lazy="joined")

    def __str__(self) -> str:
        return f"{self.name} ({self.location})"

    @property
    def lock_root(self) -> "Room":
        return self
