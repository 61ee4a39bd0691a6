"""Imports, step by step: a file comes in, its columns are named, it is tried out, it is done.

The work itself is done in the background, see `kutego.operations.import_run`.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, func, select

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, operation, transaction
from kutego.errors import DomainError
from kutego.models import CustomerImport, ImportKind, ImportRow, ImportState
from kutego.models.customer_import import WORKING
from kutego.operations.activity import log_activity
from kutego.operations.discarded_files import discard
from kutego.operations.import_fields import FIELDS, guessed
from kutego.operations.import_reading import read_sheet
from kutego.operations.uploads import checked
from kutego.texts import gettext as _


def upload_import(
    *, kind: ImportKind, file: tuple[str, bytes], on: date, by: Actor
) -> CustomerImport:
    """Take a CSV or XLSX file in. It is looked through before anything is locked or stored."""
    upload = checked(*file, only={"csv", "xlsx", "txt"})
    sheet = read_sheet(upload.data)
    return _keep(
        CustomerImport(
            kind=kind,
            name=upload.name,
            size=len(upload.data),
            headings=sheet.headings,
            mapping=_last_mapping(kind, sheet.headings) or guessed(kind, sheet.headings),
            total=sheet.total,
            created_at=clock.now(),
            created_by=by.name,
            employee_id=by.employee_id,
            on=on,
        ),
        upload.data,
        by=by,
    )


@operation
def _keep(made: CustomerImport, data: bytes, *, by: Actor) -> CustomerImport:
    made.sha256 = files.store(data)
    db.session.add(made)
    log_activity(made, "customer_import.uploaded", by=by, name=made.name, rows=made.total)
    return made


@operation
def map_columns(made: CustomerImport, *, mapping: Mapping[str, int], on: date, by: Actor) -> None:
    """Say which column holds what: `{field: place of the column}`."""
    _locked(made)
    known = {field.name: field for field in FIELDS[made.kind]}
    used = {name: place for name, place in mapping.items() if name in known}
    if not used:
        raise DomainError(_("Bitte mindestens eine Spalte zuordnen."))
    if any(not 0 <= place < len(made.headings) for place in used.values()):
        raise DomainError(_("Diese Spalte gibt es in der Datei nicht."))
    missing = [f.label for f in known.values() if f.required and f.name not in used]
    if missing:
        raise DomainError(_("Bitte noch zuordnen: %(fields)s.", fields=", ".join(missing)))
    if made.kind is not ImportKind.CUSTOMERS and not used.keys() & REFERRING:
        raise DomainError(
            _("Bitte zuordnen, woran der Kunde erkannt wird: Kundennummer oder E-Mail.")
        )
    made.move_to(ImportState.MAPPED)
    made.mapping = used
    _forget(made)


@operation
def check_import(made: CustomerImport, *, on: date, by: Actor) -> None:
    """Try the whole file out: the same steps as the import itself, and nothing is kept of it."""
    _locked(made)
    made.move_to(ImportState.CHECKING)
    made.on = on
    _forget(made)


@operation
def run_import(made: CustomerImport, *, on: date, by: Actor) -> None:
    """Import every row that can be imported; the others are listed with the reason."""
    _locked(made)
    is_new = made.state is ImportState.CHECKED
    if is_new and made.total == made.refused:
        raise DomainError(_("Keine Zeile der Datei lässt sich importieren."))
    made.move_to(ImportState.RUNNING)
    made.finished_at = None
    if is_new:
        made.on = on
        _forget(made)
        log_activity(made, "customer_import.started", by=by, rows=made.total)


@operation
def stop_import(made: CustomerImport, *, on: date, by: Actor) -> None:
    """Stop after the rows that are being worked on. What is done stays; it can go on later."""
    _locked(made)
    made.move_to(ImportState.STOPPED if made.state is ImportState.RUNNING else ImportState.MAPPED)


@operation
def undo_import(made: CustomerImport, *, on: date, by: Actor) -> None:
    """Take back what the import made; what has been used since is named and stays."""
    _locked(made, needs_file=False)
    made.move_to(ImportState.UNDOING)
    made.position = made.kept = 0
    made.on = on
    made.finished_at = None
    log_activity(made, "customer_import.undone", by=by)


def old_files() -> list[int]:
    """The imports whose file has been kept long enough: it is full of people's data."""
    last = func.coalesce(CustomerImport.finished_at, CustomerImport.created_at)
    old = select(CustomerImport.id).where(
        CustomerImport.sha256.is_not(None), CustomerImport.state.not_in(WORKING),
        last < clock.now() - KEPT,
    )  # fmt: skip
    return list(db.session.scalars(old.order_by(CustomerImport.id)))


def discard_old_files() -> int:
    """Let go of these files; what was imported stays, and can still be taken back."""
    with transaction() as session:
        ids = old_files()
        for id_ in ids:
            made = session.get_one(CustomerImport, id_)
            discard([made.sha256])
            made.sha256 = None
        return len(ids)


KEPT = timedelta(days=30)
REFERRING = {"customer_number", "former_number", "customer_email"}


# --- parts ------------------------------------------------------------------------------------


def _locked(made: CustomerImport, *, needs_file: bool = True) -> None:
    """The import as it stands, ours until the end of the transaction."""
    db.session.refresh(made, with_for_update=True)
    if needs_file and made.sha256 is None:
        raise DomainError(_("Die Datei ist nach 30 Tagen verworfen worden. Bitte neu hochladen."))


def _forget(made: CustomerImport) -> None:
    """The findings of an earlier try."""
    made.position = made.done = made.refused = 0
    made.problem = None
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == made.id))


def _last_mapping(kind: ImportKind, headings: list[str]) -> dict[str, int] | None:
    """How somebody mapped a file with the same headings before."""
    earlier = select(CustomerImport).where(
        CustomerImport.kind == kind, CustomerImport.state != ImportState.UPLOADED
    )
    for other in db.session.scalars(earlier.order_by(CustomerImport.id.desc()).limit(20)):
        if other.headings == headings:
            return dict(other.mapping)
    return None
