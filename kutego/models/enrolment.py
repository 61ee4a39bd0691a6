"""Enrolments: who is in a course date, from and until which day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Select, false, func, or_, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.attendance import Attendance, AttendanceValue
from kutego.models.course import CourseDate
from kutego.models.course_day import CourseDay, CourseDayState
from kutego.models.customer import Customer
from kutego.models.participant import Participant
from kutego.models.sold import Sold
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class EnrolmentState(Labelled):
    ACTIVE = "active", "Aktiv"
    ENDED = "ended", "Beendet"
    REMOVED = "removed", "Entfernt"


class Enrolment(Sold, Stateful, Base):
    """A participant's place in a course date, from and until which day."""

    __tablename__ = "enrolment"
    __table_args__ = (Index("ix_enrolment_course_date_id_state", "course_date_id", "state"),)

    transitions = {
        EnrolmentState.ACTIVE: frozenset({EnrolmentState.ENDED, EnrolmentState.REMOVED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(default=EnrolmentState.ACTIVE)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    is_insured: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    suspended_for_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant] = relationship(back_populates="enrolments")
    course_date: Mapped[CourseDate] = relationship()
    suspended_for: Mapped["Invoice | None"] = relationship(foreign_keys=[suspended_for_id])

    def __str__(self) -> str:
        return f"{self.participant} in {self.course_date}"

    @property
    def is_suspended(self) -> bool:
        """Whether it rests because an invoice is unpaid; with the payment it goes on by itself."""
        return self.suspended_for is not None and self.suspended_for.open_amount > 0


_mine = Enrolment.__table__.c
_ill = (
    select(func.count(Attendance.id))
    .join(CourseDay, CourseDay.id == Attendance.course_day_id)
    .where(
        _mine.is_insured,
        CourseDay.course_date_id == _mine.course_date_id,
        Attendance.participant_id == _mine.participant_id,
        Attendance.value == AttendanceValue.ILL,
    )
    .correlate(Enrolment)
)
Enrolment.ill_days = column_property(_ill.scalar_subquery(), deferred=True)  # of an insured place


def next_day_of(customer_id: int, on: date) -> Select[date]:
    """The next day, from `on`, that a participant of a customer has a place on; NULL for none."""
    return (
        select(func.min(CourseDay.on))
        .join(Enrolment, Enrolment.course_date_id == CourseDay.course_date_id)
        .where(
            Enrolment.customer_id == customer_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.starts_on <= CourseDay.on,
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= CourseDay.on),
            CourseDay.on >= on,
            CourseDay.state == CourseDayState.PLANNED,
        )
    )
