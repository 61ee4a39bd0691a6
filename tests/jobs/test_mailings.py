"""A mailing that is killed with `kill -9`, started twice, or worked on by two processes at once."""

import time
from collections import Counter
from datetime import UTC, date, datetime

from sqlalchemy import func, insert, select

from kutego import jobs
from kutego.db import db, transaction
from kutego.errors import IllegalTransition
from kutego.models import Customer, Mailing, MailingKind, MailingState, Message
from kutego.operations.mailing_queue import PORTION
from kutego.operations.mailing_runs import start_mailing
from kutego.operations.mailings import write_to_chosen
from tests import factories
from tests.factories import ANNA
from tests.jobs.processes import go, hear, worker
from tests.racing import in_threads

DEC = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
PEOPLE = 3 * PORTION + 1


def draft():
    common = {"last_name": "Müller", "created_at": NOW, "created_by": "Anna", "search": "x"}
    with transaction() as session:
        session.execute(insert(Customer), [
            common | {"id": n, "number": f"K{n}", "sort_name": f"m{n}", "email": f"{n}@example.org"}
            for n in range(1000, 1000 + PEOPLE)
        ])  # fmt: skip
    return write_to_chosen(
        range(1000, 1000 + PEOPLE), kind=MailingKind.INFORMATION, subject="A", text="{{ name }}",
        on=DEC, by=ANNA,
    )  # fmt: skip


def written():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message))


def assert_one_mail_each():
    db.session.rollback()
    each = Counter(db.session.scalars(select(Message.customer_id)))
    assert set(each.values()) == {1}
    assert len(each) == PEOPLE
    assert db.session.scalars(select(Mailing.state)).one() is MailingState.SENT


def test_killed_between_and_within_portions_everybody_gets_one_mail(app):
    start_mailing(draft(), on=DEC, by=ANNA)
    factories.change_company(mail_from=None)
    counts = [0]
    for after in (0.0, 0.02):
        before = written()
        with worker(app, "queue_mailings", DEC) as process:
            go(process)
            assert hear(process) == "started"
            while written() <= before and process.is_alive():
                time.sleep(0.002)
            time.sleep(after)
            process.kill()
            process.join()
        counts.append(written())

    assert any(0 < count < PEOPLE for count in counts), counts  # it did die in the middle
    jobs.run_job("queue_mailings", DEC)
    assert_one_mail_each()


def test_started_twice_and_queued_by_two_at_once_everybody_gets_one_mail(app):
    mailing = draft().id

    def start():
        start_mailing(db.session.get_one(Mailing, mailing), on=DEC, by=ANNA)

    told = in_threads(app, start, start)
    assert Counter(type(answer) for answer in told) == {type(None): 1, IllegalTransition: 1}
    results = in_threads(app, *[lambda: jobs.run_job("queue_mailings", DEC)] * 2)

    assert [result.failed for result in results] == [0, 0]
    assert_one_mail_each()
