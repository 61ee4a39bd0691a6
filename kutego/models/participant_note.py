"""Notes about a participant, for the team alone (spec PAR-07)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.participant import Participant


class ParticipantNote(Base):
    """What the team should know about a participant. It goes with them to another customer."""

    __tablename__ = "participant_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="RESTRICT"), index=True
    )
    text: Mapped[LongText]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[str | None]

    participant: Mapped[Participant] = relationship(back_populates="notes")

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59].rstrip()}…"

    @property
    def customer(self) -> Customer:
        """Whose participant it is about."""
        return self.participant.customer
