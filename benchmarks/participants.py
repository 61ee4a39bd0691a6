"""How long the participant list takes: 200 people and 20 days, as a page of the office.

    python -m benchmarks.participants [--people 200] [--days 20]

Writes them as rows into a temporary office (SQLite), opens the whole list, one day of it, and
taps. The number of statements must be that of a list of two people.
"""

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert

from kutego import clock, create_app
from kutego.db import db, transaction
from kutego.models import (
    Attendance,
    AttendanceValue,
    CourseDay,
    Customer,
    Enrolment,
    Participant,
    triggers,
)
from tests import factories
from tests.views.panel.statements import counted
from tests.views.visitor import hidden_fields, staff

DAY = date(2026, 11, 23)
LIMIT = 50  # milliseconds for the list
ROUNDS = 15
VALUES = list(AttendanceValue)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--days", type=int, default=20)
    asked = parser.parse_known_args()[0]
    with tempfile.TemporaryDirectory() as folder, clock.at(clock.noon(DAY)):
        app = create_app(instance=Path(folder), secret_key="x" * 40)
        with app.app_context():
            owner, small, big, day = _set_up(app, asked.people, asked.days)
            few, many = _statements(owner, small), _statements(owner, big)
            took = _measure(owner, big, "list")
            _measure(owner, f"{big}{day}/", "day")
            _taps(owner, f"{big}{day}/")
    print(f"statements {many} (a list of two: {few})")
    if few != many or took > LIMIT:
        raise SystemExit(f"slower than {LIMIT} ms, or more statements with more people")


def _set_up(app, people: int, days: int):
    db.create_all()
    with db.engine.begin() as connection:
        triggers.install(connection)
    factories.company()
    last = DAY + timedelta(days=7 * days)
    courses = [factories.course_date(starts_on=DAY, ends_on=last).id for _ in range(2)]
    with transaction() as session:
        for course_id, size in zip(courses, (2, people), strict=True):
            _fill(session, course_id, size, days, last)
    paths = [f"/buero/course_dates/{id_}/attendance/" for id_ in courses]
    first = db.session.scalar(
        db.select(CourseDay.id).where(CourseDay.course_date_id == courses[1]).limit(1)
    )
    return staff(app, factories.employee()), *paths, first


def _fill(session, course_id: int, people: int, days: int, last: date) -> None:
    now = clock.now()
    lessons = [
        session.scalar(
            insert(CourseDay).returning(CourseDay.id),
            {"course_date_id": course_id, "on": DAY + timedelta(days=7 * n)},
        )
        for n in range(days)
    ]
    for n in range(people):
        names = {"first_name": f"Kunde {n}", "last_name": "Groß", "number": f"{course_id}-{n}"}
        owner = Customer(**names, created_at=now, created_by="x", sort_name="x", search="x")
        dog = Participant(customer=owner, first_name=f"Hund {n}", created_at=now)
        session.add(dog)
        session.flush()
        session.add(
            Enrolment(customer_id=owner.id, participant=dog, course_date_id=course_id,
                      starts_on=DAY, ends_on=last, created_at=now)
        )  # fmt: skip
        session.execute(
            insert(Attendance),
            [
                {"course_day_id": lesson, "participant_id": dog.id, "value": VALUES[place % 5],
                 "recorded_at": now, "recorded_by": "x"}
                for place, lesson in enumerate(lessons)
                if place % 7
            ],
        )  # fmt: skip


def _statements(owner, path: str) -> int:
    owner.get(path)
    with counted() as seen:
        owner.get(path)
    return len(seen)


def _measure(owner, path: str, name: str) -> float:
    """The median of some rounds, in milliseconds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        page = owner.get(path)
        took.append((time.perf_counter() - start) * 1000)
        assert page.status_code == 200, page.status_code
    median = sorted(took)[ROUNDS // 2]
    print(f"{name:8} {median:6.1f} ms  ({len(page.data) // 1024} KB)")
    return median


def _taps(owner, path: str) -> None:
    """How long one tap takes, saved for good."""
    token = hidden_fields(owner.get(path).text, f"{path}mark/")["csrf_token"]
    people = db.session.scalars(
        db.select(Enrolment.participant_id).where(Enrolment.course_date_id == 2).limit(ROUNDS)
    ).all()
    took = []
    for participant in people:
        start = time.perf_counter()
        fields = {"csrf_token": token, "participant": participant, "value": "ill", "seen": ""}
        answer = owner.post(f"{path}mark/", fields, headers={"Accept": "application/json"})
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.text
    print(f"{'tap':8} {sorted(took)[len(took) // 2]:6.1f} ms")


if __name__ == "__main__":
    main()
