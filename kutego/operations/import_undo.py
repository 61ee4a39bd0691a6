"""Taking an import back, record by record, the newest first. What has been used since stays."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractState,
    CreditEntry,
    Customer,
    CustomerImport,
    ImportKind,
    ImportRow,
    Participant,
)
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.credit import correct_entry
from kutego.operations.deletions import delete_customer
from kutego.operations.leaving import departure_of
from kutego.texts import gettext as _

SLICE = 50

Undo = Callable[[int, date, Actor], None]


def undo_slice(made: CustomerImport) -> tuple[int, int]:
    """Take back the next records; returns how many, and how many of them had to stay.

    Joins a transaction. A record that is gone, or has to stay, is not looked at again.
    """
    left = select(ImportRow).where(
        ImportRow.import_id == made.id, ImportRow.record_id.is_not(None),
        ImportRow.message.is_(None),
    )  # fmt: skip
    rows = db.session.scalars(left.order_by(ImportRow.id.desc()).limit(SLICE)).all()
    by, kept = Actor(made.created_by, made.employee_id), 0
    todo = [(row.id, row.record_id or 0) for row in rows]
    kind, on = made.kind, made.on
    for row_id, record_id in todo:
        try:
            with transaction():
                UNDO[kind](record_id, on, by)
                row = db.session.get_one(ImportRow, row_id)
                row.record_id = row.customer_id = None
                db.session.flush()
        except DomainError as refusal:
            db.session.get_one(ImportRow, row_id).message = str(refusal)
            kept += 1
    return len(todo), kept


# --- parts ------------------------------------------------------------------------------------


def _customer(record_id: int, on: date, by: Actor) -> None:
    customer = db.session.get(Customer, record_id)
    if customer is None:
        return
    if customer.revision > 1:
        raise DomainError(_("%(name)s wurde seitdem geändert.", name=customer.name))
    used = [kind for kind in departure_of(customer).going if kind.table not in BARE]
    if used:
        titles = ", ".join(_(kind.title) for kind in used)
        raise DomainError(_("%(name)s hat schon: %(what)s.", name=customer.name, what=titles))
    delete_customer(customer, on=on, by=by)


# What a customer has from the start, or what other records say of them.
BARE = {"customer", "import_row", "customer_group_member", "duplicate_pair", "activity",
        "activity_detail", "mass_run_item"}  # fmt: skip


def _participant(record_id: int, on: date, by: Actor) -> None:
    participant = db.session.get(Participant, record_id)
    if participant is None:
        return
    if participant.revision > 1 or (used := _used_by(participant)):
        used = "" if participant.revision > 1 else used
        raise DomainError(
            _("%(name)s wurde seitdem geändert.", name=participant.name) if not used
            else _("%(name)s hat schon: %(what)s.", name=participant.name, what=used)
        )  # fmt: skip
    customer = participant.customer
    db.session.delete(participant)
    db.session.flush()
    db.session.expire(customer, ["participants"])
    customer.refresh_keys()


def _used_by(participant: Participant) -> str:
    """The titles of what hangs on a participant."""
    found = []
    for holding in HOLDINGS:
        for column in holding.rows.c:
            leads = any(key.column.table.name == "participant" for key in column.foreign_keys)
            if leads and db.session.scalar(select(column).where(column == participant.id).limit(1)):
                found.append(_(holding.title))
    return ", ".join(found)


def _balance(record_id: int, on: date, by: Actor) -> None:
    entry = db.session.get_one(CreditEntry, record_id)
    if entry.reversed_by is None:
        correct_entry(entry, reason=_("Import rückgängig gemacht"), on=on, by=by)


def _contract(record_id: int, on: date, by: Actor) -> None:
    contract = db.session.get_one(Contract, record_id)
    if contract.state is ContractState.CANCELLED:
        return
    if contract.periods:
        raise DomainError(_("%(number)s ist schon abgerechnet.", number=contract.number))
    cancel_contract(
        contract, reason=_("Import rückgängig gemacht"), confirmed=CONFIRMED, on=on, by=by
    )


CONFIRMED = frozenset({"cancel_contract"})
UNDO: dict[ImportKind, Undo] = {
    ImportKind.CUSTOMERS: _customer,
    ImportKind.PARTICIPANTS: _participant,
    ImportKind.BALANCES: _balance,
    ImportKind.CONTRACTS: _contract,
}
