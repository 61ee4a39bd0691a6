"""Waiting lists: who wants a place in a course date that is full (spec COU-12, D-09)."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.course import CourseDate
from kutego.models.customer import Customer
from kutego.models.participant import Participant
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.enrolment import Enrolment
    from kutego.models.offer import Offer


class WaitlistState(Labelled):
    WAITING = "waiting", "Wartet"
    OFFERED = "offered", "Platz angeboten"
    ACCEPTED = "accepted", "Angenommen"
    WITHDRAWN = "withdrawn", "Gestrichen"


class WaitlistStatus(Labelled):
    """What people see: the state, and whether nobody answered in time. Computed, never stored."""

    WAITING = "waiting", "Wartet"
    OFFERED = "offered", "Platz angeboten"
    ACCEPTED = "accepted", "Angenommen"
    EXPIRED = "expired", "Frist abgelaufen"
    WITHDRAWN = "withdrawn", "Gestrichen"


S = WaitlistState


class WaitlistEntry(Stateful, Base):
    """A participant who waits for a place. The order is `place`, then `id`; the first is the next.

    An offered place is an offer like any other, with a last moment to answer: as long as it is
    open, the place is kept. `token` is the address of the page where the customer sees the list.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint(
            "state <> 'offered' OR (offer_id IS NOT NULL AND answer_by IS NOT NULL)", name="offer"
        ),
        Index("ix_waitlist_entry_course_date_id_state", "course_date_id", "state"),
        Index(
            "uq_waitlist_entry_course_date_participant", "course_date_id", "participant_id",
            unique=True, sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip

    transitions = {
        S.WAITING: frozenset({S.OFFERED, S.ACCEPTED, S.WITHDRAWN}),
        S.OFFERED: frozenset({S.WAITING, S.ACCEPTED, S.WITHDRAWN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"))
    state: Mapped[WaitlistState] = mapped_column(default=WaitlistState.WAITING)
    place: Mapped[int]
    wished_from: Mapped[date | None]
    is_binding: Mapped[bool] = mapped_column(default=False)  # may be moved up without being asked
    agreed_price: Mapped[Decimal | None]  # what the place cost when it was ordered bindingly
    remark: Mapped[LongText | None]
    created_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    notified_at: Mapped[datetime | None]  # that a place is free, where all are told at once
    offered_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    held_back: Mapped[str | None] = mapped_column(String(400))  # why it was passed over
    ended_at: Mapped[datetime | None]
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant] = relationship()
    course_date: Mapped[CourseDate] = relationship()
    offer: Mapped["Offer | None"] = relationship()
    enrolment: Mapped["Enrolment | None"] = relationship()

    def __str__(self) -> str:
        return f"{self.participant}: {self.course_date}"

    def is_expired(self, now: datetime) -> bool:
        """Whether a place was offered and nobody answered in time."""
        return self.state is S.OFFERED and self.answer_by is not None and self.answer_by <= now

    def status(self, now: datetime) -> WaitlistStatus:
        """What the entry is at the moment `now`."""
        return WaitlistStatus.EXPIRED if self.is_expired(now) else WaitlistStatus(self.state.value)


_mine, _others = WaitlistEntry.__table__.c, WaitlistEntry.__table__.alias("line").c
POSITION = (
    select(func.count(_others.id))
    .where(
        _others.course_date_id == _mine.course_date_id,
        _others.state == S.WAITING,
        or_(
            _others.place < _mine.place,
            and_(_others.place == _mine.place, _others.id <= _mine.id),
        ),
    )
    .correlate(WaitlistEntry)
    .scalar_subquery()
)
WaitlistEntry.position = column_property(POSITION, deferred=True)  # among those who wait


def waitlist_status_is(status: WaitlistStatus, now: datetime) -> ColumnElement[bool]:
    """The condition for entries that show `status` at the moment `now`."""
    late = and_(WaitlistEntry.answer_by.is_not(None), WaitlistEntry.answer_by <= now)
    if status is WaitlistStatus.EXPIRED:
        return and_(WaitlistEntry.state == S.OFFERED, late)
    if status is WaitlistStatus.OFFERED:
        return and_(WaitlistEntry.state == S.OFFERED, ~late)
    return WaitlistEntry.state == S(status.value)


def still_waiting(now: datetime) -> ColumnElement[bool]:
    """The condition for entries that count: waiting, or with a place that they may still take."""
    return or_(
        waitlist_status_is(WaitlistStatus.WAITING, now),
        waitlist_status_is(WaitlistStatus.OFFERED, now),
    )
