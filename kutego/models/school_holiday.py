"""School holidays: courses that pause for them make no days then. Nothing is closed."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.location import Location


class SchoolHoliday(Base):
    """From and until which day, for one location or for all; states differ, so locations may."""

    __tablename__ = "school_holiday"
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
