"""One operation on many records, in the background: each record exactly once, whatever happens."""

import logging
from collections.abc import Callable, Sequence
from datetime import date
from inspect import signature
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, operation, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import ItemState, MassRun, MassRunItem, RunState
from kutego.operations.run_arguments import decoded, encoded, function_of, model_of, name_of
from kutego.operations.run_claim import only_worker
from kutego.operations.run_slices import SLICE, is_sliced, locked_records
from kutego.texts import gettext as _

TURN = 25  # records of one run before the next run has its turn
CHUNK = 500

log = logging.getLogger(__name__)


@operation
def start_run(
    ids: Sequence[int],
    *,
    model: type[Base],
    function: Callable[..., Any],
    arguments: dict[str, Any],
    title: str,
    view: str = "",
    on: date,
    by: Actor,
) -> MassRun:
    """Freeze which records `function` is to be called on, and with what. `work_run` does it."""
    if by.employee_id is None:
        raise ValueError("a mass run belongs to an employee")
    run = MassRun(
        view=view,
        title=title,
        operation=name_of(function),
        subject_type=model.__tablename__,
        arguments=encoded(arguments)["map"],
        employee_id=by.employee_id,
        actor=by.name,
        on=on,
        total=len(ids),
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = db.session.scalars(select(model).where(model.id.in_(chunk)))  # type: ignore[attr-defined]
        names = {record.id: str(record)[:200] for record in found}  # type: ignore[attr-defined]
        db.session.add_all(
            MassRunItem(run_id=run.id, record_id=id_, label=names.get(id_, f"#{id_}"))
            for id_ in chunk
        )
        db.session.flush()
    return run


def work_open_runs() -> int:
    """Work on every open run, in turns, until none is left; returns how many records were touched.

    One process at a time does this; the others return at once. Call it at the start of a serving
    process and every few seconds: a run that a kill interrupted goes on where it stopped.
    """
    touched = 0
    with only_worker() as mine:
        while mine and (runs := _open_runs()):
            touched += sum(work_run(run_id, TURN) for run_id in runs)
    return touched


def work_run(run_id: int, most: int | None = None) -> int:
    """Work on up to `most` waiting records of a run; returns how many were touched."""
    touched = 0
    while most is None or touched < most:
        ids = _next_items(run_id, most - touched if most is not None else SLICE)
        if not ids or not _work_items(run_id, ids):
            break
        touched += len(ids)
    _finish(run_id)
    return touched


def _open_runs() -> list[int]:
    running = select(MassRun.id).where(MassRun.state == RunState.RUNNING).order_by(MassRun.id)
    return list(db.session.scalars(running))


def _waiting(run_id: int) -> Any:
    return (
        select(MassRunItem.id)
        .where(MassRunItem.run_id == run_id, MassRunItem.state == ItemState.WAITING)
        .order_by(MassRunItem.id)
    )


def _next_items(run_id: int, most: int) -> list[int]:
    """The records to work on in one transaction: one, or some where they can be told apart."""
    operation = db.session.scalar(select(MassRun.operation).where(MassRun.id == run_id))
    most = min(most, SLICE) if operation and is_sliced(function_of(operation)) else 1
    ids = list(db.session.scalars(_waiting(run_id).limit(most)))
    db.session.rollback()  # no read transaction stays open between two records
    return ids


def _work_items(run_id: int, ids: Sequence[int]) -> bool:
    """All of them together; where one is refused or fails, each on its own."""
    if len(ids) > 1:
        try:
            return _work_slice(run_id, ids)
        except OperationalError:
            raise
        except DomainError:
            log.debug("mass run %s goes on one by one", run_id, exc_info=True)
        except Exception:
            log.warning("mass run %s goes on one by one", run_id, exc_info=True)
    return all(_work_item(run_id, item_id) for item_id in ids)


def _work_slice(run_id: int, ids: Sequence[int]) -> bool:
    with transaction() as session:
        run = session.get_one(MassRun, run_id)
        if run.state is not RunState.RUNNING:
            return False
        waiting = select(MassRunItem).where(
            MassRunItem.id.in_(ids), MassRunItem.state == ItemState.WAITING
        )
        items = session.scalars(waiting.order_by(MassRunItem.id).with_for_update()).all()
        function, model = function_of(run.operation), model_of(run.subject_type)
        records = locked_records(function, model, [item.record_id for item in items])
        arguments = _arguments(run, function)
        for item in items:
            if (record := records.get(item.record_id)) is None:
                raise DomainError(_("Diesen Eintrag gibt es nicht mehr."))
            # the roots are locked, and all or none is written: no savepoint for each
            _done(item, function.__wrapped__(record, **arguments))  # type: ignore[attr-defined]
    return True


def _work_item(run_id: int, item_id: int) -> bool:
    """One record, marked in the operation's own transaction. False where the run has stopped."""
    try:
        with transaction() as session:
            run = session.get_one(MassRun, run_id)
            item = session.get_one(MassRunItem, item_id, with_for_update=True)
            if run.state is not RunState.RUNNING:
                return False
            if item.state is ItemState.WAITING:
                _done(item, _call(run, item.record_id))
    except NeedsConfirmation as question:
        _mark(item_id, ItemState.REFUSED, str(question), question.code)
    except DomainError as refusal:
        _mark(item_id, ItemState.REFUSED, str(refusal))
    except OperationalError:
        raise  # the database is away: the record waits, and the next call goes on
    except Exception:
        log.exception("mass run %s, item %s", run_id, item_id)
        _mark(item_id, ItemState.FAILED, _("Ein Fehler im Programm. Er steht im Protokoll."))
    return True


def _call(run: MassRun, record_id: int) -> Any:
    function, model = function_of(run.operation), model_of(run.subject_type)
    record = db.session.get(model, record_id)
    if record is None:
        raise DomainError(_("Diesen Eintrag gibt es nicht mehr."))
    return function(record, **_arguments(run, function))


def _arguments(run: MassRun, function: Callable[..., Any]) -> dict[str, Any]:
    given = {"on": run.on, "by": Actor(run.actor, run.employee_id)}
    asked = signature(function).parameters
    arguments = {**decoded({"map": run.arguments}), **given}
    return {name: value for name, value in arguments.items() if name in asked}


def _done(item: MassRunItem, made: Any) -> None:
    item.state, item.at = ItemState.DONE, clock.now()
    if isinstance(made, Base):
        if made.id is None:  # type: ignore[attr-defined]
            db.session.flush()
        item.result_type, item.result_id = made.__tablename__, made.id  # type: ignore[attr-defined]
        item.message = str(made)[:200]


def _mark(item_id: int, state: ItemState, message: str, question: str | None = None) -> None:
    with transaction() as session:
        item = session.get_one(MassRunItem, item_id, with_for_update=True)
        if item.state is ItemState.WAITING:
            item.state, item.message, item.at = state, message, clock.now()
            run = session.get_one(MassRun, item.run_id)
            if question is None:
                run.has_problems = True
            else:
                item.question, run.has_questions = question, True


def _finish(run_id: int) -> None:
    """Close the run when nothing waits any more."""
    with transaction() as session:
        run = session.get_one(MassRun, run_id, with_for_update=True)
        if run.state is RunState.RUNNING and session.scalar(_waiting(run_id).limit(1)) is None:
            run.state, run.finished_at = RunState.DONE, clock.now()


def counts_of(run_id: int) -> dict[ItemState, int]:
    """How many records of a run are in which state."""
    rows = db.session.execute(
        select(MassRunItem.state, func.count())
        .where(MassRunItem.run_id == run_id)
        .group_by(MassRunItem.state)
    )
    return {**dict.fromkeys(ItemState, 0), **{row[0]: row[1] for row in rows}}
