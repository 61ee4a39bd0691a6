"""Participants of a customer: whoever comes to class."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.ids import Identified
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.custom_field import CustomValue
    from kutego.models.enrolment import Enrolment
    from kutego.models.package import UnitQuota
    from kutego.models.participant_note import ParticipantNote


class ParticipantState(Labelled):
    ACTIVE = "active", "Aktiv"
    ARCHIVED = "archived", "Archiviert"


class Gender(Labelled):
    UNKNOWN = "unknown", "–"
    FEMALE = "female", "weiblich"
    MALE = "male", "männlich"
    DIVERSE = "diverse", "divers"


class Participant(Stateful, Identified, Base):
    """Whoever comes to class: a child, a dog, the customer."""

    __tablename__ = "participant"

    transitions = {
        ParticipantState.ACTIVE: frozenset({ParticipantState.ARCHIVED}),
        ParticipantState.ARCHIVED: frozenset({ParticipantState.ACTIVE}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id", ondelete="RESTRICT"), index=True
    )
    state: Mapped[ParticipantState] = mapped_column(default=ParticipantState.ACTIVE)
    first_name: Mapped[str]
    last_name: Mapped[str | None]
    birthday: Mapped[date | None]
    gender: Mapped[Gender] = mapped_column(default=Gender.UNKNOWN)
    breed: Mapped[str | None]
    relation: Mapped[str | None]
    level: Mapped[str | None]
    remark: Mapped[LongText | None]
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship(back_populates="participants")
    enrolments: Mapped[list["Enrolment"]] = relationship(
        back_populates="participant", order_by="Enrolment.id", passive_deletes="all"
    )
    notes: Mapped[list["ParticipantNote"]] = relationship(
        back_populates="participant", order_by="ParticipantNote.id.desc()", passive_deletes="all"
    )
    custom_values: Mapped[list["CustomValue"]] = relationship(viewonly=True)
    quotas: Mapped[list["UnitQuota"]] = relationship(viewonly=True, order_by="UnitQuota.id")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))
