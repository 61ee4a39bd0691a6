"""Killed with `kill -9` at any point: the next start finishes the work, nothing is done twice."""

import random
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock, jobs
from kutego.actor import Actor
from kutego.db import db
from kutego.models import (
    CompensationState,
    CompensationWay,
    DayCompensation,
    Invoice,
    MailSecurity,
    Message,
    MessageState,
    PositionKind,
    Rendition,
    WaitlistMode,
)
from kutego.operations.called_off_days import call_off_day
from kutego.operations.make_ups import give_claim
from kutego.operations.payments import record_payment
from kutego.operations.verification import verify
from kutego.operations.waitlist import join_waitlist
from tests import factories
from tests.factories import ANNA
from tests.jobs.processes import go, hear, worker
from tests.jobs.test_bill_contracts import assert_exactly_once, contracts, invoices
from tests.mailserver import running

NOV, DEC = date(2026, 11, 23), date(2026, 12, 1)
CONTRACTS = 64
MANY = 8


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


def told(template):
    return lambda: count_of(Message, Message.template == template)


def compensated():
    return count_of(DayCompensation, DayCompensation.state == CompensationState.DONE)


def count_of(model, *which):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*which))


def waiting_for_a_place():
    """So many who ordered a place that just became free."""
    course = factories.course_date(
        price=Decimal("90.00"), capacity=MANY, waitlist_mode=WaitlistMode.MOVE_UP,
        waitlist_parallel=True, starts_on=DEC, title="Bronze",
    )  # fmt: skip
    for _each in range(MANY):
        join_waitlist(factories.participant(), course_date=course, is_binding=True, on=NOV, by=ANNA)


def about_to_expire():
    """So many make-up days that nobody has used."""
    factories.change_company(make_up_reminder_days=3)
    course, last = factories.course_date(), DEC + timedelta(days=2)
    for _each in range(MANY):
        give_claim(factories.participant(), course_date=course, expires_on=last,
                   confirmed=frozenset({"stranger"}), on=NOV, by=ANNA)  # fmt: skip


def codes_to_mail():
    """So many vouchers that were paid for."""
    template = factories.voucher_template()
    for _each in range(MANY):
        sold = factories.line(
            "50.00", kind=PositionKind.VOUCHER, text="Gutschein", vat_rate=Decimal("0.00"),
            voucher_template_id=template.id,
        )  # fmt: skip
        record_payment(factories.invoice(sold, on=NOV), paid_on=NOV, on=NOV, by=ANNA)


def day_called_off():
    """So many with a place in a course of two days, of which one is called off."""
    course = factories.course_date(starts_on=DEC, title="Welpenkurs")
    days = [factories.course_day(course, DEC + timedelta(weeks=week)) for week in (1, 2)]
    for _each in range(MANY):
        dog = factories.participant()
        sold = factories.line("90.00", kind=PositionKind.COURSE, text="Kurs",
                              participant_id=dog.id, course_date_id=course.id)  # fmt: skip
        factories.invoice(sold, of=dog.customer, on=NOV)
    petra = Actor("Petra Kuhn", factories.employee().id)
    call_off_day(days[0], way=CompensationWay.MONEY, confirmed=frozenset({"call_off"}), on=NOV,
                 by=petra)  # fmt: skip


@pytest.mark.databases("sqlite")
def test_killed_in_the_middle_of_the_jobs_about_what_is_sold_each_is_done_once(app):
    with clock.at(clock.noon(NOV)):
        for world in (codes_to_mail, day_called_off, about_to_expire, waiting_for_a_place):
            world()
    middles = []

    for job, done in (
        ("mail_vouchers", told("voucher")),
        ("work_mass_runs", compensated),
        ("remind_make_ups", told("make_up_expiring")),
        ("offer_places", told("waitlist_moved_up")),
    ):
        killed(app, job, until=lambda done=done: done() > 1)
        middles.append(0 < done() < MANY)
        for _twice in range(2):
            result = jobs.run_job(job, DEC)
            assert (result.refused, result.failed) == (0, 0), result.problems
            assert done() == MANY, job

    assert any(middles)  # it did die in the middle
    assert count_of(Message, Message.template == "course_day_called_off") == MANY
    invoices = db.session.scalars(select(Invoice.open_amount)).all()
    assert sorted(set(invoices)) == [Decimal(0), Decimal("45.00"), Decimal("90.00")]
    assert len(invoices) == 3 * MANY
    assert list(verify()) == []


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
