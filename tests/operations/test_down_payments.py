"""Down payments: money that was there before the invoice (INV-28, INV-29)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Payment, PaymentKind, PaymentMethod
from kutego.operations.down_payments import DownPayment
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input, issue_invoice
from kutego.operations.payments import reverse_payment
from kutego.operations.verification import verify
from tests import factories
from tests.everything import deposit
from tests.factories import ANNA, DAY, line

pytestmark = pytest.mark.usefixtures("app")


def down(amount="20.00", paid_on=DAY - timedelta(days=3)):
    return DownPayment(Decimal(amount), PaymentMethod.ON_SITE, paid_on)


def kept(invoice):
    return [as_input(position) for position in invoice.current.positions]


def edit(invoice, lines):
    return edit_invoice(invoice, positions=lines, reason="Preis", on=DAY, by=ANNA).snapshot


def deductions(snapshot):
    return [(part["kind"], part["amount"]) for part in snapshot["deductions"]]


def test_a_draft_only_remembers_a_down_payment():
    factories.draft(down_payment=down())

    assert db.session.scalars(select(Payment)).all() == []


def test_issuing_books_it_after_credit():
    owner = factories.customer()
    deposit(owner, "10.00")

    invoice = factories.invoice(of=owner, credit_to_use=Decimal("10.00"), down_payment=down())

    snapshot = invoice.current.snapshot
    assert deductions(snapshot) == [("credit", "10.00"), ("down_payment", "20.00")]
    assert snapshot["deductions"][1]["text"] == "Anzahlung vom 20.11.2026"
    assert (snapshot["prepaid"], snapshot["due"]) == ("30.00", "19.00")
    assert invoice.open_amount == invoice.customer.open_amount == Decimal("19.00")
    booked = db.session.scalars(
        select(Payment).where(Payment.kind == PaymentKind.DOWN_PAYMENT)
    ).one()
    assert (booked.method, booked.paid_on) == (PaymentMethod.ON_SITE, DAY - timedelta(days=3))
    assert (invoice.down_payment, invoice.down_payment_on) == (0, None)
    assert list(verify()) == []


def test_later_versions_still_name_it_until_it_is_taken_back():
    invoice = factories.invoice(down_payment=down())
    second = edit(invoice, [*kept(invoice), line("5.00")])
    assert deductions(second) == [("down_payment", "20.00")]

    paid = db.session.scalars(select(Payment)).one()
    reverse_payment(paid, reason="Scheck geplatzt", on=DAY, by=ANNA)

    third = edit(invoice, [*kept(invoice), line("5.00")])
    assert (deductions(third), third["due"]) == ([], "59.00")


@pytest.mark.parametrize(
    "given,match",
    [
        (down("0.00"), "Anzahlung in Euro"),
        (down("NaN"), "Anzahlung in Euro"),
        (down(paid_on=DAY + timedelta(days=1)), "Zukunft"),
        (down("39.01"), "zusammen höher"),
    ],
)
def test_a_down_payment_that_cannot_be_is_refused(given, match):
    with pytest.raises(DomainError, match=match):
        factories.draft(down_payment=given, credit_to_use=Decimal("10.00"))


def test_what_became_more_than_the_invoice_is_not_issued():
    factories.change_company(prices="net")
    draft = factories.draft(line("50.00"), down_payment=down("59.50"))
    factories.change_company(prices="gross")

    with pytest.raises(DomainError, match="zusammen höher"):
        issue_invoice(draft, on=DAY, by=ANNA)
