"""The export of all that is held on one customer: asked for, made, fetched, expired (CUS-35).

It is made in the background, outside of any transaction: rows are read from one moment of the
database, and a process that dies leaves a lease that runs out.
"""

import logging
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.channels import files
from kutego.db import db, operation, transaction
from kutego.errors import DomainError
from kutego.models import Customer, ExportState, GdprExport
from kutego.operations.activity import log_activity
from kutego.operations.discarded_files import discard
from kutego.operations.leaving import accounts_of
from kutego.rendering.gdpr_archive import count_files, parts_of, write_archive
from kutego.texts import gettext as _

KEPT = timedelta(days=7)
LEASE = timedelta(minutes=5)  # longer than any one file takes
PAUSE = timedelta(seconds=0.5)  # between two notes of the progress

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """The export is gone, or somebody else works on it."""


@operation
def request_export(customer: Customer, *, with_notes: bool, on: date, by: Actor) -> GdprExport:
    """Ask for a ZIP file with everything that is held on the customer. It is made at once.

    `with_notes`: also what only the office sees, which are personal data too.
    """
    waiting = select(GdprExport.id).where(
        GdprExport.customer_id == customer.id, GdprExport.state == ExportState.REQUESTED
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise DomainError(_("Für diesen Kunden wird gerade schon eine Auskunft erstellt."))
    ids = accounts_of(customer)
    export = GdprExport(
        customer_id=customer.id,
        with_notes=with_notes,
        requested_at=clock.now(),
        requested_by=by.name,
        name=f"Auskunft-{customer.number}-{on:%Y-%m-%d}.zip",
        total=len(parts_of(with_notes))
        + count_files(db.session.connection(), ids, with_notes=with_notes),
    )
    db.session.add(export)
    log_activity(customer, "customer.export_requested", by=by, with_notes=with_notes)
    return export


@operation
def note_download(export: GdprExport, *, by: Actor) -> str:
    """Somebody takes the file away: that stands in the history. Returns the hash of the file."""
    if export.sha256 is None:
        raise DomainError(_("Diese Auskunft ist abgelaufen. Bitte eine neue erstellen."))
    log_activity(export.customer, "customer.export_downloaded", by=by)
    return export.sha256


def make_open_exports() -> int:
    """Make every export that waits; returns how many were made. Several processes may try."""
    made = 0
    while (export_id := _claim()) is not None:
        made += _make(export_id)
    return made


def open_exports() -> list[GdprExport]:
    """What the next run would make."""
    return list(db.session.scalars(select(GdprExport).where(*_free())))


def expire_exports() -> int:
    """Let go of the files that are older than seven days; returns how many those were."""
    over = select(GdprExport).where(
        GdprExport.state == ExportState.READY, GdprExport.expires_at <= clock.now()
    )
    expired = 0
    for export_id in [export.id for export in db.session.scalars(over)]:
        with transaction() as session:
            export = session.get(GdprExport, export_id, with_for_update=True)
            if export is not None and export.state is ExportState.READY and export.sha256:
                discard([export.sha256])
                export.move_to(ExportState.EXPIRED)
                export.sha256 = None
                expired += 1
    return expired


# --- parts ------------------------------------------------------------------------------------


def _free() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions: it waits, and nobody holds it."""
    lapsed = or_(GdprExport.claimed_until.is_(None), GdprExport.claimed_until < clock.now())
    return GdprExport.state == ExportState.REQUESTED, lapsed


def _claim() -> int | None:
    with transaction() as session:
        query = select(GdprExport).where(*_free()).order_by(GdprExport.id).limit(1)
        export = session.scalar(query.with_for_update(skip_locked=True))
        if export is None:
            return None
        export.claimed_until, export.done = clock.now() + LEASE, 0
        return export.id


def _make(export_id: int) -> int:
    try:
        with files.workplace() as place:
            _write(export_id, place)
            name, size = files.store_file(place)
    except LeaseLost:
        return 0
    except Exception:
        log.exception("GDPR export %s", export_id)
        _finish(export_id, ExportState.FAILED, error=_("Ein Fehler im Programm. Er steht im "
                                                       "Protokoll."))  # fmt: skip
        return 0
    _finish(export_id, ExportState.READY, sha256=name, size=size)
    return 1


def _write(export_id: int, place: Path) -> None:
    export = db.session.get_one(GdprExport, export_id)
    ids, with_notes = accounts_of(export.customer), export.with_notes
    progress = _Progress(export_id)
    db.session.rollback()
    with db.engine.connect() as connection, open(place, "wb") as target:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        write_archive(
            target, connection, ids, with_notes=with_notes, read=_read, step=progress.step
        )


def _read(sha256: str) -> bytes | None:
    try:
        return files.read(sha256)
    except files.DamagedFile:
        log.warning("the stored file %s is missing or damaged", sha256)
        return None


class _Progress:
    """Notes now and then how far it is, and keeps the lease."""

    def __init__(self, export_id: int) -> None:
        self.export_id, self.done, self.told_at = export_id, 0, clock.now()

    def step(self) -> None:
        self.done += 1
        if clock.now() - self.told_at < PAUSE:
            return
        self.told_at = clock.now()
        with transaction() as session:
            export = session.get(GdprExport, self.export_id, with_for_update=True)
            if export is None or export.state is not ExportState.REQUESTED:
                raise LeaseLost
            export.done, export.claimed_until = self.done, clock.now() + LEASE


def _finish(
    export_id: int,
    state: ExportState,
    *,
    sha256: str | None = None,
    size: int | None = None,
    error: str | None = None,
) -> None:
    with transaction() as session:
        export = session.get(GdprExport, export_id, with_for_update=True)
        if export is None or export.state is not ExportState.REQUESTED:
            return  # the customer was deleted meanwhile
        export.move_to(state)
        export.sha256, export.size, export.error = sha256, size, error
        export.finished_at = clock.now()
        export.claimed_until, export.done = None, export.total
        export.expires_at = clock.now() + KEPT
        action = "customer.export_ready" if sha256 else "customer.export_failed"
        log_activity(export.customer, action, by=SYSTEM)
