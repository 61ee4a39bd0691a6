"""How long the calendar takes: a month with 2,000 course days, as a page of the office.

    python -m benchmarks.calendar [--days 2000]

Writes that many days as rows into a temporary office (SQLite) and opens month, week and list.
"""

import argparse
import tempfile
import time
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path

from sqlalchemy import insert

from kutego import clock, create_app
from kutego.db import db, transaction
from kutego.models import CourseDay, FederalState, Role, triggers
from tests import factories
from tests.views.visitor import staff

DAY = date(2026, 11, 23)
LIMIT = 50  # milliseconds for the month
ROUNDS = 15
VIEWS = ("month", "week", "day", "agenda")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=2000)
    days = parser.parse_known_args()[0].days
    with tempfile.TemporaryDirectory() as folder, clock.at(clock.noon(DAY)):
        app = create_app(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            owner = _set_up(app, days)
        slow = [name for name in VIEWS if _measure(owner, name) > LIMIT and name == "month"]
    if slow:
        raise SystemExit(f"slower than {LIMIT} ms: {slow}")


def _set_up(app, days: int):
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company(federal_state=FederalState.THURINGIA)
    hall, tina = factories.location(), factories.employee(Role.INSTRUCTOR, first_name="Tina")
    courses = [
        factories.course_date(title=f"Kurs {n}", location_id=hall.id, instructor_id=tina.id,
                              starts_on=date(2026, 11, 1), ends_on=None).id
        for n in range(50)
    ]  # fmt: skip
    with transaction() as session:
        session.execute(insert(CourseDay), [_day(courses[n % 50], n) for n in range(days)])
    return staff(app, factories.employee())


def _day(course_id: int, n: int) -> dict:
    hour = 8 + n % 12
    return {
        "course_date_id": course_id, "on": date(2026, 11, 1) + timedelta(days=n % 30),
        "starts_at": clock_time(hour), "ends_at": clock_time(hour + 1),
    }  # fmt: skip


def _measure(owner, view: str) -> float:
    """The median of some rounds, in milliseconds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        page = owner.get(f"/buero/calendar/?view={view}&on={DAY}")
        took.append((time.perf_counter() - start) * 1000)
        assert page.status_code == 200, page.status_code
    median = sorted(took)[ROUNDS // 2]
    print(f"{view:8} {median:6.1f} ms  ({len(page.data) // 1024} KB)")
    return median


if __name__ == "__main__":
    main()
