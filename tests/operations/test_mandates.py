"""SEPA mandates: one that holds, references used once, and what invoices say of them (CUS-15)."""

from datetime import date

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, Mandate, MandateState, PaymentMethod
from kutego.operations.customer_record import Beside, save_customer
from kutego.operations.mandates import grant_mandate, revoke_mandate
from kutego.operations.master_data import save_record
from kutego.rendering.invoice_xml import to_cii
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads
from tests.rendering.en16931 import broken_rules

pytestmark = pytest.mark.usefixtures("app")
IBAN = "DE89370400440532013000"
GIVEN = {"on": DAY, "by": ANNA}


def test_a_mandate_holds_until_it_is_revoked_and_both_stay():
    customer = factories.customer(iban=IBAN)
    first = grant_mandate(customer, signed_on=date(2026, 1, 31), **GIVEN)
    assert (first.reference, customer.mandate, customer.has_mandate) == ("M-00001-1", first, True)
    with pytest.raises(DomainError, match="schon das gültige Mandat M-00001-1"):
        grant_mandate(customer, signed_on=DAY, **GIVEN)
    for day in (date(2026, 1, 30), date(2026, 11, 24)):
        with pytest.raises(DomainError, match="zwischen der Unterschrift"):
            revoke_mandate(customer, revoked_on=day, **GIVEN)

    revoke_mandate(customer, revoked_on=DAY, **GIVEN)
    assert customer.mandate is None
    with pytest.raises(DomainError, match="kein gültiges Mandat"):
        revoke_mandate(customer, revoked_on=DAY, **GIVEN)
    second = grant_mandate(customer, signed_on=DAY, reference=" Papier 7 ", **GIVEN)

    assert second.reference == "Papier 7"
    assert [m.state for m in customer.mandates] == [MandateState.ACTIVE, MandateState.REVOKED]


@pytest.mark.parametrize(
    "iban, values, match",
    [
        (None, {}, "braucht die IBAN"),
        (IBAN, {"signed_on": date(2026, 11, 24)}, "Zukunft"),
        (IBAN, {"reference": "ÄÖÜ"}, "höchstens 35 Zeichen"),
        (IBAN, {"reference": "x" * 36}, "höchstens 35 Zeichen"),
        (IBAN, {"reference": "schon-da"}, "schon an Uwe Petersen vergeben"),
    ],
)
def test_what_is_no_mandate_is_refused(iban, values, match):
    other = factories.customer(first_name="Uwe", last_name="Petersen", iban=IBAN)
    factories.mandate(other, reference="SCHON-DA")
    customer = factories.customer(iban=iban)

    with pytest.raises(DomainError, match=match):
        grant_mandate(customer, **{"signed_on": DAY} | values, **GIVEN)
    assert customer.mandates == []


def test_a_new_customer_with_a_mandate_that_cannot_be_is_not_taken_in():
    values = {"last_name": "Groß", "iban": None}
    with pytest.raises(DomainError, match="braucht die IBAN"):
        save_customer(Customer(), values, beside=Beside(mandate_signed_on=DAY), by=ANNA)
    assert db.session.scalars(select(Customer)).all() == []


def test_granted_twice_at_once_one_mandate_holds(app):
    customer_id = factories.customer(iban=IBAN).id

    def grant():
        grant_mandate(db.session.get_one(Customer, customer_id), signed_on=DAY, **GIVEN)

    results = in_threads(app, grant, grant, grant)

    assert sum(result is None for result in results) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(Mandate)).all()) == 1


def test_an_invoice_by_direct_debit_names_mandate_and_account_and_is_valid():
    factories.change_company(creditor_id="DE98ZZZ09999999999")
    mandate = factories.mandate()
    customer = mandate.customer
    debit = {"of": customer, "payment_method": PaymentMethod.DIRECT_DEBIT}
    invoice, by_transfer = factories.invoice(**debit), factories.invoice(of=customer)

    content = invoice.current.snapshot
    assert content["payment"]["mandate_reference"] == mandate.reference
    assert content["payment"]["debtor_iban"] == customer.iban
    assert by_transfer.current.snapshot["payment"]["mandate_reference"] is None
    xml = to_cii(content)
    for part in (
        b">59<",
        mandate.reference.encode(),
        b"DE98ZZZ09999999999",
        customer.iban.encode(),
    ):
        assert part in xml
    assert broken_rules(xml) == []

    save_record(customer, {"iban": None}, by=ANNA)  # nowhere to debit any more
    assert factories.invoice(**debit).current.snapshot["payment"]["mandate_reference"] is None
