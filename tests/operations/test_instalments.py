"""Instalments: split to the cent, the first at once, the others month by month, then fulfilled."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Contract,
    ContractKind,
    ContractState,
    Enrolment,
    EnrolmentState,
    Invoice,
    Message,
    PositionKind,
    PriceStep,
)
from kutego.money import CENT
from kutego.operations.billing import bill_contract, bill_due, bill_period_again
from kutego.operations.billing_lines import count_instalments
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.contract_cancellations import cancel_contract, plan_contract_cancellation
from kutego.operations.contract_prices import change_contract_price
from kutego.operations.contracts import shift_contract
from kutego.operations.instalment_numbers import numbers_in, tidied
from kutego.operations.instalment_parts import parts_of, split
from kutego.operations.instalments import agree_instalments
from kutego.operations.invoices import issue_invoice
from kutego.operations.pauses import pause_contract
from kutego.operations.payments import record_payment
from kutego.operations.terminations import end_contract, terminate_contract
from kutego.operations.verification import verify
from kutego.rendering.invoice_xml import to_cii
from tests import factories
from tests.factories import ANNA, DAY
from tests.rendering.en16931 import broken_rules

END_OF_JANUARY = date(2027, 1, 31)


def agree(invoice, count, on=DAY, **values):
    with clock.at(clock.noon(on)):
        return agree_instalments(invoice, instalments=count, on=on, by=ANNA, **values)


def bill(contract, on):
    with clock.at(clock.noon(on)):
        return bill_contract(contract, on=on, by=ANNA)


def euros(*amounts):
    return [Decimal(amount) for amount in amounts]


# --- the arithmetic ---------------------------------------------------------------------------


def test_parts_are_rounded_and_the_last_takes_the_rest():
    assert parts_of(Decimal("100.00"), 3) == euros("33.33", "33.33", "33.34")
    assert parts_of(Decimal("1587.35"), 4) == euros("396.84", "396.84", "396.84", "396.83")
    assert parts_of(Decimal("0.03"), 3) == euros("0.01", "0.01", "0.01")
    # rounding up would leave nothing for the last one, or less
    assert parts_of(Decimal("0.05"), 3) == euros("0.02", "0.02", "0.01")
    assert parts_of(Decimal("0.12"), 8) == [*[CENT] * 7, Decimal("0.05")]
    for total, count, sentence in (
        ("0.02", 3, "mindestens 1 Cent"), ("0.00", 2, "mindestens 1 Cent"),
        ("100.00", 1, "2 bis 36"), ("100.00", 37, "2 bis 36"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=sentence):
            parts_of(Decimal(total), count)


@given(st.lists(st.integers(0, 500_000), min_size=1, max_size=6), st.integers(2, 36))
def test_every_line_and_every_part_adds_up(cents, count):
    amounts = [Decimal(number) / 100 for number in cents]
    if sum(amounts) < count * CENT:
        return

    rows = split(amounts, count)

    assert [sum(row) for row in rows] == parts_of(sum(amounts), count)
    assert [sum(column) for column in zip(*rows, strict=True)] == amounts
    assert all(part >= 0 for row in rows for part in row)
    assert all(sum(row) >= CENT for row in rows)


def test_the_numbers_that_a_course_offers():
    assert numbers_in(" 3,2 ,6") == [3, 2, 6]
    assert numbers_in("") == []
    assert (tidied("6,1,2 , 2"), tidied("1"), tidied(None)) == ("2, 6", None, None)
    for text in ("2;3", "0", "37", "²", "1.5", "x"):
        with pytest.raises(DomainError, match="2, 3, 6"):
            numbers_in(text)


# --- an open invoice becomes the first part ---------------------------------------------------


def test_what_cannot_be_split_stays_whole(app):
    paid = factories.invoice()
    record_payment(paid, paid_on=DAY, on=DAY, by=ANNA)
    half = factories.invoice(factories.line("100.00"))
    record_payment(half, amount=Decimal("40.00"), paid_on=DAY, on=DAY, by=ANNA)
    running = factories.contract().periods[0].invoice

    with pytest.raises(DomainError, match="nicht mehr offen"):
        agree(paid, 2)
    with pytest.raises(DomainError, match="mehr als die erste Rate von 33,33"):
        agree(half, 3)
    with pytest.raises(DomainError, match="gehört schon zu einem Vertrag"):
        agree(running, 2)
    with pytest.raises(DomainError, match="2 bis 36"):
        agree(half, 1)
    with pytest.raises(DomainError, match="Entwurf"):
        agree(factories.draft(), 2)
    assert half.version == 1
    assert db.session.scalars(
        select(Contract).where(Contract.kind == ContractKind.INSTALMENT)
    ).all() == []  # fmt: skip


def test_an_open_invoice_of_two_rates_is_paid_in_three_parts(app):
    """199.00 at 19 % and 51.00 at 7 %: 83.33, 83.33, 83.34, and each line to the cent."""
    customer = factories.customer()
    course = factories.course_date(instalments="3")
    dog = factories.participant(customer)
    invoice = factories.invoice(
        factories.line("99.50", kind=PositionKind.COURSE, text="Welpenkurs", quantity=Decimal(2),
                       participant_id=dog.id, course_date_id=course.id),
        factories.line("60.00", text="Buch", vat_rate=Decimal("7.00"),
                       discount_percent=Decimal("15.00")),
        of=customer, on=END_OF_JANUARY,
    )  # fmt: skip
    with pytest.raises(NeedsConfirmation, match="1, 3 Raten"):
        agree(invoice, 2, on=END_OF_JANUARY)

    contract = agree(invoice, 3, on=END_OF_JANUARY, send_mail=True)

    assert (invoice.version, invoice.total, invoice.open_amount) == (2, *euros("83.33", "83.33"))
    assert customer.open_amount == Decimal("83.33")
    assert [p.text for p in invoice.current.positions] == [
        "Welpenkurs (Rate 1 von 3)", "Buch (Rate 1 von 3)",
    ]  # fmt: skip
    plan = "33\u00a0€ mit dieser Rechnung, dann 83,33\u00a0€ am 28.02.2027, 83,34\u00a0€ am 31.03."
    assert plan in invoice.current.snapshot["closing"]
    mails = select(Message.id).where(Message.template == "invoice_new_version")
    assert db.session.scalars(mails).all()

    later = bill(contract, date(2027, 3, 31))

    assert [i.total for i in later] == euros("83.33", "83.34")
    assert contract.state is ContractState.FULFILLED
    assert bill(contract, date(2028, 1, 1)) == []
    invoices = [invoice, *later]
    assert [broken_rules(to_cii(i.current.snapshot)) for i in invoices] == [[], [], []]
    for line, whole in ((0, "199.00"), (1, "51.00")):
        assert sum(i.current.positions[line].gross for i in invoices) == Decimal(whole)
    places = db.session.scalars(select(Enrolment)).all()
    assert [place.state for place in places] == [EnrolmentState.ACTIVE]


def test_a_deposit_comes_first_and_the_rest_from_a_fixed_day_on(app):
    """250.00: 100.00 at once, then 150.00 / 4 = 37.50 from 15 March on; the tax rates add up."""
    invoice = factories.invoice(
        factories.line("199.00"), factories.line("51.00", vat_rate=Decimal("7.00")),
        on=END_OF_JANUARY,
    )  # fmt: skip
    for wrong, sentence in (
        ({"first_amount": Decimal("249.97")}, "zwischen 0,01\xa0€ und 249,96"),
        ({"first_amount": Decimal("0.00")}, "erste Rate liegt zwischen"),
        ({"second_on": END_OF_JANUARY}, "nach der ersten"),
        ({"second_on": date(2028, 3, 1)}, "höchstens ein Jahr"),
    ):
        with pytest.raises(DomainError, match=sentence):
            agree(invoice, 5, on=END_OF_JANUARY, **wrong)

    contract = agree(invoice, 5, on=END_OF_JANUARY, first_amount=Decimal("100.00"),
                     second_on=date(2027, 3, 15))  # fmt: skip

    assert (invoice.total, contract.price) == tuple(euros("100.00", "37.50"))
    assert bill(contract, date(2027, 3, 14)) == []
    later = bill(contract, date(2027, 6, 15))
    assert [i.total for i in later] == euros(*["37.50"] * 4)
    assert [(p.first, p.last) for p in contract.periods][:2] == [
        (END_OF_JANUARY, date(2027, 3, 14)), (date(2027, 3, 15), date(2027, 4, 14)),
    ]  # fmt: skip
    assert contract.state is ContractState.FULFILLED
    for line, whole in ((0, "199.00"), (1, "51.00")):
        assert sum(i.current.positions[line].gross for i in [invoice, *later]) == Decimal(whole)
    assert list(verify()) == []


def test_a_draft_is_issued_in_instalments_from_the_31st_on(app):
    draft = factories.draft(factories.line("100.00"), instalments=3, on=END_OF_JANUARY)
    assert draft.total == Decimal("100.00")
    with clock.at(clock.noon(END_OF_JANUARY)):
        invoice = issue_invoice(draft, on=END_OF_JANUARY, by=ANNA)
    contract = invoice.contract

    assert (invoice.version, invoice.total) == (1, Decimal("33.33"))
    assert bill(contract, date(2027, 2, 27)) == []
    assert [i.total for i in bill(contract, date(2027, 2, 28))] == euros("33.33")
    assert contract.next_invoice_on == date(2027, 3, 31)
    shift_contract(contract, months=1, reason="Kurzarbeit", on=date(2027, 3, 1), by=ANNA)
    assert bill(contract, date(2027, 4, 29)) == []
    assert [i.total for i in bill(contract, date(2027, 4, 30))] == euros("33.34")


def test_a_draft_refuses_instalments_and_deductions_that_do_not_fit(app):
    with pytest.raises(DomainError, match="2 bis 36"):
        factories.draft(instalments=1)
    customer = factories.customer()
    with pytest.raises(DomainError, match="Guthaben"):
        factories.draft(
            factories.line("100.00"), of=customer, instalments=4, credit_to_use=Decimal("25.01")
        )
    membership = factories.membership_template()
    sold = factories.line(
        kind=PositionKind.MEMBERSHIP, text="Gold", membership_template_id=membership.id
    )
    with pytest.raises(DomainError, match="Zeitraum für Zeitraum"):
        factories.invoice(sold, instalments=2)
    assert db.session.scalars(select(Contract)).all() == []


# --- what else happens to it ------------------------------------------------------------------


def test_an_agreement_knows_no_notice_no_pause_and_no_new_price(app):
    contract = agree(factories.invoice(), 2)
    given = {"on": DAY, "by": ANNA}

    with pytest.raises(DomainError, match="letzten Rate"):
        terminate_contract(contract, received_on=DAY, **given)
    with pytest.raises(DomainError, match="verschieben"):
        pause_contract(contract, first=DAY, last=DAY, reason="x", **given)
    with pytest.raises(DomainError, match="stehen fest"):
        change_contract_price(
            contract, valid_from=DAY, step=PriceStep.PRICE, value=Decimal("1.00"), **given
        )


def test_ending_it_leaves_the_rest_unbilled_cancelling_takes_all_of_it_back(app):
    customer = factories.customer()
    dog, course = factories.participant(customer), factories.course_date()
    sold = factories.line("90.00", kind=PositionKind.COURSE, text="Kurs", participant_id=dog.id,
                          course_date_id=course.id)  # fmt: skip
    contract = agree(factories.invoice(sold, of=customer), 3)
    ended = agree(factories.invoice(factories.line("90.00")), 3)
    bill(contract, date(2026, 12, 23))

    end_contract(ended, reason="Kulanz", on=DAY, by=ANNA)
    assert bill(ended, date(2027, 6, 1)) == []

    assert [plan.total for plan in plan_contract_cancellation(contract)] == euros("30.00", "30.00")
    with clock.at(clock.noon(date(2026, 12, 23))):
        cancel_contract(
            contract, reason="Umzug", confirmed=frozenset({"cancel_contract"}),
            on=date(2026, 12, 23), by=ANNA,
        )  # fmt: skip
    assert contract.state is ContractState.CANCELLED
    assert customer.open_amount == 0
    assert db.session.scalars(select(Enrolment.state)).all() == [EnrolmentState.REMOVED]


def test_one_instalment_cancelled_leaves_the_others_and_can_be_billed_again(app):
    contract = agree(factories.invoice(factories.line("90.00")), 3)
    [second] = bill(contract, date(2026, 12, 23))
    told = plan_cancellation(second).lines()
    assert any("läuft weiter" in str(line) for line in told)

    with clock.at(clock.noon(date(2026, 12, 23))):
        cancel_positions(second, reason="Falsch", on=date(2026, 12, 23), by=ANNA)
        again = bill_period_again(
            contract, period=contract.periods[1], on=date(2026, 12, 23), by=ANNA
        )

    assert again.total == Decimal("30.00")
    assert again.current.positions[0].text == "Beratung (Rate 2 von 3)"
    assert [i.total for i in bill(contract, date(2027, 1, 23))] == euros("30.00")
    assert contract.state is ContractState.FULFILLED
    assert db.session.scalars(select(Invoice.contract_id)).all() == [contract.id] * 4


def billed_in_vain(contract):
    with transaction():
        assert len(bill_due(contract, on=END_OF_JANUARY, by=ANNA)) == 2
        raise DomainError("doch nicht")


def test_an_instalment_that_a_savepoint_took_back_is_not_counted(app):
    contract = agree(factories.invoice(factories.line("90.00")), 3)
    with clock.at(clock.noon(END_OF_JANUARY)), transaction():
        count_instalments([contract])
        with pytest.raises(DomainError, match="doch nicht"):
            billed_in_vain(contract)
        db.session.refresh(contract)

        made = bill_due(contract, on=END_OF_JANUARY, by=ANNA)

    texts = [invoice.current.positions[0].text for invoice in made]
    assert texts == ["Beratung (Rate 2 von 3)", "Beratung (Rate 3 von 3)"]
    assert contract.state is ContractState.FULFILLED
