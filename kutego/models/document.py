"""The stored bytes of issued documents. What is stored is the document; it is never made anew."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, declared_attr, foreign, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.ids import Identified

PENDING: dict[str, Any] = {
    "sqlite_where": text("sha256 IS NULL"),
    "postgresql_where": text("sha256 IS NULL"),
}


class DocumentKind(Labelled):
    """What a rendition is of: the table of its snapshot."""

    INVOICE = "invoice_version", "Rechnung"
    CANCELLATION = "cancellation", "Stornorechnung"
    RECEIPT = "receipt", "Quittung"
    OFFER = "offer_version", "Angebot"
    DUNNING = "dunning_notice", "Mahnung"
    BOOKING = "booking_confirmation", "Buchungsbestätigung"
    VOUCHER = "voucher_sheet", "Gutschein"
    TICKETS = "ticket_sheet", "Tickets"


class Format(Labelled):
    PDF = "pdf", "PDF"
    XML = "xml", "XRechnung (XML)"

    @property
    def media_type(self) -> str:
        """What mail programs and browsers call it."""
        return f"application/{self.value}"


class Rendition(Identified, Base):
    """One format of one issued document: written pending with the document, filled when rendered.

    Once `sha256` names the stored file the row never changes again; a trigger sees to it.
    """

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("kind", "document_id", "format"),
        Index("ix_rendition_pending", "id", **PENDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # of most
    kind: Mapped[DocumentKind]
    document_id: Mapped[int]
    format: Mapped[Format]
    name: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    rendered_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name

    @property
    def media_type(self) -> str:
        """What mail programs and browsers call its format."""
        return self.format.media_type


class Documented:
    """A document that has files: the name of its table is their `DocumentKind`."""

    @declared_attr
    def renditions(cls) -> Mapped[list[Rendition]]:
        """The files, the PDF first."""
        return relationship(
            Rendition,
            primaryjoin=lambda: and_(
                Rendition.kind == DocumentKind(cls.__tablename__),  # type: ignore[attr-defined,arg-type]
                foreign(Rendition.document_id) == cls.id,  # type: ignore[attr-defined]
            ),
            order_by=Rendition.id,
            viewonly=True,
        )
