"""Taking an import back, the newest rows first. What has been used since is named and stays."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, lock, transaction
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
    company,
)
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.activity import log_activity
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.credit import correct_entry
from kutego.operations.deletions import delete_everything
from kutego.texts import gettext as _

SLICE = 100

Undo = Callable[[int, date, Actor], None]
Rows = Sequence[ImportRow]


def undo_slice(made: CustomerImport) -> tuple[int, int]:
    """Take back the next records; returns how many, and how many of them had to stay.

    Joins a transaction. A record that is gone, or has to stay, is not looked at again.
    """
    left = select(ImportRow).where(
        ImportRow.import_id == made.id, ImportRow.record_id.is_not(None),
        ImportRow.message.is_(None),
    )  # fmt: skip
    rows = db.session.scalars(left.order_by(ImportRow.id.desc()).limit(SLICE)).all()
    by = Actor(made.created_by, made.employee_id)
    if made.kind is ImportKind.CUSTOMERS:
        kept = _customers(rows, by)
    else:
        kept = _one_by_one(rows, UNDO[made.kind], made.on, by)
    return len(rows), kept


# --- parts ------------------------------------------------------------------------------------


def _one_by_one(rows: Rows, undo: Undo, on: date, by: Actor) -> int:
    kept = 0
    for row_id, record_id in [(row.id, row.record_id or 0) for row in rows]:
        try:
            with transaction():
                undo(record_id, on, by)
                row = db.session.get_one(ImportRow, row_id)
                row.record_id = row.customer_id = None
                db.session.flush()
        except DomainError as refusal:
            db.session.get_one(ImportRow, row_id).message = str(refusal)
            kept += 1
    return kept


def _customers(rows: Rows, by: Actor) -> int:
    """Delete those whom nobody has touched, all at once."""
    by_id = {row.record_id: row for row in rows}
    mine = select(Customer).where(Customer.id.in_(by_id))
    lock(db.session(), db.session.scalars(mine).all())
    present = {customer.id: customer for customer in db.session.scalars(mine)}
    used = _used(list(present))
    for id_, customer in present.items():
        if id_ in used:
            by_id[id_].message = _(
                "%(name)s hat schon: %(what)s.", name=customer.name, what=", ".join(used[id_])
            )
        elif customer.revision > 1:
            by_id[id_].message = _("%(name)s wurde seitdem geändert.", name=customer.name)
    going = [c for id_, c in present.items() if by_id[id_].message is None]
    house = company()
    for customer in going:
        log_activity(house, "customer.deleted", by=by, number=customer.number)
    for row in rows:
        if row.message is None:
            row.record_id = row.customer_id = None
    kept = sum(row.message is not None for row in rows)
    db.session.flush()
    ids = [customer.id for customer in going]
    delete_everything(ids)
    for customer in going:
        db.session.expunge(customer)
    return kept


# What a customer has from the start, or what other records say of them.
BARE = {"customer", "customer_group_member", "duplicate_pair", "import_row", "activity"}


def _used(ids: list[int]) -> dict[int, list[str]]:
    """What hangs on these customers, by titles; one statement for each table."""
    found: dict[int, list[str]] = {}
    for holding in HOLDINGS:
        if holding.table in BARE:
            continue
        for column in holding.rows.c:
            if not any(key.column.table.name == "customer" for key in column.foreign_keys):
                continue
            for id_ in db.session.scalars(select(column).where(column.in_(ids)).distinct()):
                found.setdefault(id_, []).append(_(holding.title))
    pointing = select(Customer.main_account_id).where(Customer.main_account_id.in_(ids))
    for id_ in db.session.scalars(pointing):
        found.setdefault(id_ or 0, []).append(_("ein Zweitkonto"))
    return found


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
    ImportKind.PARTICIPANTS: _participant,
    ImportKind.BALANCES: _balance,
    ImportKind.CONTRACTS: _contract,
}
