"""What the customer was told: a row written with the change it tells of, delivered by a job."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.ids import Identified
from kutego.models.stateful import Stateful
from kutego.money import FineMoney


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
    ACCEPTED = "accepted", "Angenommen"  # by the service that prints letters
    PRINTED = "printed", "Gedruckt"
    DELIVERED = "delivered", "Zugestellt"


class LetterTrigger(Labelled):
    """Why a letter was written (spec LET-02)."""

    INVOICE = "invoice", "Rechnung per Post"
    DUNNING = "dunning", "Mahnstufe"
    FREE = "free", "Freier Brief"


class SmsTrigger(Labelled):
    """Why an SMS was written (spec SMS-05)."""

    SINGLE = "single", "Vom Büro"
    COURSE_CANCELLED = "course_cancelled", "Kurs fällt aus"
    REMINDER = "reminder", "Erinnerung"
    WAITING_LIST = "waiting_list", "Platz auf der Warteliste"


S = MessageState
QUEUED = text("message.state = 'queued'")
QUEUED_ONLY: dict[str, Any] = {
    "sqlite_where": text("state = 'queued'"),
    "postgresql_where": text("state = 'queued'"),
}
TO_POLL: dict[str, Any] = {
    "sqlite_where": text("poll_at IS NOT NULL"),
    "postgresql_where": text("poll_at IS NOT NULL"),
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
        Index("ix_message_due", "channel", "next_attempt_at", **QUEUED_ONLY),
        Index("ix_message_problem", "state", **PROBLEMS_ONLY),
        Index("ix_message_mailing_id_state", "mailing_id", "state"),
        Index("ix_message_channel", "channel", "created_at", "id"),
        Index("ix_message_poll", "poll_at", **TO_POLL),
    )

    transitions = {
        S.QUEUED: frozenset({S.SENT, S.UNCLEAR, S.FAILED, S.SUPPRESSED, S.ACCEPTED}),
        S.UNCLEAR: frozenset({S.SENT, S.FAILED, S.ACCEPTED, S.PRINTED, S.DELIVERED}),
        S.ACCEPTED: frozenset({S.PRINTED, S.SENT, S.FAILED}),
        S.PRINTED: frozenset({S.SENT, S.FAILED}),
        S.SENT: frozenset({S.DELIVERED, S.FAILED}),
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
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    answers: Mapped[str | None] = mapped_column(Text)  # Message-IDs of what it replies to
    bounced_at: Mapped[datetime | None]  # came back as undeliverable after it was sent
    open_token: Mapped[str | None] = mapped_column(String(43), unique=True)  # of its pixel (D-19)
    opened_at: Mapped[datetime | None]
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))
    unsubscribe_path: Mapped[str | None] = mapped_column(String(120))  # of what one may end

    # what only letters and SMS have: they cost money and leave through a service
    letter_trigger: Mapped[LetterTrigger | None]
    sms_trigger: Mapped[SmsTrigger | None]
    stage: Mapped[int | None]  # of the dunning run
    written_by: Mapped[str | None]
    sender: Mapped[str | None] = mapped_column(String(40))
    cost: Mapped[Decimal | None] = mapped_column(FineMoney)  # as it was when it left
    parts: Mapped[int | None]  # SMS of 160 or 70 characters
    pages: Mapped[int | None]
    sheet: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # address, and a letter's content
    sha256: Mapped[str | None] = mapped_column(String(64))  # the PDF as it was handed over
    provider: Mapped[str | None] = mapped_column(String(30))
    reference: Mapped[str | None] = mapped_column(String(100))  # the service's own number
    provider_state: Mapped[str | None] = mapped_column(String(100))
    printed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    poll_at: Mapped[datetime | None]  # when the service is asked again what became of it

    customer: Mapped[Customer | None] = relationship()

    def __str__(self) -> str:
        return self.subject

    @property
    def noun(self) -> str:
        """The first word of what the history tells of it."""
        return "message" if self.channel is Channel.EMAIL else self.channel.value

    @property
    def address(self) -> list[str]:
        """The lines that stand in the window of a letter."""
        return (self.sheet or {}).get("address", [])


class PostedVersion(Base):
    """That a version of an invoice went into a letter of a dunning stage (0: none): never twice.

    Where the letter fails, the row goes, and the version may be posted again.
    """

    __tablename__ = "posted_version"
    __table_args__ = (UniqueConstraint("invoice_version_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    invoice_version_id: Mapped[int] = mapped_column(ForeignKey("invoice_version.id"))
    stage: Mapped[int] = mapped_column(default=0)
