"""Killed with `kill -9` at any point: the next start finishes the work, nothing is done twice."""

import random
import time
from datetime import date

from sqlalchemy import func, select

from kutego import jobs
from kutego.db import db
from kutego.models import MailSecurity, Message, MessageState, Rendition
from tests import factories
from tests.jobs.processes import go, hear, worker
from tests.jobs.test_bill_contracts import assert_exactly_once, contracts, invoices
from tests.mailserver import running

DEC = date(2026, 12, 1)
CONTRACTS = 64


def killed(app, what, until, after=0.0):
    """Run the job in a process of its own and kill it `after` seconds once `until` holds."""
    with worker(app, what, DEC) as process:
        go(process)
        assert hear(process) == "started"
        while not until() and process.is_alive():
            time.sleep(0.002)
        time.sleep(after)
        process.kill()
        process.join()


def billed():
    db.session.rollback()
    return len(invoices())


def test_killed_again_and_again_while_billing_every_period_is_billed_once(app):
    contracts(CONTRACTS)
    chance = random.Random(7)  # the same points in every test run
    counts = [0]

    killed(app, "bill_contracts", until=lambda: True, after=0.1)  # before the first is through
    for _each in range(4):
        before = billed()
        killed(
            app, "bill_contracts", until=lambda n=before: billed() > n,
            after=chance.uniform(0, 0.03),
        )  # fmt: skip
        counts.append(billed())
    jobs.run_job("bill_contracts", DEC)

    assert counts == sorted(counts)  # nothing that was committed is lost
    assert any(0 < count < CONTRACTS for count in counts), counts  # it did die in the middle
    assert_exactly_once(CONTRACTS)


def rendered():
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Rendition.sha256.is_not(None)))


def test_killed_while_rendering_and_sending_every_document_and_mail_is_there_in_the_end(app):
    contracts(8)
    jobs.run_job("bill_contracts", DEC)

    killed(app, "render_documents", until=lambda: rendered() > 2)
    assert rendered() < 16
    jobs.run_job("render_documents", DEC)
    with running() as server:
        factories.change_company(
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=MailSecurity.NONE,
            mail_from="buero@example.org",
        )  # fmt: skip
        jobs.run_job("send_messages", DEC)

    db.session.rollback()
    pending = select(func.count()).where(Rendition.sha256.is_(None))
    assert db.session.scalar(pending) == 0
    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
    assert len(server.letters) == 8
    for letter in server.letters:
        names = {part.get_filename() for part in letter.iter_attachments()}
        assert any(name.endswith(".pdf") for name in names)
    assert_exactly_once(8)
