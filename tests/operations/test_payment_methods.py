"""Ways to pay: the settings allow some, a document narrows them (INV-26, PAY-08)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    Company,
    Invoice,
    PaymentMethod,
    PositionKind,
    Product,
    Voucher,
    company,
)
from kutego.operations.company import save_company
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input, issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_payments import payment_choices
from kutego.operations.offer_versions import consent_texts
from kutego.operations.payment_methods import office_methods
from kutego.operations.payments import record_payment
from kutego.operations.voucher_payments import redeem_vouchers
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


# --- what is sold narrows it (PAY-08) ---------------------------------------------------------


def sold(methods, **values):
    product = factories.product(payment_methods=methods, **values)
    return factories.line(kind=PositionKind.PRODUCT, text=product.name, product_id=product.id)


def test_an_offering_narrows_the_methods_and_nothing_in_common_is_refused():
    leash, bowl = sold([TRANSFER, PAYPAL]), sold([DEBIT], name="Napf")

    for write in (factories.draft, factories.offer_draft):
        with pytest.raises(DomainError, match="„Leine“ nur Überweisung oder PayPal"):
            write(leash, payment_method=PaymentMethod.ON_SITE)
        with pytest.raises(DomainError, match="keine gemeinsame Zahlungsmethode: „Leine“ nur "):
            write(leash, bowl)
    draft = factories.draft(leash, payment_method=PaymentMethod.PAYPAL)
    product = db.session.get(Product, leash.product_id)
    save_record(product, {"payment_methods": [TRANSFER]}, by=ANNA)

    with pytest.raises(DomainError, match="„PayPal“ geht hier nicht"):  # looked at again (INV-34)
        issue_invoice(draft, on=DAY, by=ANNA)


def test_the_customer_chooses_among_what_house_offering_and_document_allow():
    factories.change_company(payment_methods=[TRANSFER, "on_site", PAYPAL])
    lines = [sold([TRANSFER, PAYPAL, DEBIT]), factories.line()]

    free, fixed = factories.offer(*lines), factories.offer(*lines, method_locked=True)

    assert payment_choices(free) == [PaymentMethod.BANK_TRANSFER, PaymentMethod.PAYPAL]
    assert payment_choices(fixed) == [PaymentMethod.BANK_TRANSFER]


def test_a_correction_asks_what_is_new_and_leaves_what_was_sold():
    leash = sold([TRANSFER])
    invoice = factories.invoice(leash)
    product = db.session.get(Product, leash.product_id)
    save_record(product, {"payment_methods": [PAYPAL]}, by=ANNA)
    kept = as_input(invoice.current.positions[0])
    change = {"reason": "Preis", "on": DAY, "by": ANNA}

    edit_invoice(invoice, positions=[kept], **change)
    with pytest.raises(DomainError, match="nur PayPal"):
        edit_invoice(invoice, positions=[kept, leash], **change)
    with pytest.raises(DomainError, match="nur PayPal"):
        edit_invoice(invoice, positions=[kept], payment_method=PaymentMethod.ON_SITE, **change)


def test_what_can_only_be_paid_elsewhere_becomes_a_booking():
    """INV-03."""
    draft = factories.draft(sold(["external"]), payment_method=PaymentMethod.EXTERNAL)

    made = issue_invoice(draft, on=DAY, by=ANNA)

    assert isinstance(made, Booking)
    with pytest.raises(DomainError, match="nur Externe Bezahlung"):
        factories.draft(sold(["external"]))


# --- a code narrows what it leaves to be paid (PAY-08) ----------------------------------------


def test_a_code_narrows_how_the_rest_is_paid_from_its_template_to_every_document():
    """The narrowest wins, and whoever has nothing left to pay is asked nothing."""
    template = factories.voucher_template(price=Decimal("20.00"), value=Decimal("20.00"),
                                          rest_methods=[PaymentMethod.PAYPAL])  # fmt: skip
    sale = factories.invoice(
        factories.line("20.00", kind=PositionKind.VOUCHER, vat_rate=Decimal("0.00"),
                       voucher_template_id=template.id)
    )  # fmt: skip
    record_payment(sale, paid_on=DAY, on=DAY, by=ANNA)
    code = db.session.scalars(select(Voucher)).one()
    assert code.payment_methods == [PAYPAL]
    assert code.sheets[-1].snapshot["voucher"]["methods"] == "PayPal"
    only = f"„Überweisung“ geht hier nicht: „Gutschein {code.short}“ nur PayPal"
    given = {"on": DAY, "by": ANNA}

    with pytest.raises(DomainError, match=only):
        factories.draft(codes=[code.code])
    with pytest.raises(DomainError, match="keine gemeinsame Zahlungsmethode: „Leine“ nur Übe"):
        factories.draft(sold([TRANSFER]), factories.line("30.00"), codes=[code.code])
    open_invoice = factories.invoice()
    with pytest.raises(DomainError, match=only):
        redeem_vouchers(open_invoice, codes=[code.code], **given)
    offer = factories.offer()
    answer = {"version": 1, "on": DAY, "codes": [code.code],
              "consents": {kind: text.id for kind, text in consent_texts(DAY).items()}}  # fmt: skip
    with pytest.raises(DomainError, match=only):
        accept_offer(offer, **answer)
    assert (code.rest, open_invoice.paid) == (Decimal("20.00"), Decimal("0.00"))

    small = factories.invoice(factories.line("5.00"))
    redeem_vouchers(small, codes=[code.code], **given)  # nothing is left
    accept_offer(offer, payment_method=PaymentMethod.PAYPAL, **answer)
    assert code.rest == Decimal("0.00")
    made = db.session.scalars(select(Invoice).where(Invoice.offer_id == offer.id)).one()
    kept = [as_input(position) for position in made.current.positions]
    with pytest.raises(DomainError, match="nur PayPal"):
        edit_invoice(made, positions=kept, payment_method=PaymentMethod.ON_SITE, reason="Wunsch",
                     **given)  # fmt: skip
