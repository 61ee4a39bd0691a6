"""Imports: a file with customers or what is theirs, and what became of each of its rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.stateful import Stateful


class ImportKind(Labelled):
    CUSTOMERS = "customers", "Kunden"
    PARTICIPANTS = "participants", "{participants}"
    BALANCES = "balances", "Anfangsguthaben"
    CONTRACTS = "contracts", "Verträge"


class ImportState(Labelled):
    UPLOADED = "uploaded", "Spalten zuordnen"
    MAPPED = "mapped", "Bereit zum Prüfen"
    CHECKING = "checking", "Wird geprüft"
    CHECKED = "checked", "Geprüft"
    RUNNING = "running", "Läuft"
    DONE = "done", "Importiert"
    STOPPED = "stopped", "Angehalten"
    UNDOING = "undoing", "Wird rückgängig gemacht"
    UNDONE = "undone", "Rückgängig gemacht"


S = ImportState
WORKING = (S.CHECKING, S.RUNNING, S.UNDOING)


class CustomerImport(Stateful, Base):
    """One file. `position` is how many of its rows (or, undoing, of its records) are through."""

    __tablename__ = "customer_import"

    transitions = {
        S.UPLOADED: frozenset({S.MAPPED}),
        S.MAPPED: frozenset({S.MAPPED, S.CHECKING}),
        S.CHECKING: frozenset({S.CHECKED, S.MAPPED}),
        S.CHECKED: frozenset({S.MAPPED, S.RUNNING}),
        S.RUNNING: frozenset({S.DONE, S.STOPPED}),
        S.STOPPED: frozenset({S.RUNNING, S.UNDOING}),
        S.DONE: frozenset({S.UNDOING}),
        S.UNDOING: frozenset({S.UNDONE}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind]
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED, index=True)
    name: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(String(64))  # let go a month after the end
    size: Mapped[int]
    total: Mapped[int]  # rows below the headings
    headings: Mapped[list[Any]] = mapped_column(JSON)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # field: place of column
    position: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)  # records that an undo had to leave
    on: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.name}"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING


class ImportRow(Base):
    """A row of the file: what it made, or why it made nothing; or why an undo left it."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_import_id_row", "import_id", "row"),
        Index("ix_import_row_import_id_record_id", "import_id", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("customer_import.id"))
    row: Mapped[int]  # as a spreadsheet counts: 1 is the headings
    record_id: Mapped[int | None]
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer.id", ondelete="SET NULL"), index=True
    )
    message: Mapped[str | None] = mapped_column(Text)
