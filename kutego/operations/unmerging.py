"""Taking back the merge of two customers, on the day it was made."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import CustomerMerge, CustomerState, DuplicatePair, MergeState, PairState
from kutego.operations.customers import refuse_known_email
from kutego.operations.master_data import save_record
from kutego.operations.merge_moves import move_back, obstacles
from kutego.operations.merging import carry_credit, follow_rows, log_merge
from kutego.operations.run_arguments import decoded, encoded
from kutego.texts import gettext as _


@operation
def undo_merge(merge: CustomerMerge, *, on: date, by: Actor) -> CustomerMerge:
    """Take a merge of today back: what moved and was not changed since returns."""
    lock(db.session(), [merge.target, merge.source])
    target, source = merge.target, merge.source
    if merge.state is not MergeState.DONE:
        raise DomainError(_("Diese Zusammenführung ist schon rückgängig gemacht."))
    if merge.merged_on != on:
        raise DomainError(_("Rückgängig geht es nur am Tag der Zusammenführung."))
    if target.state is not CustomerState.ACTIVE:
        raise DomainError(
            _("Das Hauptkonto %(number)s ist nicht mehr aktiv.", number=target.number)
        )
    if against := obstacles(merge):
        raise DomainError(
            _("Seitdem ist weitergearbeitet worden; das lässt sich nicht mehr trennen (%(what)s).",
              what="; ".join(against))
        )  # fmt: skip
    returned = move_back(merge)
    source.merged_at = source.main_account_id = None
    follow_rows([source, target])
    _give_back_credit(merge, on=on, by=by)
    _restore(merge, by=by)
    merge.move_to(MergeState.UNDONE)
    merge.undone_at, merge.undone_by = clock.now(), by.name
    log_merge(merge, "unmerged", {name: len(ids) for name, ids in returned.items()}, by=by)
    return merge


def can_undo(merge: CustomerMerge, on: date) -> bool:
    """Whether the button makes sense; the operation is the law."""
    return merge.state is MergeState.DONE and merge.merged_on == on


# --- parts ------------------------------------------------------------------------------------


def _give_back_credit(merge: CustomerMerge, *, on: date, by: Actor) -> None:
    amount = Decimal(merge.before["credit"])
    if amount > merge.target.credit:
        raise DomainError(
            _("Vom übertragenen Guthaben ist schon etwas verbraucht. Bitte zuerst die Verrechnung "
              "zurückbuchen.")
        )  # fmt: skip
    if amount > 0:
        carry_credit(merge.target, merge.source, amount, on=on, by=by)


def _restore(merge: CustomerMerge, *, by: Actor) -> None:
    """Give the target the values it had, unless they were changed since; open the source."""
    target, source = merge.target, merge.source
    taken, before = merge.before["taken"], merge.before["target"]
    values = {
        name: decoded(before[name])
        for name, value in taken.items()
        if encoded(getattr(target, name)) == value
    }
    if values:
        save_record(target, values, by=by)
    db.session.flush()
    refuse_known_email(source)
    source.move_to(CustomerState.ACTIVE)
    source.lock_reason = None
    source.revision += 1
    for customer, newsletter in zip((target, source), merge.before["newsletter"], strict=True):
        customer.newsletter = newsletter
    first, second = sorted((source.id, target.id))
    pair = db.session.scalar(
        select(DuplicatePair).where(
            DuplicatePair.customer_id == first, DuplicatePair.other_id == second
        )
    )
    if pair is not None:
        pair.state, pair.decided_at, pair.decided_by = PairState.OPEN, None, None
