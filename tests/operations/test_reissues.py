"""A customer moves: open invoices that somebody chooses bear the new address (CUS-17, 18)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import InvoiceVersion, Message, PaymentMethod
from kutego.operations.master_data import save_record
from kutego.operations.payments import record_payment
from kutego.operations.reissues import outdated_invoices, reissue_invoices
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")
GIVEN = {"reason": "Umzug", "on": DAY, "by": ANNA}


def pay(invoice, amount):
    record_payment(
        invoice, amount=Decimal(amount), method=PaymentMethod.PAYPAL, paid_on=DAY, on=DAY, by=ANNA
    )


def versions():
    return db.session.scalar(select(func.count()).select_from(InvoiceVersion))


def test_of_the_open_invoices_those_chosen_get_a_version_with_the_new_address():
    customer = factories.customer()
    paid, partly, other = (factories.invoice(of=customer, send_mail=False) for _ in range(3))
    pay(paid, "49.00")
    pay(partly, "9.00")
    assert outdated_invoices(customer) == []
    save_record(customer, {"street": "Neuer Weg 1", "email": "neu@example.org"}, by=ANNA)
    mails = db.session.scalar(select(func.count()).select_from(Message))

    assert outdated_invoices(customer) == [partly, other]
    reissue_invoices(customer, invoices=[partly], send_mail=True, **GIVEN)

    assert (partly.current.number, other.version, paid.version) == (f"{partly.number}-2", 1, 1)
    recipient = partly.current.snapshot["recipient"]
    assert (recipient["street"], recipient["email"]) == ("Neuer Weg 1", "neu@example.org")
    assert partly.versions[0].snapshot["recipient"]["street"] == "Gartenweg 5"
    assert (partly.total, partly.open_amount) == (Decimal("49.00"), Decimal("40.00"))
    assert outdated_invoices(customer) == [other]
    assert db.session.scalar(select(func.count()).select_from(Message)) == mails + 1
    assert list(verify()) == []


def test_what_cannot_be_written_anew_holds_up_all_of_them():
    customer = factories.customer()
    first, second = (factories.invoice(of=customer) for _ in range(2))
    foreign = factories.invoice()
    save_record(customer, {"last_name": "Groß"}, by=ANNA)
    before = versions()
    pay(second, "49.00")

    for invoices, match in (
        ([], "mindestens eine"),
        ([first, second], "nicht mehr offen"),
        ([first, foreign], "gehört nicht zu"),
    ):
        with pytest.raises(DomainError, match=match):
            reissue_invoices(customer, invoices=invoices, **GIVEN)
    with pytest.raises(DomainError, match="Grund"):
        reissue_invoices(customer, invoices=[first], **GIVEN | {"reason": " "})
    assert versions() == before
