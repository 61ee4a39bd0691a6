"""Calendar feeds: addresses under which other calendars read what takes place."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.employee import Employee
from kutego.models.location import Location
from kutego.models.room import Room


class CalendarFeed(Base):
    """What one person, one location or one room has on, for whoever knows the address."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint(
            "coalesce(employee_id, location_id, room_id) is not null", name="of_something"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), unique=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"), unique=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), unique=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    employee: Mapped[Employee | None] = relationship()
    location: Mapped[Location | None] = relationship()
    room: Mapped[Room | None] = relationship()

    def __str__(self) -> str:
        return str(self.employee or self.location or self.room)
