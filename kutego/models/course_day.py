"""Course days: the lessons of a course date."""

from datetime import date, time

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseDate


class CourseDayState(Labelled):
    PLANNED = "planned", "Geplant"
    CANCELLED = "cancelled", "Abgesagt"


class CourseDay(Base):
    """One lesson of a course date."""

    __tablename__ = "course_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    course_date_id: Mapped[int] = mapped_column(
        ForeignKey("course_date.id", ondelete="RESTRICT"), index=True
    )
    on: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    state: Mapped[CourseDayState] = mapped_column(default=CourseDayState.PLANNED)

    course_date: Mapped[CourseDate] = relationship(back_populates="days")

    @property
    def lock_root(self) -> CourseDate:
        return self.course_date

    def __str__(self) -> str:
        return f"{self.course_date}, {self.on:%d.%m.%Y}"
