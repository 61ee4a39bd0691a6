"""What each participant gets for a course day that was called off (spec COU-13)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course_day import CourseDay
from kutego.models.credit import CreditEntry
from kutego.models.customer import Customer
from kutego.models.enrolment import Enrolment
from kutego.models.invoice import Invoice
from kutego.models.participant import Participant
from kutego.models.stateful import Stateful
from kutego.money import ZERO


class CompensationWay(Labelled):
    """What the office chose."""

    MONEY = "money", "Gutschrift über den Preis des Tages"
    MAKE_UP = "make_up", "Anspruch auf einen Nachholtermin"
    NOTHING = "nothing", "Kein Ausgleich"


class CompensationState(Labelled):
    OPEN = "open", "Offen"
    DONE = "done", "Erledigt"


class DayCompensation(Stateful, Base):
    """One participant and one called-off day: given once, however often it is tried.

    `amount` is the price of the day: taken off the open invoice as a position, and `credited` of
    it as credit where that was paid (spec D-12), on an invoice or by a booking. `note` says why
    there is nothing, or not yet.
    """

    __tablename__ = "day_compensation"
    __table_args__ = (
        UniqueConstraint("course_day_id", "enrolment_id"),
        Index("ix_day_compensation_invoice_id_position_key", "invoice_id", "position_key"),
        Index("ix_day_compensation_state_id", "state", "id"),
    )

    transitions = {CompensationState.OPEN: frozenset({CompensationState.DONE})}

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    course_day_id: Mapped[int] = mapped_column(ForeignKey("course_day.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    way: Mapped[CompensationWay]
    state: Mapped[CompensationState] = mapped_column(default=CompensationState.OPEN)
    note: Mapped[str | None] = mapped_column(String(300))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    position_key: Mapped[str | None] = mapped_column(String(20))
    amount: Mapped[Decimal] = mapped_column(default=ZERO)
    credited: Mapped[Decimal] = mapped_column(default=ZERO)
    credit_entry_id: Mapped[int | None] = mapped_column(ForeignKey("credit_entry.id"))
    cancellation_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation.id"))
    by_mail: Mapped[bool] = mapped_column(default=False)
    by_sms: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()
    course_day: Mapped[CourseDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    participant: Mapped[Participant] = relationship()
    invoice: Mapped[Invoice | None] = relationship()
    credit_entry: Mapped[CreditEntry | None] = relationship()

    def __str__(self) -> str:
        return f"{self.participant}: {self.course_day}"
