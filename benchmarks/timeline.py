"""The timeline of a customer with 2,000 events: the first page, a page far behind, filtered."""

import re
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.dataset import CUSTOMERS, PASSWORD, prepared
from benchmarks.server import serving
from kutego import create_core
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import Activity, Customer
from kutego.operations.master_data import save_record

EVENTS = 2000
TOGETHER = 100  # changes in one transaction: the history is what is measured, not the disk
GOAL = 30
CUSTOMER = min(4000, CUSTOMERS // 2)


def main() -> None:
    """Median and 95th percentile of one request, against the goal of 30 ms."""
    folder = prepared()
    fill(folder)
    here = f"/buero/customers/{CUSTOMER}/timeline/"
    with serving(folder) as client:
        client.post("/anmelden", email="petra.kuhn@example.org", password=PASSWORD)
        client.measure(f"timeline of {EVENTS} events, first page", here, GOAL)
        query = ""
        for _page in range(20):
            older = re.search(r'href="(\?[^"]*)" rel="next"', client.get(here + query))
            query = older[1].replace("&amp;", "&") if older else query
        client.measure("timeline, twentieth page behind it", here + query, GOAL)
        client.measure("timeline, master data only", f"{here}?topic=record", GOAL)
        client.measure("timeline, notes only, of one month", f"{here}?topic=notes&from=2026-11-01",
                       GOAL)  # fmt: skip


def fill(folder: Path) -> None:
    """Change the customer's remark until the history has as many lines."""
    app = create_core(instance=folder)
    with app.app_context():
        counted = select(func.count(Activity.id)).where(Activity.customer_id == CUSTOMER)
        missing = EVENTS - (db.session.scalar(counted) or 0)
        customer = db.session.get_one(Customer, CUSTOMER)
        for start in range(0, missing, TOGETHER):
            with transaction(customer):
                for n in range(start, min(start + TOGETHER, missing)):
                    save_record(customer, {"remark": f"Stand {n} von {missing}"}, by=OFFICE)
        db.engine.dispose()
