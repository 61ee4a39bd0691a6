"""The reminding job: each overdue invoice once, whoever runs it and how often."""

from datetime import timedelta

from sqlalchemy import select

from kutego import jobs
from kutego.db import db
from kutego.models import Invoice, Message
from tests import factories
from tests.factories import DAY

LATE = DAY + timedelta(days=21)


def reminders():
    query = select(Message).where(Message.template == "payment_reminder")
    return db.session.scalars(query.order_by(Message.id)).all()


def test_each_overdue_invoice_is_reminded_of_once(app):
    late = [factories.invoice() for _each in range(3)]
    factories.invoice(on=LATE - timedelta(days=10))

    assert jobs.run_job("remind_overdue", LATE).done == 3
    assert jobs.run_job("remind_overdue", LATE).done == 0

    assert [mail.subject_id for mail in reminders()] == [invoice.id for invoice in late]


def test_a_dry_run_names_invoice_and_customer_and_sends_nothing(app):
    invoice = factories.invoice()

    result = jobs.run_job("remind_overdue", LATE, dry_run=True)

    assert result.plan == [f"{invoice.number}: {invoice.customer.name}"]
    assert reminders() == []
    assert db.session.scalars(select(Invoice.reminded_at)).all() == [None]
