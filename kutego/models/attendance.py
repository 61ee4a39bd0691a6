"""Attendance: who was there on a course day, and what became of those who were not (COU-06)."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseDate
from kutego.models.course_day import CourseDay
from kutego.models.participant import Participant


class AttendanceValue(Labelled):
    """The five values. "Not yet" is no row at all."""

    ATTENDED = "attended", "Teilgenommen"
    ILL = "ill", "Krank"  # matters only for a cancellation insurance
    EXCUSED = "excused", "Entschuldigt"
    UNEXCUSED = "unexcused", "Unentschuldigt"
    MAKE_UP = "make_up", "Zur Nachholung abgemeldet"

    @property
    def sign(self) -> str:
        """The letter that stands for it in a narrow column."""
        return SIGNS[self]


SIGNS = {
    AttendanceValue.ATTENDED: "T",
    AttendanceValue.ILL: "K",
    AttendanceValue.EXCUSED: "E",
    AttendanceValue.UNEXCUSED: "U",
    AttendanceValue.MAKE_UP: "N",
}


class Attendance(Base):
    """What was recorded of one participant on one course day, by whom and when."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("course_day_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_day_id: Mapped[int] = mapped_column(ForeignKey("course_day.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    value: Mapped[AttendanceValue]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    course_day: Mapped[CourseDay] = relationship()
    participant: Mapped[Participant] = relationship()

    @property
    def lock_root(self) -> CourseDate:
        return self.course_day.course_date

    def __str__(self) -> str:
        return f"{self.participant}, {self.course_day}: {self.value}"
