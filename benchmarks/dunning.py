"""How long the proposal takes: every letter of the day over many open invoices.

    python -m benchmarks.dunning [--invoices 50000]

Writes the heads of that many overdue invoices as rows into a temporary office (SQLite), a fifth of
them excluded for one reason or another, and asks the plan for all letters and for the first page.
"""

import argparse
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert, select

from kutego import clock, create_core
from kutego.db import db, transaction
from kutego.models import Customer, DunningCase, Invoice, PaymentMethod, triggers
from kutego.operations.dunning_plan import due_customers, letters, verdicts
from kutego.operations.dunning_runs import ensure_standard_run
from tests import factories

DAY = date(2026, 11, 23)
LIMIT = 5.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=50_000)
    invoices = parser.parse_known_args()[0].invoices
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            _set_up(invoices)
            _measure(invoices)


def _set_up(invoices: int) -> None:
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    ensure_standard_run(by=factories.ANNA)
    model = {c.name: getattr(factories.customer(), c.key) for c in Customer.__table__.columns}
    issued = factories.invoice()
    head = {c.name: getattr(issued, c.key) for c in Invoice.__table__.columns}
    with transaction() as session:
        for start in range(1, invoices + 1, 1000):
            some = range(start, min(start + 1000, invoices + 1))
            session.execute(insert(Customer), [_customer(model, n) for n in some if n % 2])
            session.execute(insert(Invoice), [_invoice(head, n) for n in some])
            session.execute(insert(DunningCase), [_case(n) for n in some if n % 3 == 0])


def _customer(model: dict, n: int) -> dict:
    return model | {"id": 1000 + n, "number": f"X{n}", "open_amount": Decimal("98.00")}


def _invoice(head: dict, n: int) -> dict:
    method = PaymentMethod.ON_SITE if n % 10 == 0 else PaymentMethod.BANK_TRANSFER
    return head | {
        "id": 1000 + n, "number": f"X{n}", "customer_id": 1000 + n - (n % 2 == 0),
        "due_on": DAY - timedelta(days=n % 60), "payment_method": method,
    }  # fmt: skip


def _case(n: int) -> dict:
    return {
        "customer_id": 1000 + n - (n % 2 == 0), "invoice_id": 1000 + n, "reached": 7,
        "fired_on": DAY - timedelta(days=n % 30), "is_included": False, "in_collection": False,
        "stopped_at": clock.now() if n % 30 == 0 else None,
    }  # fmt: skip


def _measure(invoices: int) -> None:
    started = time.perf_counter()
    planned = letters(DAY)
    seconds = time.perf_counter() - started
    found = verdicts(DAY)
    counts = Counter(db.session.scalars(select(found.c.left_out)))
    page = time.perf_counter()
    first = select(Customer).where(Customer.id.in_(due_customers(DAY).order_by(None)))
    db.session.scalars(first.order_by(Customer.sort_name, Customer.id).limit(50)).all()
    page = time.perf_counter() - page
    print(f"{sum(counts.values())} open invoices: {len(planned)} letters in {seconds:.2f} s")
    print(f"the first page of the proposal in {page * 1000:.0f} ms")
    print(", ".join(f"{reason or 'due'}: {count}" for reason, count in counts.most_common()))
    assert seconds < LIMIT
    assert sum(counts.values()) > invoices


if __name__ == "__main__":
    main()
