"""Course days: the lessons of a course date, and the weekly times they are made from."""

from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    case,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseDate, CourseState
from kutego.models.employee import Employee
from kutego.models.room import Room
from kutego.models.weekday import Weekday


class CourseTime(Base):
    """A weekly time of a course date: Tuesdays from four to five, every second week, say."""

    __tablename__ = "course_time"
    __table_args__ = (CheckConstraint("interval_weeks between 1 and 12", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"), index=True)
    weekday: Mapped[Weekday]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    interval_weeks: Mapped[int] = mapped_column(default=1)

    course_date: Mapped[CourseDate] = relationship(back_populates="times")

    @property
    def lock_root(self) -> CourseDate:
        return self.course_date

    def __str__(self) -> str:
        return f"{self.weekday.label} {self.starts_at:%H:%M} bis {self.ends_at:%H:%M}"


class CourseDayState(Labelled):
    PLANNED = "planned", "Geplant"
    CANCELLED = "cancelled", "Abgesagt"


class CourseDay(Base):
    """One lesson of a course date. What it does not name, it has from the course date."""

    __tablename__ = "course_day"
    __table_args__ = (
        UniqueConstraint("course_time_id", "planned_on"),  # made once, however often the job runs
        Index("ix_course_day_instructor_id_on", "instructor_id", "on"),
        Index("ix_course_day_room_id_on", "room_id", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    course_date_id: Mapped[int] = mapped_column(
        ForeignKey("course_date.id", ondelete="RESTRICT"), index=True
    )
    on: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    state: Mapped[CourseDayState] = mapped_column(default=CourseDayState.PLANNED)
    topic: Mapped[str | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    is_unled: Mapped[bool] = mapped_column(default=False, server_default=false())
    course_time_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_time.id", ondelete="SET NULL")
    )
    planned_on: Mapped[date | None]  # where the weekly time puts it, wherever it was moved to
    called_off_at: Mapped[datetime | None]  # with those who had a place compensated (COU-13)
    called_off_why: Mapped[str | None]

    course_date: Mapped[CourseDate] = relationship(back_populates="days")
    room: Mapped[Room | None] = relationship()
    instructor: Mapped[Employee | None] = relationship()
    course_time: Mapped[CourseTime | None] = relationship()

    @property
    def lock_root(self) -> CourseDate:
        return self.course_date

    def __str__(self) -> str:
        return f"{self.course_date}, {self.on:%d.%m.%Y}"

    @property
    def led_by(self) -> Employee | None:
        """Who leads this day: the substitute, else whoever leads the course, else nobody."""
        return None if self.is_unled else self.instructor or self.course_date.instructor

    @property
    def held_in(self) -> Room | None:
        """The room of this day, else the one of the course."""
        return self.room or self.course_date.room

    @property
    def clock(self) -> str:
        """From when to when, as far as it is known."""
        return " bis ".join(f"{at:%H:%M}" for at in (self.starts_at, self.ends_at) if at)


def leader_of_day() -> ColumnElement[int | None]:
    """The id of who leads a day, for a query that joins CourseDay with CourseDate."""
    of_either = func.coalesce(CourseDay.instructor_id, CourseDate.instructor_id)
    return case((CourseDay.is_unled, null()), else_=of_either)


def room_of_day() -> ColumnElement[int | None]:
    """The id of the room of a day, for a query that joins CourseDay with CourseDate."""
    return func.coalesce(CourseDay.room_id, CourseDate.room_id)


def lacks_instructor(on: date) -> ColumnElement[bool]:
    """The condition for course dates that nobody leads, or one of whose days from `on` on."""
    unled = (
        select(CourseDay.id)
        .where(
            CourseDay.course_date_id == CourseDate.id,
            CourseDay.state == CourseDayState.PLANNED,
            CourseDay.on >= on,
            leader_of_day().is_(None),
        )
        .correlate(CourseDate)
    )
    not_over = or_(CourseDate.ends_on.is_(None), CourseDate.ends_on >= on)
    nobody = CourseDate.instructor_id.is_(None) & not_over
    return (CourseDate.state != CourseState.CANCELLED) & or_(nobody, unled.exists())
