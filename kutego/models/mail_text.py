"""Texts that the office writes itself: templates of messages, and its own words for our mails."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import LongText


class MessageTemplate(Base):
    """Subject and text with placeholders like `{{ vorname }}`, for one customer or for many."""

    __tablename__ = "message_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[LongText]
    created_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name


class MailText(Base):
    """The house's own subject and text of a mail that Kutego writes, in place of the default."""

    __tablename__ = "mail_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(String(60), unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[LongText]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
