"""How fast customers are imported from a CSV file.

    python -m benchmarks.importing [--customers 50000] [--profile]

Writes a file of that many customers in a temporary folder (SQLite), tries it out, imports it and
verifies the books.
"""

import argparse
import cProfile
import pstats
import random
import resource
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from kutego import clock, create_core
from kutego.db import db
from kutego.demo.names import LAST_NAMES, MEN, WOMEN
from kutego.models import Customer, CustomerImport, ImportKind, triggers
from kutego.operations.import_run import work_import
from kutego.operations.imports import check_import, map_columns, run_import, upload_import
from kutego.operations.verification import verify
from tests import factories

LEAST = 1000  # customers per second
HEAD = "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;E-Mail;Mobil;Geburtsdatum;IBAN"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            db.create_all()
            with db.engine.begin() as connection:
                triggers.install(connection)
            factories.company()
            _import(_file(options.customers), options.profile)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    return parser.parse_args()


def _file(customers: int) -> bytes:
    dice = random.Random(1)
    lines = [HEAD]
    for number in range(customers):
        first, last = dice.choice(WOMEN + MEN), dice.choice(LAST_NAMES)
        day = f"{dice.randrange(10, 29)}.{dice.randrange(10, 13)}.{dice.randrange(1950, 2005)}"
        iban = "DE02120300000000202051" if number % 2 else ""
        lines.append(
            f"A{number:06d};;{first};{last};Gartenweg {dice.randrange(1, 99)};99084;Erfurt;"
            f"kunde{number}@example.org;0151 {dice.randrange(10**7, 10**8)};{day};{iban}"
        )
    return "\r\n".join(lines).encode()


def _import(data: bytes, profile: bool) -> None:
    on, by = clock.today(), factories.ANNA
    file = ("kunden.csv", data)
    made = _timed("looked through", lambda: upload_import(
        kind=ImportKind.CUSTOMERS, file=file, on=on, by=by))  # fmt: skip
    map_columns(made, mapping=made.mapping, on=on, by=by)
    check_import(made, on=on, by=by)
    _timed("tried out", lambda: work_import(made.id))
    db.session.rollback()
    run_import(db.session.get_one(CustomerImport, made.id), on=on, by=by)
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    _timed("imported", lambda: work_import(made.id))
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    db.session.rollback()
    count = db.session.scalar(select(func.count()).select_from(Customer))
    assert (made.done, made.refused) == (count, 0), (made.done, made.refused, made.problem)
    assert list(verify()) == []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"verified; {memory:.0f} MB in all")


def _timed(what: str, work):
    started, used = time.perf_counter(), time.process_time()
    made = work()
    seconds, used = time.perf_counter() - started, time.process_time() - used
    rows = made if isinstance(made, int) else made.total
    print(
        f"{rows} rows {what} in {seconds:.1f} s, {rows / seconds:.0f}/s (at least {LEAST}; "
        f"{used:.1f} s of CPU)"
    )
    return made


if __name__ == "__main__":
    main()
