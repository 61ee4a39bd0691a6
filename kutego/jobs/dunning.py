"""Open invoices are reminded of."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Invoice
from kutego.operations.job_runs import Result
from kutego.operations.reminders import invoices_to_remind, remind_invoice


def remind_overdue(on: date, dry_run: bool = False) -> Result:
    """Remind of invoices some days after they were due, by mail, each once."""
    if dry_run:
        late = select(Invoice).where(Invoice.id.in_(invoices_to_remind(on)))
        invoices = db.session.scalars(late.options(joinedload(Invoice.customer)))
        return Result(plan=[f"{invoice}: {invoice.customer.name}" for invoice in invoices])
    ids = list(db.session.scalars(invoices_to_remind(on)))

    def remind(invoice_id: int) -> int:
        remind_invoice(db.session.get_one(Invoice, invoice_id), on=on, by=SYSTEM)
        return 1

    result = Result()
    each(Invoice, ids, remind, result)
    return result
