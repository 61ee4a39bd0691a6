"""Customers that may be the same person: what the search found and what somebody said about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer


class Likeness(Labelled):
    """Why two records may be one person."""

    EMAIL = "email", "Gleiche E-Mail-Adresse in anderer Schreibweise"
    PHONE = "phone", "Gleiche Telefonnummer"
    BIRTHDAY = "birthday", "Gleicher Geburtstag und Name"
    PARTICIPANT = "participant", "Gleicher Name ({participant})"
    ADDRESS = "address", "Gleiche Anschrift"
    NAME = "name", "Gleicher Name"
    SIMILAR_NAME = "similar_name", "Ähnlicher Name"
    CHOSEN = "chosen", "Von Hand gewählt"


class PairState(Labelled):
    OPEN = "open", "Zu prüfen"
    DISMISSED = "dismissed", "Sind verschiedene"
    MERGED = "merged", "Zusammengeführt"


class DuplicatePair(Base):
    """Two customers, the elder first. Dismissed once, the pair is never proposed again."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("customer_id", "other_id"),
        CheckConstraint("customer_id < other_id", name="in_order"),
        Index("ix_duplicate_pair_list", "state", "score", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    state: Mapped[PairState] = mapped_column(default=PairState.OPEN)
    score: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(JSON)  # values of Likeness
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]

    first: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    second: Mapped[Customer] = relationship(foreign_keys=[other_id])

    def __str__(self) -> str:
        return f"{self.first} ({self.first.number}) / {self.second} ({self.second.number})"

    @property
    def likenesses(self) -> list[Likeness]:
        """The reasons, the strongest first."""
        return [likeness for likeness in Likeness if likeness.value in self.reasons]


class DuplicateSearch(Base):
    """A search through all customers: asked for, begun, done."""

    __tablename__ = "duplicate_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    compared: Mapped[int | None]  # customers
    found: Mapped[int | None]  # pairs
