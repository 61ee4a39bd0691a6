"""Make-up days: the claim to come on another day in place of one that was missed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseDate
from kutego.models.course_day import CourseDay
from kutego.models.customer import Customer
from kutego.models.enrolment import Enrolment
from kutego.models.participant import Participant
from kutego.models.stateful import Stateful


class MakeUpReason(Labelled):
    SIGNED_OFF = "signed_off", "Abgemeldet"
    CALLED_OFF = "called_off", "Kurstag abgesagt"
    GOODWILL = "goodwill", "Kulanz"


class MakeUpState(Labelled):
    OPEN = "open", "Offen"
    USED = "used", "Genutzt"
    RESET = "reset", "Zurückgesetzt"


class MakeUpStatus(Labelled):
    """What people see: the state, and whether an open claim has expired. Computed, never stored."""

    OPEN = "open", "Offen"
    USED = "used", "Genutzt"
    EXPIRED = "expired", "Verfallen"
    RESET = "reset", "Zurückgesetzt"


S = MakeUpState
LIVE = text("state <> 'reset'")


class MakeUpClaim(Stateful, Base):
    """A day somebody may come in place of one that was missed (spec COU-06, 14).

    It says where it comes from and until when it holds. `used_day` is the day it is spent on: the
    participant is a guest there and counts against that day's places (spec COU-11).
    """

    __tablename__ = "make_up_claim"
    __table_args__ = (
        CheckConstraint("(state = 'used') = (used_day_id IS NOT NULL)", name="used_day"),
        Index("ix_make_up_claim_state_expires_on", "state", "expires_on"),
        Index(
            "uq_make_up_claim_enrolment_day", "enrolment_id", "origin_day_id", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
    )  # fmt: skip

    transitions = {
        S.OPEN: frozenset({S.USED, S.RESET}),
        S.USED: frozenset({S.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    origin_day_id: Mapped[int | None] = mapped_column(ForeignKey("course_day.id"), index=True)
    reason: Mapped[MakeUpReason]
    state: Mapped[MakeUpState] = mapped_column(default=MakeUpState.OPEN)
    missed_on: Mapped[date]  # for a claim out of goodwill the day it was given
    granted_on: Mapped[date]
    granted_at: Mapped[datetime]
    expires_on: Mapped[date]  # the last day it can be spent on
    used_day_id: Mapped[int | None] = mapped_column(ForeignKey("course_day.id"), index=True)
    used_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    reset_on: Mapped[date | None]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant] = relationship()
    course_date: Mapped[CourseDate] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    origin_day: Mapped[CourseDay | None] = relationship(foreign_keys=[origin_day_id])
    used_day: Mapped[CourseDay | None] = relationship(foreign_keys=[used_day_id])

    def __str__(self) -> str:
        return f"{self.participant}: {self.course_date}, {self.missed_on:%d.%m.%Y}"

    def is_expired(self, on: date) -> bool:
        """Whether nobody used it in time."""
        return self.state is S.OPEN and self.expires_on < on

    def status(self, on: date) -> MakeUpStatus:
        """What the claim is on `on`."""
        return MakeUpStatus.EXPIRED if self.is_expired(on) else MakeUpStatus(self.state.value)


def make_up_status_is(status: MakeUpStatus, on: date) -> ColumnElement[bool]:
    """The condition for claims that show `status` on `on`."""
    if status is MakeUpStatus.EXPIRED:
        return and_(MakeUpClaim.state == S.OPEN, MakeUpClaim.expires_on < on)
    if status is MakeUpStatus.OPEN:
        return and_(MakeUpClaim.state == S.OPEN, MakeUpClaim.expires_on >= on)
    return MakeUpClaim.state == S(status.value)
