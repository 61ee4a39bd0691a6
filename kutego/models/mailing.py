"""Mailings: one text to many, who gets it, and who was left out and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.course import CourseDate
from kutego.models.course_day import CourseDay
from kutego.models.customer import Customer
from kutego.models.message import Message
from kutego.models.stateful import Stateful


class MailingKind(Labelled):
    """Information goes to every customer it concerns; a newsletter only with their consent."""

    INFORMATION = "information", "Information"
    NEWSLETTER = "newsletter", "Newsletter"


class MailingState(Labelled):
    DRAFT = "draft", "Entwurf"
    SCHEDULED = "scheduled", "Geplant"
    RUNNING = "running", "Wird versendet"
    SENT = "sent", "Versendet"
    STOPPED = "stopped", "Abgebrochen"


class Everyone(Labelled):
    """Recipients that need no further choice."""

    MEMBERS = "members", "Alle Mitglieder"
    STAFF = "staff", "Alle Mitarbeiter"
    SUBSCRIBERS = "subscribers", "Alle mit Newsletter"


S = MailingState


class Mailing(Stateful, Base):
    """One text to many. Who gets it is worked out when it starts, except for chosen customers.

    `audience` names whom: `{"everyone": ["members"], "customer_groups": [3], "recipient_groups":
    [], "roles": ["office"], "course_dates": [12], "chosen": 34}`; customers chosen in a list are
    rows of `MailingRecipient` from the beginning. A mailing planned for a course names it.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        Index("ix_mailing_state_scheduled_for", "state", "scheduled_for"),
        Index("ix_mailing_created_at_id", "created_at", "id"),
    )

    transitions = {
        S.DRAFT: frozenset({S.SCHEDULED, S.RUNNING}),
        S.SCHEDULED: frozenset({S.DRAFT, S.RUNNING, S.STOPPED}),
        S.RUNNING: frozenset({S.SENT, S.STOPPED}),
        S.SENT: frozenset({S.STOPPED}),  # what still waits for the mail server
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    kind: Mapped[MailingKind] = mapped_column(default=MailingKind.INFORMATION)
    state: Mapped[MailingState] = mapped_column(default=MailingState.DRAFT)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[LongText]
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)  # as of a Message
    course_date_id: Mapped[int | None] = mapped_column(ForeignKey("course_date.id"), index=True)
    course_day_id: Mapped[int | None] = mapped_column(ForeignKey("course_day.id"), index=True)
    scheduled_for: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
    recipients: Mapped[int] = mapped_column(default=0)  # counted when it started
    left_out: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    course_date: Mapped[CourseDate | None] = relationship()
    course_day: Mapped[CourseDay | None] = relationship()

    def __str__(self) -> str:
        return self.subject

    @property
    def lock_root(self) -> "Mailing":
        return self

    @property
    def is_newsletter(self) -> bool:
        return self.kind is MailingKind.NEWSLETTER

    @property
    def is_open(self) -> bool:
        """Whether its text and recipients can still be changed."""
        return self.state in (MailingState.DRAFT, MailingState.SCHEDULED)


class RecipientState(Labelled):
    CHOSEN = "chosen", "Ausgewählt"  # in a list, before the mailing starts
    WAITING = "waiting", "Wartet"
    QUEUED = "queued", "Geschrieben"  # its message says what became of it
    LEFT_OUT = "left_out", "Ausgelassen"


class LeftOut(Labelled):
    """Why somebody gets nothing (spec COM-13)."""

    LOCKED = "locked", "Gesperrt"
    NO_ADDRESS = "no_address", "Keine E-Mail-Adresse"
    BOUNCED = "bounced", "E-Mails kommen zurück"
    NO_CONSENT = "no_consent", "Keine Einwilligung für diese Adresse"
    UNSUBSCRIBED = "unsubscribed", "Vom Newsletter abgemeldet"
    DUPLICATE = "duplicate", "Adresse schon unter den Empfängern"
    STOPPED = "stopped", "Versand abgebrochen"


class MailingRecipient(Base):
    """One customer of a mailing: waits, is written to once, or is left out with a reason."""

    __tablename__ = "mailing_recipient"
    __table_args__ = (
        Index("ix_mailing_recipient_mailing_id_state_id", "mailing_id", "state", "id"),
        Index("ix_mailing_recipient_customer_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[RecipientState]
    reason: Mapped[LeftOut | None]
    email: Mapped[str | None]  # when the mailing started
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)
    token: Mapped[str | None] = mapped_column(String(43), unique=True)  # to unsubscribe

    mailing: Mapped[Mailing] = relationship()
    customer: Mapped[Customer] = relationship()
    message: Mapped[Message | None] = relationship()

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def lock_root(self) -> Mailing:
        return self.mailing
