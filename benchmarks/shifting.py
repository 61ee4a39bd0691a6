"""How fast a closure moves every contract: shifting as one mass run.

    python -m benchmarks.shifting [--contracts 5000] [--profile]

Makes an office with that many contracts in a temporary folder (SQLite) and shifts all of them by
a month, the way the button does it for all rows of a filter. Goal: 500 contracts a second.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.billing import SLICE
from kutego import create_core
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.models import Contract, ItemState, triggers
from kutego.operations.contract_making import create_contract
from kutego.operations.contracts import shift_contract
from kutego.operations.runs import counts_of, start_run, work_run
from tests import factories

START = date(2026, 11, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contracts", type=int, default=5000)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            _shift(_set_up(options.contracts), options.contracts, options.profile)


def _set_up(contracts: int) -> Actor:
    """Contracts at the beginning of a month; returns the clerk who shifts them."""
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    course, term = factories.running_course(starts_on=START), factories.term_template()
    for start in range(0, contracts, SLICE):
        with transaction():
            for _each in range(min(SLICE, contracts - start)):
                dog = factories.participant()
                create_contract(
                    dog.customer, participant=dog, course_date=course, term_template=term,
                    starts_on=START, on=START, by=factories.ANNA,
                )  # fmt: skip
    clerk = factories.employee()
    return Actor(clerk.name, clerk.id)


def _shift(by: Actor, contracts: int, profile: bool) -> None:
    ids = list(db.session.scalars(select(Contract.id).order_by(Contract.id)))
    arguments = {"months": 1, "reason": "Betriebsferien", "notify": False}
    started = time.perf_counter()
    run = start_run(
        ids, model=Contract, function=shift_contract, arguments=arguments,
        title="Vertrag verschieben", on=START, by=by,
    )  # fmt: skip
    print(f"{time.perf_counter() - started:.2f} s to freeze {contracts} contracts")
    run_id, profiler = run.id, cProfile.Profile()
    if profile:
        profiler.enable()
    started, busy = time.perf_counter(), time.process_time()
    work_run(run_id)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    assert counts_of(run_id)[ItemState.DONE] == contracts
    moved = select(func.count()).where(Contract.next_invoice_on == date(2026, 12, 1))
    assert db.session.scalar(moved) == contracts
    print(f"{seconds:.2f} s, {contracts / seconds:.0f} contracts/s, {busy:.2f} s of them computing")


if __name__ == "__main__":
    main()
