"""Appointments: one lecturer, one time, one customer; what they are made from, and when."""

from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Select, Table, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.location import Location
from kutego.models.participant import Participant
from kutego.models.payment_method import Offering
from kutego.models.room import Room
from kutego.models.sold import Sold
from kutego.models.stateful import Stateful
from kutego.models.weekday import Weekday

if TYPE_CHECKING:
    from kutego.models.booking import Booking
    from kutego.models.invoice import Invoice


class AppointmentCategory(Base):
    """What appointment templates are grouped by."""

    __tablename__ = "appointment_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class AppointmentPlace(Labelled):
    FIXED = "fixed", "Am Standort"
    CUSTOMER = "customer", "Beim Kunden"
    VARIABLE = "variable", "Wird vereinbart"


TEMPLATE_LECTURERS = Table(
    "appointment_template_lecturer",
    Base.metadata,
    Column("template_id", ForeignKey("appointment_template.id"), primary_key=True),
    Column("lecturer_id", ForeignKey("employee.id"), primary_key=True, index=True),
)


class AppointmentTemplate(Offering, Base):
    """What single appointments are made from: a private lesson, a consultation (spec COU-15)."""

    __tablename__ = "appointment_template"
    __table_args__ = (
        CheckConstraint("duration_minutes between 5 and 1440", name="duration"),
        CheckConstraint("buffer_minutes between 0 and 480", name="buffer"),
        CheckConstraint("lead_hours between 0 and 8760", name="lead"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    description: Mapped[LongText | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_category.id"))
    place: Mapped[AppointmentPlace] = mapped_column(default=AppointmentPlace.FIXED)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    duration_minutes: Mapped[int] = mapped_column(default=60)
    buffer_minutes: Mapped[int] = mapped_column(default=0)  # after it, for the way or the mats
    lead_hours: Mapped[int] = mapped_column(default=0)
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    category: Mapped[AppointmentCategory | None] = relationship()
    location: Mapped[Location | None] = relationship()
    room: Mapped[Room | None] = relationship()
    lecturers: Mapped[list[Employee]] = relationship(secondary=TEMPLATE_LECTURERS)

    def __str__(self) -> str:
        return self.name


class LecturerHours(Base):
    """From when to when a lecturer gives appointments on one day of every week."""

    __tablename__ = "lecturer_hours"
    __table_args__ = (CheckConstraint("from_time < to_time", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    weekday: Mapped[Weekday]
    from_time: Mapped[time]
    to_time: Mapped[time]

    lecturer: Mapped[Employee] = relationship()

    def __str__(self) -> str:
        return f"{self.lecturer}, {self.weekday} {self.from_time:%H:%M}–{self.to_time:%H:%M}"


class AppointmentState(Labelled):
    PLANNED = "planned", "Geplant"
    HELD = "held", "Stattgefunden"
    MISSED = "missed", "Nicht erschienen"
    CANCELLED = "cancelled", "Abgesagt"


class Rhythm(Labelled):
    """After how many weeks the next of a series comes."""

    WEEK = "1", "Jede Woche"
    FORTNIGHT = "2", "Alle zwei Wochen"
    FOUR_WEEKS = "4", "Alle vier Wochen"

    @property
    def weeks(self) -> int:
        """As a number."""
        return int(self.value)


class Appointment(Sold, Stateful, Base):
    """A lesson of one customer. Until `blocked_until` the lecturer and the room are taken."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_lecturer_id_begins_at", "lecturer_id", "begins_at"),
        Index("ix_appointment_room_id_begins_at", "room_id", "begins_at"),
        CheckConstraint("begins_at < ends_at and ends_at <= blocked_until", name="times"),
    )

    transitions = {
        AppointmentState.PLANNED: frozenset(
            {AppointmentState.HELD, AppointmentState.MISSED, AppointmentState.CANCELLED}
        ),
        AppointmentState.HELD: frozenset({AppointmentState.MISSED}),
        AppointmentState.MISSED: frozenset({AppointmentState.HELD}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("appointment_template.id"), index=True)
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    address: Mapped[str | None] = mapped_column()  # where it is at the customer's or agreed upon
    begins_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    blocked_until: Mapped[datetime]
    state: Mapped[AppointmentState] = mapped_column(default=AppointmentState.PLANNED)
    sequence: Mapped[int] = mapped_column(default=0)  # how often the calendar entry was changed
    remark: Mapped[LongText | None]
    reminded_for: Mapped[datetime | None]  # the begin that a mail reminded of; a new one may too
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant | None] = relationship()
    template: Mapped[AppointmentTemplate] = relationship()
    lecturer: Mapped[Employee] = relationship()
    location: Mapped[Location | None] = relationship()
    room: Mapped[Room | None] = relationship()
    invoice: Mapped["Invoice | None"] = relationship()
    booking: Mapped["Booking | None"] = relationship()

    def __str__(self) -> str:
        return self.template.name


def next_appointment_of(customer_id: int, now: datetime) -> Select[datetime]:
    """When the next appointment of a customer begins; NULL for none."""
    return select(func.min(Appointment.begins_at)).where(
        Appointment.customer_id == customer_id,
        Appointment.state == AppointmentState.PLANNED,
        Appointment.begins_at >= now,
    )
