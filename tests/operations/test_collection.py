"""Handing an invoice over to a collection agency: the claim, its proof, and the way back."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from kutego import clock
from kutego.errors import DomainError, IllegalTransition
from kutego.models import CollectionState, PaymentMethod
from kutego.operations.collection import hand_over, package, settle_collection, take_back
from kutego.operations.default_interest import BUSINESS, CONSUMER, interest
from kutego.operations.dunning import dun_invoice, refusal, resume_dunning, send_due_letters
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.payments import record_payment
from tests import factories
from tests.factories import ANNA, DAY

DUE = DAY + timedelta(days=14)


def due(days):
    return DUE + timedelta(days=days)


@pytest.fixture
def dunned(app):
    """An invoice that was reminded of and dunned twice, the last time with a fee of 5 euros."""
    ensure_standard_run(by=ANNA)
    invoice = factories.invoice(of=factories.customer(last_name="=Weiß"))
    for days in (7, 21, 35):
        with clock.at(clock.noon(due(days))):
            send_due_letters(invoice.customer, automatic=False, on=due(days), by=ANNA)
    return invoice


def test_the_agency_gets_the_claim_in_figures_and_every_document(dunned):
    case = hand_over(dunned, agency="Inkasso Nord", on=due(50), by=ANNA)

    claim = case.statement["claim"]
    # a consumer, in default since the day after the reminder: 43 days at 1.27 + 5 percent
    assert claim == {
        "principal": "49.00", "fees": "5.00", "default_since": due(8).isoformat(),
        "interest_points": "5.00", "interest_until": due(50).isoformat(), "interest": "0.36",
        "lump_sum": "0.00", "total": "54.36",
    }  # fmt: skip
    assert case.claimed == Decimal("54.36")
    files = dict(package(case))
    names = sorted(files)
    assert [name for name in names if name.startswith("Forderung")] == [
        f"Forderung {dunned.number}.csv", f"Forderung {dunned.number}.xml",
    ]  # fmt: skip
    pdfs = [name for name in names if name.endswith(".pdf")]
    assert len(pdfs) == 4  # two versions of the invoice, two notices
    assert all(files[name].startswith(b"%PDF-") for name in pdfs)
    [heads, values] = csv.reader(
        io.StringIO(files[f"Forderung {dunned.number}.csv"].decode("utf-8-sig")), delimiter=";"
    )
    row = dict(zip(heads, values, strict=True))
    assert row["claim.total"] == "54.36"
    assert row["debtor.name"] == "Jörg =Weiß"
    root = ET.fromstring(files[f"Forderung {dunned.number}.xml"])  # our own
    assert root.findtext("claim/total") == "54.36"
    assert [letter.findtext("title") for letter in root.find("letters")] == [
        "Zahlungserinnerung", "1. Mahnung", "2. Mahnung",
    ]  # fmt: skip


def test_what_is_in_collection_is_dunned_no_more_and_comes_back_stopped(dunned):
    case = hand_over(dunned, agency="Inkasso Nord", on=due(50), by=ANNA)

    assert "im Inkasso" in refusal(dunned, due(51), by_hand=True)
    for refused in (
        lambda: hand_over(dunned, agency="Inkasso Süd", on=due(51), by=ANNA),
        lambda: dun_invoice(dunned, on=due(51), by=ANNA),
        lambda: resume_dunning(dunned, reason="Doch", on=due(51), by=ANNA),
    ):
        with pytest.raises(DomainError, match="im Inkasso"):
            refused()
    with pytest.raises(DomainError, match="zuerst die Zahlung"):
        settle_collection(case, on=due(51), by=ANNA)
    take_back(case, reason="Schuldner unauffindbar", on=due(60), by=ANNA)

    assert case.state is CollectionState.RETURNED
    assert "gestoppt" in refusal(dunned, due(61), by_hand=True)
    again = hand_over(dunned, agency="Inkasso Süd", on=due(70), by=ANNA)
    record_payment(dunned, method=PaymentMethod.BANK_TRANSFER, paid_on=due(80), on=due(80), by=ANNA)
    settle_collection(again, on=due(80), by=ANNA)
    assert again.state is CollectionState.PAID
    with pytest.raises(IllegalTransition):
        take_back(again, reason="Irrtum", on=due(81), by=ANNA)


def test_only_what_is_open_and_in_default_can_be_handed_over(app):
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="noch nicht im Verzug"):
        hand_over(invoice, agency="Inkasso Nord", on=due(50), by=ANNA)
    record_payment(invoice, method=PaymentMethod.ON_SITE, paid_on=DAY, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="nicht offen"):
        hand_over(invoice, agency="Inkasso Nord", on=due(50), by=ANNA)


def test_interest_follows_the_base_rate_and_the_payments_by_the_day(app):
    rates = [(DAY, Decimal("1.27")), (DAY + timedelta(days=10), Decimal("2.27"))]
    owed = [(DAY, Decimal("1000.00")), (DAY + timedelta(days=20), Decimal("400.00"))]
    until = DAY + timedelta(days=29)

    # 10 days of 1,000 at 10.27, 10 of 1,000 at 11.27, 10 of 400 at 11.27 percent
    assert interest(owed, rates, BUSINESS, DAY, until) == Decimal("7.14")
    assert interest(owed, rates, CONSUMER, DAY, until) == Decimal("4.51")
    assert interest([], rates, BUSINESS, DAY, until) == 0
