"""Payments: received, in part, too much, and taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    DepositKind,
    EntryKind,
    Invoice,
    Message,
    Payment,
    PaymentKind,
    PaymentMethod,
    PaymentStatus,
    Settlement,
)
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit, set_off_credit
from kutego.operations.payments import paid_by_credit, record_payment, reverse_payment
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")


def pay(invoice, amount="49.00", **values):
    defaults = {"method": PaymentMethod.BANK_TRANSFER, "paid_on": DAY, "on": DAY, "by": ANNA}
    return record_payment(invoice, amount=Decimal(amount), **defaults | values)


def reverse(payment, reason="Rücklastschrift"):
    return reverse_payment(payment, reason=reason, on=DAY, by=ANNA)


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "0.001", "NaN", "Infinity", "1E+9"])
def test_what_is_no_amount_pays_nothing(amount):
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="Betrag zwischen"):
        pay(invoice, amount)
    assert invoice.paid == 0


def test_a_draft_is_not_paid():
    with pytest.raises(DomainError, match="Entwurf"):
        pay(factories.draft())


def test_money_from_the_future_is_not_booked():
    with pytest.raises(DomainError, match="Zukunft"):
        pay(factories.invoice(), paid_on=DAY + timedelta(days=1))


def test_a_paid_invoice_takes_no_more_money():
    invoice = factories.invoice()
    pay(invoice)

    with pytest.raises(DomainError, match="nicht mehr offen"):
        pay(invoice)


def test_a_payment_settles_the_invoice():
    invoice = factories.invoice()
    assert invoice.payment_status(DAY) is PaymentStatus.OPEN

    pay(invoice, "20.00")
    assert invoice.payment_status(DAY) is PaymentStatus.PARTLY_PAID
    pay(invoice, "29.00")

    assert invoice.payment_status(DAY + timedelta(days=90)) is PaymentStatus.PAID
    assert (invoice.paid, invoice.open_amount) == (Decimal("49.00"), 0)
    assert invoice.customer.open_amount == 0


def test_what_is_too_much_becomes_credit_with_a_receipt():
    invoice = factories.invoice()

    payment = pay(invoice, "60.00", method=PaymentMethod.PAYPAL, send_mail=True)

    entry = db.session.scalars(select(CreditEntry)).one()
    assert (payment.amount, entry.amount) == (Decimal("49.00"), Decimal("11.00"))
    assert (entry.payment_kind, entry.receipt.amount) == (DepositKind.PAYPAL, Decimal("11.00"))
    mails = db.session.scalars(select(Message.template).order_by(Message.id)).all()
    assert mails[1:] == ["receipt", "payment_confirmed"]


def test_a_reversed_payment_opens_the_invoice_again():
    invoice = factories.invoice()
    payment = pay(invoice)

    opposite = reverse(payment)

    assert (opposite.kind, opposite.amount) == (PaymentKind.REVERSAL, Decimal("-49.00"))
    assert (invoice.paid, invoice.open_amount) == (0, Decimal("49.00"))
    for again in (payment, opposite):
        with pytest.raises(DomainError, match=r"schon zurückgebucht|selbst eine Gegenbuchung"):
            reverse(again)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reversal_needs_a_reason(reason):
    payment = pay(factories.invoice())

    with pytest.raises(DomainError, match="Grund"):
        reverse(payment, reason)


def test_a_reversed_set_off_gives_the_credit_back():
    customer = factories.customer()
    invoice = factories.invoice(of=customer)
    give_credit(customer, "20.00")
    (payment,) = set_off_credit(customer, on=DAY, by=ANNA)

    reverse(payment)

    assert (customer.credit, invoice.open_amount) == (Decimal("20.00"), Decimal("49.00"))
    last = db.session.scalars(select(CreditEntry).order_by(CreditEntry.id.desc())).first()
    assert (last.kind, last.amount) == (EntryKind.REVERSAL, Decimal("20.00"))
    assert paid_by_credit(invoice) == 0


def test_credit_that_a_cancellation_returned_is_not_returned_again():
    customer = factories.customer()
    invoice = factories.invoice(factories.line("20.00"), factories.line("80.00"), of=customer)
    give_credit(customer, "30.00")
    (by_credit,) = set_off_credit(customer, on=DAY, by=ANNA)
    pay(invoice, "70.00")
    cancel_positions(
        invoice, positions=["p1"], settlement=Settlement.REFUND, reason="Wunsch", on=DAY, by=ANNA
    )

    with pytest.raises(DomainError, match="schon etwas erstattet"):
        reverse(by_credit)
    assert customer.credit == Decimal("20.00")
    assert list(verify()) == []


def give_credit(customer, amount):
    return deposit_credit(
        customer, amount=Decimal(amount), kind=DepositKind.ON_SITE, received_on=DAY, on=DAY, by=ANNA
    )


# --- at the same time -------------------------------------------------------------------------


def pay_by_id(invoice_id):
    return str(pay(db.session.get(Invoice, invoice_id), "30.00").amount)


def read_then_pay(invoice_id):
    """As a page does: the invoice is on the screen before the button is pressed."""
    invoice = db.session.get(Invoice, invoice_id)
    assert invoice.customer.name
    return str(pay(invoice, "30.00").amount)


@pytest.mark.parametrize("how", [pay_by_id, read_then_pay])
def test_payments_at_once_never_pay_more_than_is_open(app, how):
    id_ = factories.invoice().id

    results = in_threads(app, *[lambda: how(id_)] * 4)

    check_paid_once(id_, results)


def test_payments_in_processes_never_pay_more_than_is_open(app):
    id_ = factories.invoice().id

    check_paid_once(id_, in_processes(app, *[(read_then_pay, id_)] * 3))


def check_paid_once(invoice_id, results):
    assert sorted(map(str, results))[:2] == ["19.00", "30.00"]
    assert all("nicht mehr offen" in str(refusal) for refusal in sorted(map(str, results))[2:])
    db.session.rollback()
    invoice = db.session.get(Invoice, invoice_id)
    assert (invoice.paid, invoice.open_amount) == (Decimal("49.00"), 0)
    assert invoice.customer.credit == Decimal("11.00")
    assert len(db.session.scalars(select(Payment)).all()) == 2
    assert list(verify()) == []
