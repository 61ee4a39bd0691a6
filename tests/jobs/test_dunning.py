"""The dunning job: each stage of each invoice once, whoever runs it and however it is killed."""

import time
from datetime import timedelta

from sqlalchemy import func, select

from kutego import jobs
from kutego.db import db
from kutego.models import Automation, DunningEntry, Invoice, Message
from kutego.operations.dunning_runs import ensure_standard_run, standard_run
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.jobs.processes import go, hear, worker

DUE = DAY + timedelta(days=14)
LATE = DUE + timedelta(days=7)


def fired():
    db.session.rollback()
    query = select(DunningEntry.invoice_id, DunningEntry.stage_id)
    return db.session.execute(query.order_by(DunningEntry.id)).all()


def mails():
    query = select(func.count()).where(Message.template == "dunning")
    return db.session.scalar(query)


def test_each_overdue_invoice_is_reminded_of_once_and_notices_wait_for_approval(app):
    late = [factories.invoice() for _each in range(3)]
    factories.invoice(on=LATE - timedelta(days=1))

    assert jobs.run_job("dunning", LATE).done == 3
    assert jobs.run_job("dunning", LATE).done == 0
    assert jobs.run_job("dunning", DUE + timedelta(days=21)).done == 0
    assert [invoice_id for invoice_id, _stage in fired()] == [invoice.id for invoice in late]

    save_record(standard_run(), {"automation": Automation.EVERYTHING}, by=ANNA)
    assert jobs.run_job("dunning", DUE + timedelta(days=21)).done == 3
    assert mails() == 6


def test_a_dry_run_names_customer_and_stages_and_sends_nothing(app):
    ensure_standard_run(by=ANNA)
    invoice = factories.invoice()

    result = jobs.run_job("dunning", LATE, dry_run=True)

    assert result.plan == [f"{invoice.customer.name}: {invoice.number} (Zahlungserinnerung)"]
    assert mails() == 0
    assert db.session.scalars(select(Invoice.reminded_at)).all() == [None]


def test_two_processes_after_a_kill_let_no_stage_fire_twice(app):
    run = ensure_standard_run(by=ANNA)
    save_record(run, {"automation": Automation.EVERYTHING}, by=ANNA)
    invoices = [factories.invoice().id for _each in range(24)]
    day = DUE + timedelta(days=21)

    with worker(app, "dunning", day) as process:
        go(process)
        assert hear(process) == "started"
        while not fired() and process.is_alive():
            time.sleep(0.002)
        process.kill()
        process.join()
    before = len(fired())
    with worker(app, "dunning", day) as one, worker(app, "dunning", day) as two:
        for process in (one, two):
            go(process)
            assert hear(process) == "started"
        said = [hear(one).split()[:3], hear(two).split()[:3]]

    assert 0 < before < 24  # it did die in the middle
    assert [(refused, failed) for _done, refused, failed in said] == [("0", "0")] * 2
    assert sorted(invoice_id for invoice_id, _stage in fired()) == invoices
    assert mails() == 24
