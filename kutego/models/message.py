"""What the customer was told: a row written with the change it tells of, delivered by a job."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.ids import Identified
from kutego.models.stateful import Stateful


class Channel(Labelled):
    EMAIL = "email", "E-Mail"
    SMS = "sms", "SMS"
    LETTER = "letter", "Brief"


class MessageState(Labelled):
    QUEUED = "queued", "Wartet"
    SENT = "sent", "Gesendet"
    UNCLEAR = "unclear", "Unklar"
    FAILED = "failed", "Fehlgeschlagen"
    SUPPRESSED = "suppressed", "Unterdrückt"


S = MessageState
QUEUED = text("message.state = 'queued'")
QUEUED_ONLY: dict[str, Any] = {
    "sqlite_where": text("state = 'queued'"),
    "postgresql_where": text("state = 'queued'"),
}
PROBLEM = text("message.state IN ('unclear', 'failed')")  # spelled like the index below
PROBLEMS_ONLY: dict[str, Any] = {
    "sqlite_where": text("state IN ('unclear', 'failed')"),
    "postgresql_where": text("state IN ('unclear', 'failed')"),
}


class Message(Stateful, Identified, Base):
    """One message to one address. `hidden_at` takes it off the record; the log keeps it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_customer_id_id", "customer_id", "id"),
        Index("ix_message_created_at_id", "created_at", "id"),
        Index("ix_message_subject", "subject_type", "subject_id"),
        Index("ix_message_due", "next_attempt_at", **QUEUED_ONLY),
        Index("ix_message_problem", "state", **PROBLEMS_ONLY),
    )

    transitions = {
        S.QUEUED: frozenset({S.SENT, S.UNCLEAR, S.FAILED, S.SUPPRESSED}),
        S.UNCLEAR: frozenset({S.SENT, S.FAILED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[Channel] = mapped_column(default=Channel.EMAIL)
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    template: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str | None]
    recipient_name: Mapped[str | None]
    subject: Mapped[str] = mapped_column(String(400))
    body: Mapped[LongText]
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [table, id], in order
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(unique=True)  # stable over every try
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]  # just before the text goes to the server
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    hidden_at: Mapped[datetime | None]

    customer: Mapped[Customer | None] = relationship()

    def __str__(self) -> str:
        return self.subject
