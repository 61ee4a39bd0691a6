"""How long a mailing to many takes to be in the queue, and how long a clerk waits meanwhile.

    python -m benchmarks.mailings [--customers 10000] [--profile]

Makes that many customers who have agreed to the newsletter in a temporary folder (SQLite), writes
them a newsletter with placeholders, starts it and lets the job queue it, while another thread
corrects a customer's address every 50 ms.
"""

import argparse
import cProfile
import pstats
import statistics
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from kutego import clock, create_core
from kutego.db import db, transaction
from kutego.jobs import run_job
from kutego.models import (
    ConsentAction,
    ConsentSource,
    Customer,
    MailingKind,
    Message,
    NewsletterConsent,
    triggers,
)
from kutego.operations.mailing_runs import start_mailing
from kutego.operations.mailings import write_to_chosen
from kutego.operations.master_data import save_record
from tests import factories

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SLICE = 5000
LIMIT = 5.0  # seconds for 10,000


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            ids = _set_up(options.customers)
            _send(app, ids, options.profile)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    return parser.parse_args()


def _set_up(customers: int) -> list[int]:
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    common = {"last_name": "Müller", "created_at": NOW, "created_by": "Anna", "newsletter": True}
    consent = {
        "action": ConsentAction.CONFIRMED, "at": NOW, "given_on": DAY, "recorded_by": "Anna",
        "source": ConsentSource.LINK,
    }  # fmt: skip
    for start in range(0, customers, SLICE):
        numbers = range(start + 1, min(start + SLICE, customers) + 1)
        with transaction() as session:
            session.execute(insert(Customer), [
                common | {"id": n, "number": str(n), "first_name": f"Anna {n}", "search": str(n),
                          "sort_name": f"muller anna {n}", "email": f"kunde{n}@example.org"}
                for n in numbers
            ])  # fmt: skip
            session.execute(insert(NewsletterConsent), [
                consent | {"customer_id": n, "address": f"kunde{n}@example.org"} for n in numbers
            ])  # fmt: skip
    return list(range(1, customers + 1))


def _send(app, ids: list[int], profile: bool) -> None:
    mailing = write_to_chosen(
        ids, kind=MailingKind.NEWSLETTER, subject="Neues für {{ vorname }}", on=DAY,
        text="{{ anrede }},\n\n" + "Im Winter üben wir in der Halle. " * 40, by=factories.ANNA,
    )  # fmt: skip
    stop, waits = threading.Event(), []
    clerk = threading.Thread(target=_correct_all_the_time, args=(app, ids[-1], stop, waits))
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    else:
        clerk.start()
    began = time.perf_counter()
    start_mailing(mailing, on=DAY, by=factories.ANNA)
    started = time.perf_counter() - began
    result = run_job("queue_mailings", DAY)
    took = time.perf_counter() - began
    stop.set()
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
    else:
        clerk.join()
    queued = db.session.scalar(select(func.count()).select_from(Message))
    assert not result.problems, result.problems
    print(f"{queued} mails queued in {took:.2f} s (who gets it: {started:.2f} s)")
    if waits:
        slowest = statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]
        print(f"a clerk meanwhile: {len(waits)} saves, p95 {slowest * 1000:.0f} ms")
    if len(ids) == 10_000 and took > LIMIT:
        raise SystemExit(f"more than {LIMIT} s")


def _correct_all_the_time(app, customer_id: int, stop, waits: list[float]) -> None:
    with app.app_context():
        number = 0
        while not stop.is_set():
            number += 1
            with clock.at(NOW):
                customer = db.session.get_one(Customer, customer_id)
                began = time.perf_counter()
                save_record(customer, {"street": f"Weg {number}"}, by=factories.ANNA)
                waits.append(time.perf_counter() - began)
            time.sleep(0.05)


if __name__ == "__main__":
    main()
