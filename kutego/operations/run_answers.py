"""What a person decides about a mass run: stop it, answer its questions, try again what failed."""

from sqlalchemy import ColumnElement, select, update

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import ItemState, MassRun, MassRunItem, RunState
from kutego.operations.run_arguments import decoded, encoded
from kutego.texts import gettext as _


@operation
def cancel_run(run: MassRun, *, by: Actor) -> None:
    """Stop before the next record. What is done stays done."""
    if run.state is not RunState.RUNNING:
        raise DomainError(_("Dieser Lauf ist schon beendet."))
    run.state = RunState.CANCELLED
    run.finished_at = clock.now()


@operation
def confirm_run(run: MassRun, *, by: Actor) -> MassRun:
    """Answer yes to every question that records were held back for, and go on with them."""
    asked = (MassRunItem.run_id == run.id) & MassRunItem.question.is_not(None)
    codes = set(db.session.scalars(select(MassRunItem.question).where(asked).distinct()))
    if not codes:
        raise DomainError(_("In diesem Lauf ist keine Rückfrage offen."))
    arguments = decoded({"map": run.arguments})
    arguments["confirmed"] = frozenset({*arguments.get("confirmed", ()), *codes})
    run.arguments = encoded(arguments)["map"]
    run.has_questions = False
    return _go_on(run, asked)


@operation
def retry_run(run: MassRun, *, by: Actor) -> MassRun:
    """Try every record again that failed or was refused: somebody has removed the cause."""
    if run.state is not RunState.DONE or not run.has_problems:
        raise DomainError(_("In diesem Lauf ist nichts zu wiederholen."))
    run.has_problems = False
    ended = MassRunItem.state.in_([ItemState.FAILED, ItemState.REFUSED])
    return _go_on(run, ended & (MassRunItem.run_id == run.id) & MassRunItem.question.is_(None))


# --- parts ------------------------------------------------------------------------------------


def _go_on(run: MassRun, which: ColumnElement[bool]) -> MassRun:
    run.state, run.finished_at = RunState.RUNNING, None
    again = update(MassRunItem).where(which)
    db.session.execute(again.values(state=ItemState.WAITING, question=None, message=None, at=None))
    return run
