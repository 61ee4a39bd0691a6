"""Contracts bill themselves."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Contract, due_contracts
from kutego.operations.billing import due_periods
from kutego.operations.billing_run import SLICE, BillingRun
from kutego.operations.job_runs import Result
from kutego.texts import gettext as _


def bill_contracts(on: date, dry_run: bool = False) -> Result:
    """Make the invoices of every contract that is due; a fuse stops a run that makes too many."""
    if dry_run:
        return Result(plan=_due_lines(on))
    ids = list(db.session.scalars(due_contracts(on)))
    run, result = BillingRun(on, SYSTEM, len(ids)), Result()
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        try:
            result.done += run.bill(some)
        except Exception:  # one of them; the others must not wait for it
            if not each(Contract, some, lambda contract_id: run.bill([contract_id]), result):
                break
    return result


def _due_lines(on: date) -> list[str]:
    due = select(Contract).where(Contract.id.in_(due_contracts(on))).order_by(Contract.id)
    lines = []
    for contract in db.session.scalars(due.options(joinedload(Contract.customer))):
        who = f"{contract}: {contract.customer.name}, {contract.text}"
        lines += [f"{who}, {period}" for period in due_periods(contract, on)] or [
            _("%(contract)s endet", contract=contract)
        ]
    return lines
