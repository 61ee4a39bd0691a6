"""Working on imports in the background: by slices, each in a transaction of its own.

`position` is written with the rows it counts, so that a kill neither repeats nor skips a row. A
trial run takes the very same steps and lets go of them.
"""

import logging
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import CustomerImport, ImportKind, ImportRow, ImportState
from kutego.models.customer_import import WORKING
from kutego.operations.import_customers import Planned, Seen, add_customers
from kutego.operations.import_fields import read_cells
from kutego.operations.import_reading import Row, read_rows
from kutego.operations.import_rest import add_to_customers
from kutego.operations.import_undo import undo_slice
from kutego.texts import gettext as _

SLICE = 250  # rows: a quarter of a second, in which nobody else writes

log = logging.getLogger(__name__)


class _TriedOut(Exception):
    """Lets go of everything that a trial run did."""


def open_imports() -> list[int]:
    """The imports that somebody set going."""
    working = select(CustomerImport.id).where(CustomerImport.state.in_(WORKING))
    return list(db.session.scalars(working.order_by(CustomerImport.id)))


def work_import(import_id: int) -> int:
    """Work on an import until it is through or stopped; returns how many rows were touched."""
    made = db.session.get_one(CustomerImport, import_id)
    state, start = made.state, made.position
    try:
        if state is ImportState.UNDOING:
            return _undo(import_id)
        return _work(import_id, state, start)
    except OperationalError:
        raise  # the database is away; the next call goes on
    except Exception as error:
        log.exception("import %s", import_id)
        _break_off(import_id, state, error)
        return 0


def _work(import_id: int, state: ImportState, start: int) -> int:
    made = db.session.get_one(CustomerImport, import_id)
    kind, mapping, sha256 = made.kind, dict(made.mapping), made.sha256 or ""
    db.session.rollback()
    rows = read_rows(files.read(sha256), start)
    seen, touched = Seen(), 0
    while some := list(islice(rows, SLICE)):
        planned = [planned_row(kind, mapping, number, cells) for number, cells in some]
        if not _do_slice(import_id, state, start + touched, planned, seen):
            return touched
        touched += len(some)
    _finish(import_id, state)
    return touched


def planned_row(kind: ImportKind, mapping: dict[str, int], number: int, cells: Row) -> Planned:
    """What a row asks for, or why it cannot be read."""
    try:
        return Planned(number, read_cells(kind, mapping, cells))
    except DomainError as refusal:
        return Planned(number, {}, str(refusal))


def _do_slice(
    import_id: int, state: ImportState, position: int, rows: Sequence[Planned], seen: Seen
) -> bool:
    """Do some rows and note them. False where somebody stopped, or is at it too."""
    is_trial = state is ImportState.CHECKING
    if is_trial:
        try:
            with transaction():
                made = _mine(import_id, state, position)
                if made is not None:
                    _do(made, rows, seen)
                raise _TriedOut
        except _TriedOut:
            db.session.expire_all()
    with transaction():
        made = _mine(import_id, state, position)
        if made is None:
            return False
        if not is_trial:
            _do(made, rows, seen)
        _note(made, rows, is_trial)
    return True


def _mine(import_id: int, state: ImportState, position: int) -> CustomerImport | None:
    made = db.session.get_one(CustomerImport, import_id, with_for_update=True)
    return made if made.state is state and made.position == position else None


def _do(made: CustomerImport, rows: Sequence[Planned], seen: Seen) -> None:
    by = Actor(made.created_by, made.employee_id)
    possible = [row for row in rows if row.message is None]
    if made.kind is ImportKind.CUSTOMERS:
        add_customers(possible, seen, on=made.on, by=by)
    else:
        add_to_customers(made.kind, possible, on=made.on, by=by)


def _note(made: CustomerImport, rows: Sequence[Planned], is_trial: bool) -> None:
    bad = [row for row in rows if row.message is not None]
    made.position += len(rows)
    made.refused += len(bad)
    made.done += len(rows) - len(bad)
    told = bad if is_trial else rows
    values = [
        {
            "import_id": made.id,
            "row": row.row,
            "message": row.message,
            "record_id": None if is_trial else row.record_id,
            "customer_id": None if is_trial else row.customer_id,
        }
        for row in told
    ]
    if values:
        db.session.execute(insert(ImportRow), values)


def _undo(import_id: int) -> int:
    touched = 0
    while True:
        with transaction():
            made = db.session.get_one(CustomerImport, import_id, with_for_update=True)
            if made.state is not ImportState.UNDOING:
                return touched
            count, kept = undo_slice(made)
            made.position += count
            made.kept += kept
        if not count:
            break
        touched += count
    _finish(import_id, ImportState.UNDOING)
    return touched


AFTER = {
    ImportState.CHECKING: ImportState.CHECKED,
    ImportState.RUNNING: ImportState.DONE,
    ImportState.UNDOING: ImportState.UNDONE,
}


def _finish(import_id: int, state: ImportState) -> None:
    with transaction():
        made = db.session.get_one(CustomerImport, import_id, with_for_update=True)
        if made.state is state:
            made.move_to(AFTER[state])
            made.finished_at = clock.now()


def _break_off(import_id: int, state: ImportState, error: Exception) -> None:
    """What cannot go on says why: a file that changed since it was looked through, or a bug."""
    sentence = _("Ein Fehler im Programm. Er steht im Protokoll.")
    with transaction():
        made = db.session.get_one(CustomerImport, import_id, with_for_update=True)
        if made.state is state:
            made.problem = str(error) if isinstance(error, DomainError) else sentence
            stopped = {
                ImportState.CHECKING: ImportState.MAPPED,
                ImportState.RUNNING: ImportState.STOPPED,
            }
            made.state = stopped.get(state, ImportState.DONE)


def refused_rows(made: CustomerImport) -> Iterator[tuple[int, str, Row]]:
    """Every row that was not imported, with the reason and what stood in it."""
    refused = select(ImportRow).where(
        ImportRow.import_id == made.id, ImportRow.record_id.is_(None),
        ImportRow.message.is_not(None),
    )  # fmt: skip
    messages = {line.row: line.message for line in db.session.scalars(refused)}
    if messages and made.sha256 is not None:
        for number, cells in read_rows(files.read(made.sha256)):
            if number in messages:
                yield number, messages[number] or "", cells
