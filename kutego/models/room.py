"""Rooms of a location: where a course day, an appointment or a rental takes place."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.location import Location


class Room(Base):
    """A room, a pool, a field of a location."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)

    location: Mapped[Location] = relationship()

    def __str__(self) -> str:
        return self.name
