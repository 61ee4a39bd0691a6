"""The history: one frozen line for everything that was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.chain import Chained


class Activity(Chained, Base):
    """Who did what to which record, when. `facts` hold numbers and amounts, never personal data."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_subject", "subject_type", "subject_id"),)

    customer_id: Mapped[int | None] = mapped_column(index=True)  # also of one that was deleted
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]]
    personal_digest: Mapped[str | None] = mapped_column(String(64))

    detail: Mapped["ActivityDetail | None"] = relationship(viewonly=True)


class ActivityDetail(Base):
    """The personal facts of an activity. Erasing them leaves the chain whole: it holds a digest."""

    __tablename__ = "activity_detail"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
