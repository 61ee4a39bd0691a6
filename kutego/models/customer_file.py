"""Documents in a customer's record: what the office keeps, and what the customer may see."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.participant import Participant
from kutego.texts import search_key


class Visibility(Labelled):
    INTERNAL = "internal", "Intern"
    CUSTOMER = "customer", "Für den Kunden sichtbar"


class CustomerFile(Base):
    """One document of a customer with its versions. Name, type and size are those of the newest.

    Deleted by staff (`removed_at`) the row stays, and nothing of it is shown any more (DOC-05).
    """

    __tablename__ = "customer_file"
    __table_args__ = (
        Index("ix_customer_file_customer_id_id", "customer_id", "id"),
        Index("ix_customer_file_uploaded_at_id", "uploaded_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str]
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.INTERNAL)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    version: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    search: Mapped[LongText]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant | None] = relationship()
    versions: Mapped[list["CustomerFileVersion"]] = relationship(
        back_populates="file", order_by="CustomerFileVersion.number", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.title

    @property
    def current(self) -> "CustomerFileVersion":
        """The newest version."""
        return self.versions[-1]

    def refresh_keys(self) -> None:
        """Bring the folded column for searching in step with title and file name."""
        self.search = search_key(f"{self.title} {self.name}")


class CustomerFileVersion(Base):
    """The bytes of a document as they were uploaded once, stored under their hash.

    `sha256` is empty once the document was deleted.
    """

    __tablename__ = "customer_file_version"
    __table_args__ = (UniqueConstraint("customer_file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_file_id: Mapped[int] = mapped_column(
        ForeignKey("customer_file.id", ondelete="RESTRICT")
    )
    number: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]

    file: Mapped[CustomerFile] = relationship(back_populates="versions")

    def __str__(self) -> str:
        return self.name

    @property
    def customer_id(self) -> int:
        """Whose document it is."""
        return self.file.customer_id

    @property
    def lock_root(self) -> Customer:
        return self.file.customer


class DiscardedFile(Base):
    """The hash of stored bytes that were let go. They are removed when nothing else names them."""

    __tablename__ = "discarded_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
