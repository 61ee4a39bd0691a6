"""How fast contracts bill themselves, and how long a clerk waits meanwhile.

    python -m benchmarks.billing [--contracts 1000] [--profile] [--documents]

Makes an office with that many contracts in a temporary folder (SQLite), bills one period of each
through the job, and deposits credit every 50 ms from another thread while it runs.
"""

import argparse
import cProfile
import pstats
import resource
import statistics
import tempfile
import threading
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select

from kutego import clock, create_core
from kutego.db import db, transaction
from kutego.jobs import run_job
from kutego.models import Customer, DepositKind, Invoice, triggers
from kutego.operations.contract_making import create_contract
from kutego.operations.credit import deposit_credit
from kutego.operations.invoices import issue_invoice
from kutego.operations.memberships import create_membership
from tests import factories

BEFORE, START = date(2026, 10, 1), date(2026, 11, 1)
SLICE = 100


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            clerk = _set_up(options.contracts)
            _bill(app, clerk, options.profile)
            if options.documents:
                _documents()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--documents", action="store_true", help="render PDF and XML as well")
    return parser.parse_args()


def _set_up(contracts: int) -> int:
    """Contracts that are due on START; returns the id of a customer who deposits meanwhile."""
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    course, term = factories.running_course(starts_on=START), factories.term_template()
    gold = factories.membership_template()
    for start in range(0, contracts, SLICE):
        with clock.at(clock.noon(BEFORE)), transaction():
            for _each in range(min(SLICE, contracts - start)):
                _one(start + _each, course, term, gold)
    return factories.customer().id


def _one(n: int, course, term, gold) -> None:
    """Of five contracts one is a membership and one an instalment agreement."""
    given = {"on": START, "by": factories.ANNA}
    dog = factories.participant()
    if n % 5 == 1:
        create_membership(dog.customer, membership_template=gold, starts_on=START, **given)
    elif n % 5 == 2:
        draft = factories.draft(of=dog.customer, instalments=3, on=BEFORE, send_mail=False)
        issue_invoice(draft, on=BEFORE, by=factories.ANNA)
    else:
        create_contract(
            dog.customer, participant=dog, course_date=course, term_template=term,
            starts_on=START, **given,
        )  # fmt: skip


def _bill(app, clerk: int, profile: bool) -> None:
    stop, waits = threading.Event(), []
    thread = threading.Thread(target=_deposit_all_the_time, args=(app, clerk, stop, waits))
    profiler = cProfile.Profile()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if profile:
        profiler.enable()
    else:
        thread.start()
    started = time.perf_counter()
    result = run_job("bill_contracts", START)
    seconds = time.perf_counter() - started
    stop.set()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"billed {result.done}, refused {result.refused}, failed {result.failed}")
    print(f"{seconds:.2f} s, {result.done / seconds:.0f} invoices/s, {memory / 1024:.0f} MB more")
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(40)
        return
    thread.join()
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    print(
        f"{len(waits)} deposits meanwhile: median {statistics.median(waits):.0f} ms, "
        f"p95 {p95:.0f} ms, longest {waits[-1]:.0f} ms"
    )
    billed = select(func.count()).where(Invoice.issued_on == START)
    assert db.session.scalar(billed) == result.done


def _deposit_all_the_time(app, clerk: int, stop: threading.Event, waits: list[float]) -> None:
    with app.app_context():
        while not stop.wait(0.05):
            started = time.perf_counter()
            deposit_credit(
                db.session.get_one(Customer, clerk), amount=Decimal("5.00"),
                kind=DepositKind.ON_SITE, received_on=clock.today(), on=clock.today(),
                by=factories.ANNA,
            )  # fmt: skip
            waits.append((time.perf_counter() - started) * 1000)


def _documents() -> None:
    started = time.perf_counter()
    result = run_job("render_documents", START)
    seconds = time.perf_counter() - started
    print(f"{result.done} files in {seconds:.1f} s, {result.done / 2 / seconds:.1f} documents/s")


if __name__ == "__main__":
    main()
