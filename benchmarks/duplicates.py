"""How long the search for duplicates takes among many customers.

    python -m benchmarks.duplicates [--customers 100000] [--profile]

Makes that many customers with a participant each in a temporary folder (SQLite), every fiftieth of
them a second time (other e-mail, number written differently, a typing error), and searches twice.
"""

import argparse
import cProfile
import pstats
import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from kutego import clock, create_core
from kutego.db import db, transaction
from kutego.demo.names import DOGS, LAST_NAMES, MEN, WOMEN
from kutego.models import Customer, DuplicatePair, Participant, triggers
from kutego.operations.duplicates import ask_for_search, search_duplicates, waiting_searches
from tests import factories

SLICE = 5000
NOW = datetime(2026, 11, 23, tzinfo=UTC)
LIMIT = 20.0  # seconds for 100,000


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            _set_up(options.customers)
            profiler = cProfile.Profile()
            if options.profile:
                profiler.enable()
            for turn in ("first", "second"):
                _search(turn)
            if options.profile:
                profiler.disable()
                pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    return parser.parse_args()


def _set_up(customers: int) -> None:
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    dice = random.Random(1)
    for start in range(0, customers, SLICE):
        people = [_person(dice, start + n) for n in range(min(SLICE, customers - start))]
        with transaction() as session:
            session.execute(insert(Customer), people)
            session.execute(insert(Participant), [_pupil(dice, person) for person in people])


def _person(dice: random.Random, number: int) -> dict:
    twin = random.Random(number - 1) if number % 50 == 49 else None
    of = twin or random.Random(number)
    first, last = of.choice(WOMEN + MEN), of.choice(LAST_NAMES) + of.choice(ENDINGS)
    phone = f"{of.randrange(10**7, 10**8)}"
    values = {
        "id": number + 1, "number": f"K-{number:06d}", "first_name": first, "last_name": last,
        "street": f"{of.choice(LAST_NAMES)}straße {of.randrange(1, 90)}",
        "postcode": f"{of.randrange(1000, 99999):05d}", "city": "Erfurt",
        "email": f"kunde{number}@example.org", "mobile": f"+49 151 {phone}",
        "birthday": date(1950, 1, 1) + timedelta(days=of.randrange(20_000)),
        "created_at": NOW, "created_by": "Import",
    }  # fmt: skip
    if twin:
        values |= {"last_name": last[:-1], "mobile": f"0151/{phone}"}
    person = Customer(**values)
    person.refresh_keys([])
    return values | {"sort_name": person.sort_name, "search": person.search}


ENDINGS = ("", "mann", "berg", "hof", "stein", "feld", "bach", "meier", "huber", "kamp")


def _pupil(dice: random.Random, person: dict) -> dict:
    return {
        "customer_id": person["id"], "first_name": dice.choice(DOGS), "created_at": NOW,
    }  # fmt: skip


def _search(turn: str) -> None:
    ask_for_search(on=clock.today(), by=factories.ANNA)
    [search] = waiting_searches()
    started, used = time.perf_counter(), time.process_time()
    found = search_duplicates(search)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    count = db.session.scalar(select(func.count()).select_from(Customer))
    print(
        f"{turn} search: {count} customers, {found} pairs, {seconds:.1f} s "
        f"(at most {LIMIT:.0f}; {used:.1f} s of CPU), {memory:.0f} MB in all"
    )
    assert db.session.scalar(select(func.count()).select_from(DuplicatePair)) == found


if __name__ == "__main__":
    main()
