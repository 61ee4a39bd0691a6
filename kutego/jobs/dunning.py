"""Open invoices are dunned: what the runs let go out by itself, one customer after the other."""

from datetime import date

from sqlalchemy import select

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Customer, Invoice
from kutego.operations.dunning import send_due_letters
from kutego.operations.dunning_plan import Letter, due_customers, letters
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.job_runs import Result

SLICE = 500


def dun_overdue(on: date, dry_run: bool = False) -> Result:
    """Send the reminders and notices that need no approval; every stage of an invoice once."""
    if dry_run:
        return Result(plan=_lines(letters(on, automatic=True)))
    ensure_standard_run(by=SYSTEM)
    ids = list(db.session.scalars(due_customers(on, automatic=True)))

    def dun(customer_id: int) -> int:
        customer = db.session.get_one(Customer, customer_id)
        return len(send_due_letters(customer, automatic=True, on=on, by=SYSTEM))

    result = Result()
    each(Customer, ids, dun, result)
    return result


def _lines(planned: list[Letter]) -> list[str]:
    """What each letter would be about, with the names read in few statements."""
    lines = []
    for start in range(0, len(planned), SLICE):
        some = planned[start : start + SLICE]
        ids = [item.invoice_id for letter in some for item in letter.items]
        numbers = select(Invoice.id, Invoice.number).where(Invoice.id.in_(ids))
        known = {id_: number for id_, number in db.session.execute(numbers)}  # noqa: C416
        people = select(Customer).where(Customer.id.in_([letter.customer_id for letter in some]))
        names = {customer.id: customer.name for customer in db.session.scalars(people)}
        for letter in some:
            items = ", ".join(
                f"{known[item.invoice_id]} ({item.stage.name})" for item in letter.items
            )
            lines.append(f"{names[letter.customer_id]}: {items}")
    return lines
