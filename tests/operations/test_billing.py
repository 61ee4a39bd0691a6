"""A contract bills itself: one invoice per period, never two, none left out."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select

from kutego.actor import SYSTEM
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Activity,
    Contract,
    ContractPeriod,
    ContractState,
    CustomerState,
    DepositKind,
    Enrolment,
    Invoice,
    Message,
    MessageState,
    due_contracts,
)
from kutego.operations.attachments import attached
from kutego.operations.billing import bill_contract, bill_period_again
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit
from kutego.operations.documents import renditions_of
from kutego.operations.terminations import terminate_contract
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA

NOV, DEC, JAN = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


def bill(contract, on):
    return bill_contract(contract, on=on, by=SYSTEM)


def periods(contract):
    query = select(ContractPeriod).where(ContractPeriod.contract_id == contract.id)
    rows = db.session.scalars(query.order_by(ContractPeriod.first, ContractPeriod.attempt))
    return [(row.first, row.last) for row in rows]


def terminate(contract, to, **values):
    return terminate_contract(
        contract, received_on=NOV, to=to, confirmed=frozenset({"early", "billed"}),
        on=NOV, by=ANNA, **values,
    )  # fmt: skip


def test_a_due_period_makes_an_invoice_with_who_what_and_when(app):
    contract = factories.contract(starts_on=NOV)

    [invoice] = bill(contract, DEC)

    [line] = invoice.current.positions
    assert line.text == "Junghunde (Monatlich)"
    assert (line.period_first, line.period_last) == (DEC, date(2026, 12, 31))
    assert invoice.current.snapshot["positions"][0]["detail"] == (
        "Bello · 01.12.2026 bis 31.12.2026"
    )
    assert (invoice.number, invoice.issued_on) == ("R-2026-00002", DEC)
    assert (invoice.total, invoice.contract_id) == (Decimal("49.00"), contract.id)
    assert invoice.payment_method is contract.payment_method
    assert [file.format.value for file in renditions_of(invoice.current)] == ["pdf", "xml"]


def test_the_line_about_a_billed_period_stands_in_the_customer_s_own_history(app):
    contract = factories.contract(starts_on=date(2026, 1, 1))

    [invoice] = bill_contract(contract, on=date(2026, 2, 1), by=SYSTEM)

    issued = select(Activity).where(
        Activity.action == "invoice.issued", Activity.subject_id == invoice.id
    )
    assert db.session.scalars(issued).one().customer_id == contract.customer_id


def test_billing_moves_end_next_invoice_and_place_behind_the_period(app):
    contract = factories.contract(starts_on=NOV)

    bill(contract, DEC)

    assert (contract.ends_on, contract.next_invoice_on) == (date(2026, 12, 31), JAN)
    place = db.session.scalars(select(Enrolment)).one()
    assert place.ends_on == date(2026, 12, 31)


def test_nothing_is_due_a_day_early_or_a_second_time(app):
    contract = factories.contract(starts_on=NOV)

    assert bill(contract, date(2026, 11, 30)) == []
    assert len(bill(contract, DEC)) == 1
    assert bill(contract, DEC) == []


def test_after_three_months_off_each_period_gets_its_own_invoice_due_as_usual(app):
    contract = factories.contract(starts_on=NOV)
    on = date(2027, 2, 10)

    invoices = bill(contract, on)

    assert periods(contract) == [
        (NOV, date(2026, 11, 30)),
        (DEC, date(2026, 12, 31)),
        (JAN, date(2027, 1, 31)),
        (date(2027, 2, 1), date(2027, 2, 28)),
    ]
    assert [i.number for i in invoices] == ["R-2027-00001", "R-2027-00002", "R-2027-00003"]
    assert {i.issued_on for i in invoices} == {on}
    assert {i.due_on for i in invoices} == {date(2027, 2, 24)}


def test_credit_is_set_off_by_itself_until_it_is_used_up(app):
    contract = factories.contract(starts_on=NOV)
    deposit_credit(
        contract.customer, amount=Decimal("60.00"), kind=DepositKind.BANK_TRANSFER,
        received_on=NOV, on=NOV, by=ANNA,
    )  # fmt: skip

    first, second = bill(contract, JAN)

    assert (first.open_amount, second.open_amount) == (Decimal("0.00"), Decimal("38.00"))
    assert first.current.snapshot["deductions"] == [
        {"kind": "credit", "text": "Guthaben", "amount": "49.00"}
    ]
    assert contract.customer.credit == 0
    assert list(verify()) == []


def test_the_customer_gets_each_invoice_by_mail(app):
    contract = factories.contract(starts_on=NOV)

    [invoice] = bill(contract, DEC)

    query = select(Message).where(Message.subject_id == invoice.id)
    mail = db.session.scalars(query.where(Message.subject_type == "invoice")).one()
    assert mail.template == "invoice_issued"
    assert attached(mail) == renditions_of(invoice.current)
    assert mail.recipient == contract.customer.email


def test_a_locked_customer_is_billed_and_not_written_to(app):
    contract = factories.contract(starts_on=NOV)
    with transaction():
        contract.customer.move_to(CustomerState.LOCKED)

    [invoice] = bill(contract, DEC)

    query = select(Message).where(Message.subject_id == invoice.id)
    mail = db.session.scalars(query.where(Message.subject_type == "invoice")).one()
    assert mail.state is MessageState.SUPPRESSED


def test_a_free_period_makes_no_invoice_but_a_booking(app):
    contract = factories.contract_by_hand(starts_on=NOV, discount_percent=Decimal("100.00"))

    made = bill(contract, DEC)

    assert [booking.number for booking in made] == ["B-2026-0001", "B-2026-0002"]
    assert len(periods(contract)) == 2
    assert contract.next_invoice_on == JAN


@pytest.mark.parametrize("start", [date(2027, 1, 29), date(2027, 1, 30), date(2027, 1, 31)])
def test_month_ends_stay_month_ends_over_a_leap_year(app, start):
    contract = factories.contract_by_hand(starts_on=start)

    bill(contract, date(2028, 3, 31))

    found = periods(contract)
    assert [first.day for first, _last in found] == [
        min(start.day, 29 if first.month == 2 and first.year == 2028 else 28)
        if first.month == 2
        else min(start.day, 30 if first.month in (4, 6, 9, 11) else 31)
        for first, _last in found
    ]
    assert all(b[0] - a[1] == date.resolution for a, b in pairwise(found))


def test_nothing_that_begins_after_a_termination_is_billed_and_the_contract_ends(app):
    contract = factories.contract(starts_on=NOV)
    terminate(contract, date(2026, 12, 31))

    assert len(bill(contract, date(2026, 12, 31))) == 1
    assert contract.state is ContractState.TERMINATED
    assert db.session.scalars(due_contracts(JAN)).all() == [contract.id]
    assert bill(contract, JAN) == []
    assert contract.state is ContractState.ENDED
    assert db.session.scalars(due_contracts(date(2027, 6, 1))).all() == []


def test_a_period_that_a_termination_cuts_is_billed_by_days(app):
    contract = factories.contract(starts_on=NOV, price="62.00")
    terminate(contract, date(2026, 12, 15))

    [invoice] = bill(contract, date(2027, 3, 1))

    [line] = invoice.current.positions
    assert (line.period_first, line.period_last) == (DEC, date(2026, 12, 15))
    assert invoice.total == Decimal("30.00")  # 15 of 31 days
    assert contract.state is ContractState.ENDED
    assert contract.ends_on == date(2026, 12, 15)


@pytest.mark.parametrize(
    "state", [ContractState.ENDED, ContractState.CANCELLED, ContractState.FULFILLED]
)
def test_what_is_over_is_not_billed(app, state):
    contract = factories.contract(starts_on=NOV)
    with transaction():
        contract.move_to(state)

    assert bill(contract, date(2027, 6, 1)) == []


# --- billed again -----------------------------------------------------------------------------


def test_a_cancelled_period_is_billed_again_by_hand_only(app):
    contract = factories.contract(starts_on=NOV)
    [invoice] = bill(contract, DEC)
    cancel_positions(invoice, reason="Falscher Preis", on=DEC, by=ANNA)

    assert bill(contract, DEC) == []
    period = contract.periods[1]
    again = bill_period_again(contract, period=period, on=DEC, by=ANNA)

    assert again.total == Decimal("49.00")
    assert periods(contract)[1:] == [(DEC, date(2026, 12, 31))] * 2
    assert contract.next_invoice_on == JAN
    with pytest.raises(DomainError, match="Noch einmal abgerechnet wird nur"):
        bill_period_again(contract, period=period, on=DEC, by=ANNA)


def test_a_billed_period_is_not_billed_again(app):
    contract = factories.contract(starts_on=NOV)
    bill(contract, DEC)

    with pytest.raises(DomainError, match=r"01\.12\.2026 bis 31\.12\.2026 ist abgerechnet"):
        bill_period_again(contract, period=contract.periods[1], on=DEC, by=ANNA)


def test_the_period_of_another_contract_is_refused(app):
    mine, other = factories.contract(starts_on=NOV), factories.contract(starts_on=NOV)

    with pytest.raises(DomainError, match="hat diesen Zeitraum nicht"):
        bill_period_again(mine, period=other.periods[0], on=NOV, by=ANNA)


def test_a_refused_period_takes_nothing_with_it(app):
    contract = factories.contract(starts_on=NOV)
    factories.invoice(on=date(2026, 12, 20))

    with pytest.raises(DomainError, match="vor der letzten Nummer"):
        bill(contract, DEC)

    db.session.rollback()
    assert len(db.session.scalars(select(Invoice)).all()) == 2
    assert db.session.get_one(Contract, contract.id).next_invoice_on == DEC
