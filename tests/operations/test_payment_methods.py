"""Ways to pay: the settings allow some, a document narrows them (INV-26, PAY-08)."""

import pytest

from kutego.errors import DomainError
from kutego.models import Company, PaymentMethod, company
from kutego.operations.company import save_company
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.offer_answers import payment_choices
from kutego.operations.payment_methods import office_methods
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")

TRANSFER, DEBIT, PAYPAL = "bank_transfer", "direct_debit", "paypal"


def test_a_new_business_takes_transfers_and_money_on_site():
    assert Company.payment_methods.default.arg(None) == [TRANSFER, "on_site"]


def test_the_office_writes_no_document_with_a_method_that_is_not_allowed():
    factories.change_company(payment_methods=[TRANSFER])

    for write in (factories.draft, factories.offer_draft, factories.contract_by_hand):
        with pytest.raises(DomainError, match="nicht als Zahlungsmethode erlaubt"):
            write(payment_method=PaymentMethod.PAYPAL)


def test_no_correction_changes_to_a_method_that_is_not_allowed():
    invoice = factories.invoice(payment_method=PaymentMethod.PAYPAL)
    factories.change_company(payment_methods=[TRANSFER])
    changed = {"positions": [factories.line("5.00")], "reason": "Preis", "on": DAY, "by": ANNA}

    with pytest.raises(DomainError, match="nicht als Zahlungsmethode erlaubt"):
        edit_invoice(invoice, payment_method=PaymentMethod.ON_SITE, **changed)
    edit_invoice(invoice, payment_method=PaymentMethod.PAYPAL, **changed)


def test_a_document_keeps_the_method_that_it_has():
    offer = factories.offer(payment_method=PaymentMethod.PAYPAL)
    factories.change_company(payment_methods=[TRANSFER])

    assert office_methods(offer.payment_method) == [
        PaymentMethod.BANK_TRANSFER, PaymentMethod.PAYPAL,
    ]  # fmt: skip
    assert payment_choices(offer) == [PaymentMethod.PAYPAL, PaymentMethod.BANK_TRANSFER]


def test_a_customer_cannot_choose_what_has_to_be_arranged():
    factories.change_company(payment_methods=[TRANSFER, DEBIT, PAYPAL, "external"])
    offer = factories.offer()

    assert payment_choices(offer) == [PaymentMethod.BANK_TRANSFER, PaymentMethod.PAYPAL]


@pytest.mark.parametrize("methods", [[], ["gold"]])
def test_at_least_one_known_method_is_allowed(methods):
    with pytest.raises(DomainError, match="mindestens eine Zahlungsmethode"):
        save_company({"payment_methods": methods}, by=ANNA)
    assert len(company().payment_methods) == len(PaymentMethod)
