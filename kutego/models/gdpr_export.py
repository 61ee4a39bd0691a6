"""Everything that is held on one customer, put together for them (Art. 15 and 20 GDPR)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.models.stateful import Stateful


class ExportState(Labelled):
    REQUESTED = "requested", "Wird erstellt"
    READY = "ready", "Bereit"
    FAILED = "failed", "Fehlgeschlagen"
    EXPIRED = "expired", "Abgelaufen"


E = ExportState


class GdprExport(Stateful, Base):
    """One ZIP file, made in the background. `done` of `total` tables and files are in it so far.

    Whoever makes it holds a lease until `claimed_until`; `sha256` is empty once it has expired.
    """

    __tablename__ = "gdpr_export"

    transitions = {
        E.REQUESTED: frozenset({E.READY, E.FAILED}),
        E.READY: frozenset({E.EXPIRED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    state: Mapped[ExportState] = mapped_column(default=ExportState.REQUESTED, index=True)
    with_notes: Mapped[bool] = mapped_column(default=True)  # what only the office sees
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    name: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)

    customer: Mapped[Customer] = relationship()

    def __str__(self) -> str:
        return self.name
