"""One friendly reminder by mail, some days after the due date."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import CustomerState, Message, PaymentMethod
from kutego.operations.attachments import attached
from kutego.operations.cancellations import cancel_positions
from kutego.operations.documents import renditions_of
from kutego.operations.payments import record_payment
from kutego.operations.reminders import invoices_to_remind, remind_invoice
from tests import factories
from tests.factories import ANNA, DAY

DUE = DAY + timedelta(days=14)
LATE = DUE + timedelta(days=7)


def waiting(on=LATE):
    return db.session.scalars(invoices_to_remind(on)).all()


def remind(invoice, on=LATE):
    return remind_invoice(invoice, on=on, by=ANNA)


def test_an_invoice_is_reminded_of_seven_days_after_it_was_due(app):
    invoice = factories.invoice()

    assert waiting(LATE - timedelta(days=1)) == []
    assert waiting() == [invoice.id]


def test_the_days_are_the_company_s_own(app):
    invoice = factories.invoice()
    factories.change_company(reminder_days=3)

    assert waiting(DUE + timedelta(days=2)) == []
    assert waiting(DUE + timedelta(days=3)) == [invoice.id]


def test_the_reminder_says_what_is_open_and_brings_the_invoice_along(app):
    invoice = factories.invoice()
    record_payment(
        invoice, amount=Decimal("9.00"), method=PaymentMethod.BANK_TRANSFER, paid_on=DAY,
        on=DAY, by=ANNA,
    )  # fmt: skip

    mail = remind(invoice)

    assert mail.recipient == invoice.email
    assert "40,00" in mail.body
    assert attached(mail) == renditions_of(invoice.current)
    assert invoice.reminded_at is not None


def test_nobody_is_reminded_twice(app):
    invoice = factories.invoice()
    remind(invoice)

    assert waiting(date(2027, 12, 31)) == []
    with pytest.raises(DomainError, match="wurde schon erinnert"):
        remind(invoice)
    query = select(Message).where(Message.template == "payment_reminder")
    assert len(db.session.scalars(query).all()) == 1


@pytest.mark.parametrize("method", [PaymentMethod.DIRECT_DEBIT, PaymentMethod.ON_SITE])
def test_money_that_we_fetch_or_take_on_site_is_not_reminded_of(app, method):
    invoice = factories.invoice(payment_method=method)

    assert waiting() == []
    with pytest.raises(DomainError, match="Daran wird nicht erinnert"):
        remind(invoice)


def test_what_is_paid_or_cancelled_is_not_reminded_of(app):
    paid, cancelled = factories.invoice(), factories.invoice()
    record_payment(
        paid, amount=Decimal("49.00"), method=PaymentMethod.BANK_TRANSFER, paid_on=DAY,
        on=DAY, by=ANNA,
    )  # fmt: skip
    cancel_positions(cancelled, reason="Irrtum", on=DAY, by=ANNA)

    assert waiting() == []
    for invoice in (paid, cancelled):
        with pytest.raises(DomainError, match="nicht überfällig"):
            remind(invoice)


def test_a_locked_customer_is_not_written_to(app):
    invoice = factories.invoice()
    with transaction():
        invoice.customer.move_to(CustomerState.LOCKED)

    assert waiting() == []
    with pytest.raises(DomainError, match="gesperrt"):
        remind(invoice)


def test_an_invoice_that_is_not_late_is_not_reminded_of(app):
    with pytest.raises(DomainError, match="nicht überfällig"):
        remind(factories.invoice(), on=DUE)
