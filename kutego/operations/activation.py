"""From when a membership counts that waits for its first payment (spec CON-33)."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import db
from kutego.models import Contract, ContractPeriod, ContractState, Invoice, company
from kutego.operations.activity import log_activity


def activate(contract: Contract, *, on: date, by: Actor) -> None:
    """Let a membership count from today on; its periods stay as they were billed."""
    contract.move_to(ContractState.ACTIVE)
    contract.active_from = max(on, contract.starts_on)
    log_activity(contract, "contract.activated", by=by, active_from=contract.active_from)


def activate_paid(invoice: Invoice) -> None:
    """Activate what waited for this invoice, which is paid by now. Joins a transaction."""
    if invoice.contract_id is None or invoice.open_amount > 0 or invoice.paid <= 0:
        return
    query = (
        select(Contract)
        .join(ContractPeriod, ContractPeriod.contract_id == Contract.id)
        .where(ContractPeriod.invoice_id == invoice.id, Contract.state == ContractState.PENDING)
    )
    with db.session.no_autoflush:
        for contract in db.session.scalars(query.order_by(Contract.id)).all():
            activate(contract, on=clock.today(company().zone), by=SYSTEM)
