"""Contracts are shifted, put right, terminated and ended; the place goes with them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kutego.db import db, transaction
from kutego.errors import DomainError, IllegalTransition, NeedsConfirmation
from kutego.models import (
    Activity,
    Contract,
    ContractState,
    CustomerState,
    Enrolment,
    EnrolmentState,
    Invoice,
    Message,
    PaymentMethod,
)
from kutego.operations.billing import bill_contract
from kutego.operations.contract_dates import change_contract_dates
from kutego.operations.contract_making import create_contract
from kutego.operations.contracts import (
    moved,
    plan_shift,
    shift_contract,
)
from kutego.operations.terminations import (
    earliest_end,
    end_contract,
    resume_contract,
    terminate_contract,
)
from kutego.periods import DAY, add_months
from tests import factories
from tests.factories import ANNA

NOV, DEC = date(2026, 11, 1), date(2026, 12, 1)


def place(contract):
    return db.session.scalars(select(Enrolment).where(Enrolment.contract_id == contract.id)).one()


def shift(contract, months, **values):
    defaults = {"reason": "Betriebsferien", "on": NOV, "by": ANNA}
    return shift_contract(contract, months=months, **defaults | values)


def terminate(contract, **values):
    defaults = {"received_on": NOV, "on": NOV, "by": ANNA}
    return terminate_contract(contract, **defaults | values)


def history(record):
    query = select(Activity).where(
        Activity.subject_type == record.__tablename__, Activity.subject_id == record.id
    )
    return {line.action: line for line in db.session.scalars(query)}


# --- made by hand -----------------------------------------------------------------------------


def test_a_contract_by_hand_waits_for_its_first_invoice_and_holds_the_place(app):
    contract = factories.contract_by_hand(starts_on=DEC, on=NOV)

    assert (contract.starts_on, contract.next_invoice_on) == (DEC, DEC)
    assert contract.is_adjacent
    assert contract.price == Decimal("49.00")
    assert (place(contract).starts_on, place(contract).ends_on) == (DEC, date(2026, 12, 31))
    assert db.session.scalars(select(Invoice)).all() == []


def test_a_fixed_cut_off_day_leaves_the_days_before_it_free(app):
    contract = factories.contract_by_hand(
        starts_on=date(2026, 11, 15), first_invoice_on=DEC, on=NOV
    )

    assert contract.ends_on == date(2026, 11, 30)
    assert (place(contract).starts_on, place(contract).ends_on) == (
        date(2026, 11, 15),
        date(2026, 11, 30),
    )
    assert contract.billing_day == 1


def test_the_31st_can_be_agreed_in_a_month_without_one(app):
    contract = factories.contract_by_hand(starts_on=date(2027, 2, 28), billing_day=31, on=NOV)

    assert contract.next_period.last == date(2027, 3, 30)


def test_what_is_agreed_beats_template_and_customer(app):
    customer = factories.customer(permanent_discount=Decimal("10.00"))
    usual = factories.contract_by_hand(customer)
    special = factories.contract_by_hand(
        customer,
        discount_percent=Decimal("0.00"),
        payment_method=PaymentMethod.DIRECT_DEBIT,
        course=factories.running_course(title="Agility"),
    )

    assert usual.discount_percent == Decimal("10.00")
    assert usual.payment_method is PaymentMethod.BANK_TRANSFER
    assert special.discount_percent == 0
    assert special.payment_method is PaymentMethod.DIRECT_DEBIT


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"first_invoice_on": date(2026, 10, 31)}, "nicht vor dem Vertragsbeginn"),
        ({"billing_day": 7}, "passt nicht zum Datum"),
        ({"billing_day": 32}, "passt nicht zum Datum"),
        ({"price": "-1.00"}, "Preis"),
        ({"discount_percent": Decimal("100.01")}, "zwischen 0 und 100"),
        ({"discount_percent": Decimal("NaN")}, "zwischen 0 und 100"),
    ],
)
def test_a_contract_by_hand_refuses_what_cannot_be(app, values, sentence):
    with pytest.raises(DomainError, match=sentence):
        factories.contract_by_hand(starts_on=NOV, **values)
    assert db.session.scalars(select(Contract)).all() == []


def test_nobody_gets_a_contract_with_the_dog_of_another_or_in_a_block(app):
    dog, block = factories.participant(), factories.course_date()
    terms = {"term_template": factories.term_template(), "starts_on": DEC, "on": NOV, "by": ANNA}

    with pytest.raises(DomainError, match="gehört nicht"):
        create_contract(
            factories.customer(), participant=dog, course_date=factories.running_course(), **terms
        )
    with pytest.raises(DomainError, match="Dauerkurs"):
        create_contract(dog.customer, participant=dog, course_date=block, **terms)


def test_a_contract_that_renews_itself_keeps_its_place_beyond_what_is_paid(app):
    course = factories.running_course(starts_on=NOV, capacity=1)
    contract = factories.contract(starts_on=NOV, course=course)

    with pytest.raises(NeedsConfirmation) as question:
        factories.contract_by_hand(starts_on=date(2027, 3, 1), course=course, on=NOV)
    assert question.value.code == "full"

    terminate(contract, to=date(2027, 2, 28))
    factories.contract_by_hand(starts_on=date(2027, 3, 1), course=course, on=NOV)


# --- shifted ----------------------------------------------------------------------------------


def test_a_shift_moves_end_next_invoice_and_place_and_nothing_else(app):
    contract = factories.contract(starts_on=NOV)
    invoice = db.session.scalars(select(Invoice)).one()
    before = (invoice.number, invoice.total, invoice.version)

    shift(contract, 2)

    assert contract.starts_on == NOV
    assert (contract.ends_on, contract.next_invoice_on) == (date(2027, 1, 31), date(2027, 2, 1))
    assert place(contract).ends_on == date(2027, 1, 31)
    assert place(contract).state is EnrolmentState.ACTIVE
    assert (invoice.number, invoice.total, invoice.version) == before


def test_a_shift_stands_in_the_history_with_who_why_and_both_dates(app):
    contract = factories.contract(starts_on=NOV)

    shift(contract, 1, reason="Umbau der Halle")

    line = history(contract)["contract.shifted"]
    assert line.actor == ANNA.name
    assert line.facts == {
        "months": 1,
        "old_ends_on": "2026-11-30",
        "new_ends_on": "2026-12-31",
        "old_next_invoice_on": "2026-12-01",
        "new_next_invoice_on": "2027-01-01",
    }
    assert line.detail.facts == {"reason": "Umbau der Halle"}


def test_the_customer_is_told_of_a_shift_where_asked_for(app):
    contract = factories.contract(starts_on=NOV)

    shift(contract, 1)
    quiet = db.session.scalars(select(Message.template)).all()
    shift(contract, 1, notify=True)

    assert "contract_shifted" not in quiet
    told = db.session.scalars(select(Message).where(Message.template == "contract_shifted")).one()
    assert "31.01.2027" in told.body


def test_the_preview_says_what_the_shift_then_does(app):
    contract = factories.contract(starts_on=date(2027, 1, 31))

    plan = plan_shift(contract, 1)
    shift(contract, 1)

    assert (contract.ends_on, contract.next_invoice_on) == (plan.ends_on, plan.next_invoice_on)
    assert contract.next_invoice_on == date(2027, 3, 31)


@pytest.mark.databases("sqlite")
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    start=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    months=st.lists(st.integers(-24, 24).filter(bool), min_size=1, max_size=5),
)
def test_shifted_there_and_back_over_any_month_end_it_is_where_it_was(start, months):
    contract = Contract(
        state=ContractState.ACTIVE, billing_day=start.day, interval_months=1, starts_on=start,
        ends_on=add_months(start, 1) - DAY, next_invoice_on=add_months(start, 1),
    )  # fmt: skip
    before = (contract.ends_on, contract.next_invoice_on)

    for each in [*months, *(-each for each in reversed(months))]:
        plan = unbilled_plan(contract, each)
        contract.ends_on, contract.next_invoice_on = plan
        assert contract.is_adjacent

    assert (contract.ends_on, contract.next_invoice_on) == before


def unbilled_plan(contract, months):
    """The arithmetic of a shift, without the question what was billed already."""
    return (
        moved(contract.ends_on + DAY, months, contract.billing_day) - DAY,
        moved(contract.next_invoice_on, months, contract.billing_day),
    )


def test_a_wrong_shift_is_undone_but_never_back_into_what_was_billed(app):
    contract = factories.contract(starts_on=date(2027, 1, 31))

    shift(contract, 3)
    shift(contract, -3)

    assert (contract.ends_on, contract.next_invoice_on) == (date(2027, 2, 27), date(2027, 2, 28))
    with pytest.raises(DomainError, match=r"bis zum 27\.02\.2027 abgerechnet"):
        shift(contract, -1)


def test_a_contract_that_was_never_billed_goes_back_to_its_start_at_most(app):
    contract = factories.contract_by_hand(starts_on=DEC, on=NOV)

    shift(contract, 2)
    assert place(contract).ends_on == date(2027, 1, 31)
    shift(contract, -2)

    assert contract.next_invoice_on == DEC
    assert place(contract).ends_on == date(2026, 12, 31)
    with pytest.raises(DomainError, match="Davor geht es nicht zurück"):
        shift(contract, -1)


@pytest.mark.parametrize("months", [0, 25, -25])
def test_a_shift_by_nothing_or_by_years_is_refused(app, months):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(DomainError, match="1 bis 24 Monate oder um 1 bis 366 Tage"):
        shift(contract, months)
    for days in (14, 367, -367):
        with pytest.raises(DomainError, match="1 bis 24 Monate oder um 1 bis 366 Tage"):
            shift(contract, 1 if days == 14 else None, days=days)


def test_shifted_by_two_weeks_the_billing_day_moves_along_and_comes_back(app):
    """From the 31st: paid to 27 February, billed on the 28th; two weeks later on 14 March."""
    contract = factories.contract(starts_on=date(2027, 1, 31))

    shift(contract, None, days=14, notify=True)

    assert (contract.ends_on, contract.next_invoice_on) == (date(2027, 3, 13), date(2027, 3, 14))
    assert contract.next_period.last == date(2027, 4, 13)
    assert place(contract).ends_on == date(2027, 3, 13)
    told = db.session.scalars(select(Message).where(Message.template == "contract_shifted")).one()
    assert "um 14 Tage verschoben" in told.body
    assert history(contract)["contract.shifted_by_days"].facts["old_billing_day"] == 31
    with pytest.raises(DomainError, match="Davor geht es nicht zurück"):
        shift(contract, None, days=-15)

    shift(contract, None, days=-14)

    assert contract.next_invoice_on == date(2027, 2, 28)
    assert contract.next_period.last == date(2027, 3, 30)  # the 31st again


def test_a_shift_needs_a_reason(app):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(DomainError, match="Grund"):
        shift(contract, 1, reason="  ")
    assert contract.next_invoice_on == DEC


def test_what_is_over_is_not_shifted(app):
    contract = factories.contract(starts_on=NOV)
    end_contract(contract, reason="Umzug", on=NOV, by=ANNA)

    with pytest.raises(DomainError, match="„Beendet“ und ändert sich nicht mehr"):
        shift(contract, 1)


def test_a_shift_leaves_the_day_of_a_termination(app):
    contract = factories.contract(starts_on=NOV)
    terminate(contract, to=date(2026, 12, 31), notify=True)
    told = db.session.scalars(select(Message).where(Message.template == "contract_terminated"))
    assert "endet am 31.12.2026.\n\nBis dahin rechnen wir wie bisher ab" in told.one().body

    shift(contract, 1)

    assert contract.terminated_to == date(2026, 12, 31)
    assert bill_contract(contract, on=date(2027, 1, 1), by=ANNA) == []


def test_hundreds_are_shifted_and_each_keeps_its_day(app):
    with transaction():
        contracts = [factories.contract_by_hand(starts_on=NOV + DAY * (n % 30)) for n in range(120)]
    before = {c.id: c.next_invoice_on for c in contracts}

    for contract in contracts:
        shift(contract, 1)

    for contract in contracts:
        assert contract.next_invoice_on == add_months(before[contract.id], 1)
        assert contract.is_adjacent


# --- dates by hand ----------------------------------------------------------------------------


def change(contract, ends_on, next_invoice_on, *confirmed, **values):
    return change_contract_dates(
        contract, ends_on=ends_on, next_invoice_on=next_invoice_on,
        confirmed=frozenset(confirmed), on=NOV, by=ANNA, **values,
    )  # fmt: skip


def test_adjacent_dates_are_changed_without_a_question(app):
    contract = factories.contract(starts_on=NOV)

    change(contract, date(2026, 12, 14), date(2026, 12, 15))

    assert contract.billing_day == 15
    assert place(contract).ends_on == date(2026, 12, 14)


def test_the_next_invoice_follows_the_end_unless_told_otherwise(app):
    contract = factories.contract(starts_on=NOV)

    change(contract, date(2026, 12, 14), None)

    assert contract.next_invoice_on == date(2026, 12, 15)
    assert contract.billing_day == 15


@pytest.mark.parametrize(
    ("code", "ends_on", "next_invoice_on"),
    [
        ("gap", date(2026, 11, 30), date(2027, 1, 1)),
        ("overlap", date(2026, 12, 31), date(2026, 12, 1)),
    ],
)
def test_a_gap_or_overlap_is_asked_about_and_kept_when_confirmed(
    app, code, ends_on, next_invoice_on
):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(NeedsConfirmation) as question:
        change(contract, ends_on, next_invoice_on)
    assert question.value.code == code
    [fix] = question.value.details
    assert f"Lückenlos wäre der {ends_on + timedelta(1):%d.%m.%Y}" in fix
    assert contract.is_adjacent

    change(contract, ends_on, next_invoice_on, code)
    assert (contract.ends_on, contract.next_invoice_on) == (ends_on, next_invoice_on)


def test_nobody_is_billed_twice_by_changed_dates(app):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(DomainError, match="abgerechnet"):
        change(contract, date(2026, 11, 30), date(2026, 11, 15), "overlap")
    with pytest.raises(DomainError, match="abgerechnet"):
        change(contract, date(2026, 11, 15), date(2026, 12, 1), "gap")


def test_a_month_end_keeps_its_anchor_when_dates_change(app):
    contract = factories.contract(starts_on=date(2027, 1, 31))

    change(contract, date(2027, 4, 29), date(2027, 4, 30))

    assert contract.billing_day == 31
    assert contract.next_period.last == date(2027, 5, 30)


# --- terminated and ended ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minimum", "notice", "received", "end"),
    [
        (0, 1, date(2027, 1, 31), date(2027, 2, 28)),
        (0, 1, date(2027, 3, 15), date(2027, 4, 15)),
        (12, 1, date(2027, 1, 15), date(2027, 10, 31)),
        (12, 1, date(2027, 10, 20), date(2027, 11, 20)),
        (0, 0, date(2027, 3, 15), date(2027, 3, 15)),
    ],
)
def test_the_minimum_term_beats_the_notice_and_after_it_the_notice_is_enough(
    app, minimum, notice, received, end
):
    contract = factories.contract_by_hand(
        starts_on=NOV, minimum_months=minimum, notice_months=notice
    )

    assert earliest_end(contract, received) == end


def test_a_termination_goes_to_the_earliest_day_unless_told_otherwise(app):
    contract = factories.contract(starts_on=NOV)

    terminate(contract, reason="Der Hund ist alt")

    assert contract.state is ContractState.TERMINATED
    assert contract.terminated_to == DEC
    assert history(contract)["contract.terminated"].facts["terminated_to"] == "2026-12-01"


def test_an_earlier_day_and_one_that_is_paid_for_are_asked_about(app):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(NeedsConfirmation) as early:
        terminate(contract, to=date(2026, 11, 15))
    with pytest.raises(NeedsConfirmation) as billed:
        terminate(contract, to=date(2026, 11, 15), confirmed=frozenset({"early"}))
    terminate(contract, to=date(2026, 11, 15), confirmed=frozenset({"early", "billed"}))

    assert (early.value.code, billed.value.code) == ("early", "billed")
    assert contract.terminated_to == date(2026, 11, 15)
    assert place(contract).ends_on == date(2026, 11, 30)


def test_a_termination_of_tomorrow_or_before_the_start_is_refused(app):
    contract = factories.contract(starts_on=NOV)

    with pytest.raises(DomainError, match="liegt in der Zukunft"):
        terminate(contract, received_on=NOV + DAY)
    with pytest.raises(DomainError, match="vor seinem Beginn"):
        terminate(contract, to=date(2026, 10, 30))
    assert contract.state is ContractState.ACTIVE


def test_a_termination_taken_back_leaves_no_trace_but_in_the_history(app):
    contract = factories.contract(starts_on=NOV)
    terminate(contract)

    resume_contract(contract, on=NOV, by=ANNA)

    assert contract.state is ContractState.ACTIVE
    assert contract.terminated_to is None
    assert len(bill_contract(contract, on=date(2027, 1, 1), by=ANNA)) == 2
    with pytest.raises(DomainError, match="nicht gekündigt"):
        resume_contract(contract, on=NOV, by=ANNA)


def test_after_a_last_part_of_a_period_a_termination_stays(app):
    contract = factories.contract(starts_on=NOV)
    terminate(contract, to=date(2026, 12, 15))
    bill_contract(contract, on=DEC, by=ANNA)

    with pytest.raises(DomainError, match="anteilig abgerechnet"):
        resume_contract(contract, on=DEC, by=ANNA)


def test_an_ended_contract_makes_no_invoices_and_keeps_those_it_made(app):
    contract = factories.contract(starts_on=NOV)

    end_contract(contract, reason="Umzug", on=NOV, by=ANNA)

    assert contract.state is ContractState.ENDED
    assert bill_contract(contract, on=date(2027, 6, 1), by=ANNA) == []
    assert db.session.scalars(select(Invoice)).one().open_amount == Decimal("49.00")
    assert place(contract).ends_on == date(2026, 11, 30)
    with pytest.raises(IllegalTransition):
        end_contract(contract, reason="Umzug", on=NOV, by=ANNA)


def test_the_place_can_end_with_the_contract(app):
    running = factories.contract(starts_on=NOV)
    future = factories.contract(starts_on=DEC)

    for contract in (running, future):
        end_contract(contract, reason="Umzug", keep_place=False, on=date(2026, 11, 10), by=ANNA)

    assert place(running).ends_on == date(2026, 11, 10)
    assert place(future).state is EnrolmentState.REMOVED


def test_a_locked_customer_gets_no_contract(app):
    customer = factories.customer()
    with transaction():
        customer.move_to(CustomerState.LOCKED)

    with pytest.raises(DomainError, match="gesperrt"):
        factories.contract_by_hand(customer)
