"""The mailbox that is read: how far, and what became of every mail in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.labelled import Labelled


class InboxSecurity(Labelled):
    TLS = "tls", "TLS (meist Port 993)"
    STARTTLS = "starttls", "STARTTLS (meist Port 143)"
    NONE = "none", "Keine (nur im eigenen Netz)"


class MailFate(Labelled):
    ENTERED = "entered", "In die Kommunikation übernommen"
    BOUNCE = "bounce", "Unzustellbar-Meldung"
    IGNORED = "ignored", "Automatische Antwort, nicht übernommen"
    KNOWN = "known", "War schon da"
    UNREADABLE = "unreadable", "Nicht lesbar"


class Mailbox(Base):
    """A folder of a mail server. Every mail before `next_uid` was dealt with."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(400), unique=True)  # user, server and folder
    uid_validity: Mapped[int]
    next_uid: Mapped[int]
    read_at: Mapped[datetime | None]

    @property
    def lock_root(self) -> "Mailbox":
        return self


class IncomingMail(Base):
    """One mail of a mailbox, dealt with exactly once. Its text is in the entry of the thread."""

    __tablename__ = "incoming_mail"
    __table_args__ = (
        Index(
            "uq_incoming_mail_mailbox_id_uid_validity_uid",
            "mailbox_id", "uid_validity", "uid", unique=True,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    uid_validity: Mapped[int]
    uid: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)  # also under another number
    header_id: Mapped[str | None] = mapped_column(String(400), index=True)  # its Message-ID
    fate: Mapped[MailFate]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("thread_entry.id"), index=True)
    at: Mapped[datetime]
