"""Locations: where courses take place, when they are open, and when they are closed."""

from datetime import date, time

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.federal_state import FederalState
from kutego.models.weekday import Weekday


class Location(Base):
    """Where courses take place."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    federal_state: Mapped[FederalState | None]  # None: the state of the company
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """In one line, as a calendar shows it."""
        town = " ".join(filter(None, (self.postcode, self.city)))
        return ", ".join(filter(None, (self.name, self.street, town)))


class OpeningHours(Base):
    """From when to when a location is open on one day of the week; a lunch break makes two."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="span"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    weekday: Mapped[Weekday]
    opens_at: Mapped[time]
    closes_at: Mapped[time]

    location: Mapped[Location] = relationship()

    def __str__(self) -> str:
        return f"{self.weekday.label} {self.opens_at:%H:%M} bis {self.closes_at:%H:%M}"


class ClosingTime(Base):
    """Days on which a location is closed, or all of them where none is named."""

    __tablename__ = "closing_time"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="span"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"), index=True)
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)

    location: Mapped[Location | None] = relationship()

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_on:%d.%m.%Y} bis {self.ends_on:%d.%m.%Y})"
