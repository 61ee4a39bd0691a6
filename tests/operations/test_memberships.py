"""Memberships and terms: how they begin, what the first invoice bills, from when they count."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Activation,
    Booking,
    Contract,
    ContractKind,
    ContractState,
    DepositKind,
    Enrolment,
    FirstInvoice,
    Invoice,
    MembershipTemplate,
    PositionKind,
    StartRule,
    TermTemplate,
    TrialEnd,
)
from kutego.operations.billing import bill_contract, due_periods
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.contract_start import plan_start
from kutego.operations.credit import deposit_credit
from kutego.operations.invoices import issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.memberships import create_membership, holder_discount
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.payments import record_payment
from kutego.operations.registration_fees import with_fees
from kutego.operations.terminations import earliest_end, resume_contract, terminate_contract
from kutego.periods import Period
from kutego.views.office.position_preview import preview
from tests import factories
from tests.factories import ANNA

MID_NOV = date(2026, 11, 15)
DEFAULTS = {
    "price": Decimal("29.00"), "interval_months": 1, "minimum_months": 0, "renews": True,
    "start_rule": StartRule.BOOKING, "first_invoice": FirstInvoice.FROM_CUT_OFF,
    "activation": Activation.AT_ONCE,
}  # fmt: skip
CUT = {"start_rule": StartRule.CUT_OFF, "cut_off_day": 1}


def template(**values):
    return factories.membership_template(**values)


def by_hand(kind, of=None, *, starts_on=MID_NOV, **values):
    return create_membership(
        of or factories.customer(), membership_template=kind, starts_on=starts_on,
        on=values.pop("on", starts_on), by=ANNA, **values,
    )  # fmt: skip


def bill(contract, on):
    with clock.at(clock.noon(on)):
        return bill_contract(contract, on=on, by=ANNA)


# --- what a template refuses ------------------------------------------------------------------


REFUSED = [
    ({"minimum_months": 25}, "höchstens 24 Monate"),
    ({"minimum_months": -1}, "höchstens 24 Monate"),
    ({"notice_months": 2}, "höchstens 1 Monat"),
    ({"renews": False}, "Ohne Verlängerung"),
    ({"interval_months": 0}, "1 bis 24 Monate"),
    ({"interval_weeks": 0}, "1 bis 52 Wochen"),
    ({"interval_weeks": 4, "interval_months": 2}, "nicht beides"),
    ({"start_rule": StartRule.CUT_OFF}, "ein Tag von 1 bis 31"),
    ({"start_rule": StartRule.CUT_OFF, "cut_off_day": 32}, "ein Tag von 1 bis 31"),
    ({**CUT, "cut_off_month": 13}, "zwischen 1 und 12"),
    ({**CUT, "cut_off_month": 1, "interval_months": 5}, "1, 2, 3, 4, 6 oder 12"),
    ({**CUT, "interval_weeks": 2}, "Zeitraum in Monaten"),
    ({"cut_off_day": 1}, "Am festen Stichtag"),
    ({"registration_fee": Decimal("-1.00")}, "nicht negativ"),
]


def test_a_template_refuses_what_binds_nobody_or_cannot_be(app):
    for model in (TermTemplate, MembershipTemplate):
        for values, sentence in REFUSED:
            with pytest.raises(DomainError, match=sentence):
                save_record(model(), {"name": "X", "price": Decimal("10.00"), **values}, by=ANNA)


REFUSED_TRIALS = [
    ({"activation": Activation.TRIAL}, "1 bis 92 Tage"),
    ({"activation": Activation.TRIAL, "trial_days": 93}, "1 bis 92 Tage"),
    ({"trial_days": 14}, "Probe-Mitgliedschaft"),
    ({"activation": Activation.TRIAL, "trial_days": 14, **CUT}, "am Tag danach"),
    ({"holder_discount": Decimal("100.01")}, "zwischen 0 und 100"),
]


def test_a_membership_refuses_a_trial_that_cannot_be(app):
    for values, sentence in REFUSED_TRIALS:
        with pytest.raises(DomainError, match=sentence):
            template(**values)


def test_a_membership_is_not_sold_to_the_locked_nor_when_it_is_out_of_use(app):
    kind, old = template(), template(is_active=False)
    sold = factories.line(kind=PositionKind.MEMBERSHIP, text="Gold")

    with pytest.raises(DomainError, match="Bitte eine Mitgliedschaft"):
        factories.draft(sold)
    with pytest.raises(DomainError, match="nicht mehr angeboten"):
        by_hand(old)
    with pytest.raises(DomainError, match="gehört nicht"):
        by_hand(kind, participant=factories.participant())
    assert db.session.scalars(select(Contract)).all() == []


# --- the first period -------------------------------------------------------------------------


FIRST_PERIODS = [
    ({}, MID_NOV, ("2026-11-15", "2026-12-14"), "29.00", "2026-12-15", 15),
    ({}, date(2027, 1, 31), ("2027-01-31", "2027-02-27"), "29.00", "2027-02-28", 31),
    ({"interval_weeks": 4}, date(2028, 2, 14), ("2028-02-14", "2028-03-12"), "29.00",
     "2028-03-13", 14),
    # with a cut-off day: on the day itself it is a whole interval whatever the mode
    ({**CUT, "first_invoice": FirstInvoice.PRO_RATA}, date(2026, 12, 1),
     ("2026-12-01", "2026-12-31"), "29.00", "2027-01-01", 1),
    (CUT, MID_NOV, ("2026-12-01", "2026-12-31"), "29.00", "2027-01-01", 1),
    ({**CUT, "first_invoice": FirstInvoice.RETROACTIVE}, MID_NOV,
     ("2026-11-01", "2026-11-30"), "29.00", "2026-12-01", 1),
    # 16 of 30 days: 29.00 × 16 / 30 = 15.466…
    ({**CUT, "first_invoice": FirstInvoice.PRO_RATA}, MID_NOV,
     ("2026-11-15", "2026-11-30"), "15.47", "2026-12-01", 1),
    # the 31st is the last day of the month: 10 Feb to 28 Feb excluded, 18 of 28 days
    ({**CUT, "cut_off_day": 31, "first_invoice": FirstInvoice.PRO_RATA}, date(2027, 2, 10),
     ("2027-02-10", "2027-02-27"), "18.64", "2027-02-28", 31),
    # a year from 1 January: 47 of 365 days; in the leap year 2028 29 Feb counts: 307 of 366
    ({**CUT, "interval_months": 12, "cut_off_month": 1, "first_invoice": FirstInvoice.PRO_RATA},
     MID_NOV, ("2026-11-15", "2026-12-31"), "3.73", "2027-01-01", 1),
    ({**CUT, "interval_months": 12, "cut_off_month": 1, "first_invoice": FirstInvoice.PRO_RATA},
     date(2028, 2, 29), ("2028-02-29", "2028-12-31"), "24.33", "2029-01-01", 1),
    ({**CUT, "interval_months": 3, "cut_off_month": 2,
      "first_invoice": FirstInvoice.RETROACTIVE},
     date(2026, 10, 31), ("2026-08-01", "2026-10-31"), "29.00", "2026-11-01", 1),
    # three months, a cut-off in every month: 16 of the 91 days from 1 Sep to 30 Nov
    ({**CUT, "interval_months": 3, "first_invoice": FirstInvoice.PRO_RATA}, MID_NOV,
     ("2026-11-15", "2026-11-30"), "5.10", "2026-12-01", 1),
]  # fmt: skip


def test_the_first_period_and_its_price():
    for terms, booked, first, price, next_on, day in FIRST_PERIODS:
        kind = MembershipTemplate(**{**DEFAULTS, **terms})

        start = plan_start(kind, kind.price, booked)

        assert start.first == Period(*map(date.fromisoformat, first)), (terms, booked)
        assert start.price == Decimal(price), (terms, booked)
        assert start.first.last + timedelta(days=1) == date.fromisoformat(next_on)
        assert start.billing_day == day


def test_a_membership_is_sold_pro_rata_and_goes_on_in_full(app):
    invoice = factories.membership(
        starts_on=MID_NOV, first_invoice=FirstInvoice.PRO_RATA, registration_fee=Decimal("10.00"),
        **CUT,
    )  # fmt: skip
    contract = invoice.contract

    assert contract.kind is ContractKind.MEMBERSHIP
    assert contract.state is ContractState.ACTIVE
    assert contract.active_from == MID_NOV
    assert invoice.total == Decimal("15.47")
    position = invoice.current.positions[0]
    assert position.text == "Gold (anteilig 16 von 30 Tagen)"
    assert (position.period_first, position.period_last) == (MID_NOV, date(2026, 11, 30))
    assert bill(contract, date(2026, 11, 30)) == []

    [december] = bill(contract, date(2026, 12, 1))

    assert december.total == Decimal("29.00")
    assert december.current.positions[0].kind is PositionKind.MEMBERSHIP
    assert contract.next_invoice_on == date(2027, 1, 1)


def test_before_it_is_issued_or_accepted_everybody_reads_what_the_first_period_costs(app):
    """29.00 × 16 / 30 = 15.466…, a tenth off 13.92; what is not fixed yet is offered as a whole."""
    kind = template(first_invoice=FirstInvoice.PRO_RATA, **CUT)
    trial = template(activation=Activation.TRIAL, trial_days=14, trial_end=TrialEnd.ENDS)
    anna = factories.customer()

    def sold(of, **values):
        return factories.line("29.00", kind=PositionKind.MEMBERSHIP, text="Gold",
                              membership_template_id=of.id, **values)  # fmt: skip

    begins = sold(kind, starts_on=MID_NOV, discount_percent=Decimal("10.00"))
    free = sold(trial)
    shown = preview(anna, [begins, free], is_strict=False, on=MID_NOV)
    assert shown.amounts == (Decimal("13.92"), Decimal("0.00"))
    assert shown.first == (
        "„Gold“: zuerst 15.11.2026 bis 30.11.2026 (anteilig 16 von 30 Tagen). "
        "Ab dem 01.12.2026 26,10\xa0€ jeden Monat.",
        "„Gold“: zuerst 15.11.2026 bis 28.11.2026 (Probezeit bis 28.11.2026). "
        "Danach endet der Vertrag von selbst.",
    )
    made = factories.draft(begins, of=anna, on=MID_NOV)
    assert made.total == shown.total == Decimal("13.92")
    with clock.at(clock.noon(MID_NOV)):
        assert issue_invoice(made, on=MID_NOV, by=ANNA).total == Decimal("13.92")
        # nothing is to be paid: no invoice over 0.00 €, but a booking
        tried = issue_invoice(factories.draft(free, of=anna, on=MID_NOV), on=MID_NOV, by=ANNA)
        assert isinstance(tried, Booking)

    fixed = factories.offer(begins, of=anna, on=date(2026, 11, 10))
    assert fixed.total == Decimal("13.92")
    assert "15.11.2026 bis 30.11.2026" in fixed.versions[-1].snapshot["positions"][0]["detail"]
    later = factories.offer(sold(kind), of=anna, on=date(2026, 11, 10))
    assert later.total == Decimal("29.00")
    costly = template(registration_fee=Decimal("15.00"))
    told = preview(anna, with_fees([sold(costly)]), is_strict=False, on=MID_NOV)
    assert told.total == Decimal("44.00")
    assert told.first[0].endswith(" Einmalig dazu die Aufnahmegebühr von 15,00\xa0€.")
    asked = preview(anna, [sold(kind)], is_offer=True, on=MID_NOV)
    assert (asked.total, asked.first[0][:41]) == (
        Decimal("29.00"), "Wird das Angebot heute angenommen: „Gold“"
    )  # fmt: skip
    for offer, total in ((fixed, "13.92"), (later, "15.47")):
        with clock.at(clock.noon(MID_NOV)):
            agreed = {kind: text.id for kind, text in consent_texts(MID_NOV).items()}
            accept_offer(offer, version=1, consents=agreed, on=MID_NOV)
        invoices = select(Invoice.total).where(Invoice.offer_id == offer.id)
        assert db.session.scalars(invoices).all() == [Decimal(total)]


def test_by_hand_the_first_invoice_is_pro_rata_too_with_the_registration_fee_once(app):
    kind = template(first_invoice=FirstInvoice.PRO_RATA, registration_fee=Decimal("10.00"), **CUT)
    contract = by_hand(kind)

    first, second = bill(contract, date(2026, 12, 1))

    assert (first.total, second.total) == (Decimal("25.47"), Decimal("29.00"))
    assert [p.text for p in first.current.positions] == ["Gold", "Aufnahmegebühr"]
    assert [(p.first, p.last) for p in contract.periods] == [
        (MID_NOV, date(2026, 11, 30)), (date(2026, 12, 1), date(2026, 12, 31)),
    ]  # fmt: skip


def test_a_course_contract_begins_with_its_cut_off_day_and_so_does_the_place(app):
    course = factories.running_course(starts_on=date(2026, 1, 1))
    contract = factories.contract(starts_on=MID_NOV, course=course, **CUT)

    place = db.session.scalars(select(Enrolment)).one()
    assert contract.starts_on == place.starts_on == date(2026, 12, 1)
    assert contract.ends_on == place.ends_on == date(2026, 12, 31)


def test_weeks_are_billed_as_weeks_over_the_leap_day(app):
    contract = by_hand(template(interval_weeks=2), starts_on=date(2028, 2, 14))

    assert due_periods(contract, date(2028, 3, 13)) == [
        Period(date(2028, 2, 14), date(2028, 2, 27)),
        Period(date(2028, 2, 28), date(2028, 3, 12)),
        Period(date(2028, 3, 13), date(2028, 3, 26)),
    ]
    assert len(bill(contract, date(2028, 3, 13))) == 3
    assert contract.is_adjacent
    assert contract.next_invoice_on == date(2028, 3, 27)


# --- from when it counts ----------------------------------------------------------------------


def test_at_once_or_with_the_period(app):
    at_once = factories.membership(starts_on=MID_NOV, **CUT).contract
    with_period = factories.membership(
        starts_on=MID_NOV, activation=Activation.WITH_PERIOD, **CUT
    ).contract

    assert at_once.active_from == MID_NOV
    assert with_period.active_from == date(2026, 12, 1)


def test_one_that_waits_for_its_payment_is_billed_no_further_until_the_last_cent_came(app):
    invoice = factories.membership(starts_on=MID_NOV, activation=Activation.ON_PAYMENT)
    contract = invoice.contract
    assert contract.state is ContractState.PENDING
    assert contract.active_from is None
    assert bill(contract, date(2027, 1, 15)) == []

    paid = {"paid_on": date(2026, 11, 20), "on": date(2026, 11, 20), "by": ANNA}
    with clock.at(clock.noon(date(2026, 11, 20))):
        record_payment(invoice, amount=Decimal("28.99"), **paid)
        assert contract.state is ContractState.PENDING
        record_payment(invoice, amount=Decimal("0.01"), **paid)

    assert contract.state is ContractState.ACTIVE
    assert contract.active_from == date(2026, 11, 20)
    assert [i.total for i in bill(contract, date(2026, 12, 15))] == [Decimal("29.00")]


def test_credit_pays_it_too_and_what_is_free_need_not_wait(app):
    rich = factories.customer()
    deposit_credit(
        rich,
        amount=Decimal("50.00"),
        kind=DepositKind.ON_SITE,
        received_on=MID_NOV,
        on=MID_NOV,
        by=ANNA,
    )
    kind = template(activation=Activation.ON_PAYMENT)

    assert by_hand(kind, rich).state is ContractState.ACTIVE
    assert by_hand(kind, discount_percent=Decimal("100.00")).state is ContractState.ACTIVE
    waiting = by_hand(kind)
    assert waiting.state is ContractState.PENDING
    assert db.session.scalars(select(Invoice).where(Invoice.contract_id == waiting.id)).one()


def test_a_trial_goes_over_into_the_membership_or_ends(app):
    trial = {"activation": Activation.TRIAL, "trial_days": 14, "minimum_months": 12}
    goes_on = by_hand(template(**trial))
    ends = by_hand(template(**trial, trial_price=Decimal("5.00"), trial_end=TrialEnd.ENDS))
    sunday = date(2026, 11, 28)
    assert goes_on.trial_until == ends.trial_until == sunday

    assert [s.total for s in bill(ends, date(2027, 1, 31))] == [Decimal("5.00")]
    assert ends.state is ContractState.ENDED
    first, *later = bill(goes_on, date(2026, 12, 29))
    assert first.total == 0
    assert [s.total for s in later] == [Decimal("29.00"), Decimal("29.00")]
    assert goes_on.next_invoice_on == date(2027, 1, 29)

    # within the trial it can be left with the trial, after it the minimum term counts from there
    assert earliest_end(goes_on, sunday) == sunday
    assert earliest_end(goes_on, sunday + timedelta(days=1)) == date(2027, 11, 28)


def test_a_contract_that_does_not_renew_ends_by_itself(app):
    contract = by_hand(template(renews=False, minimum_months=2))
    assert contract.terminated_to == date(2027, 1, 14)

    terminate_contract(contract, received_on=MID_NOV, on=MID_NOV, by=ANNA)
    resume_contract(contract, on=MID_NOV, by=ANNA)

    assert contract.terminated_to == date(2027, 1, 14)
    assert len(bill(contract, date(2027, 6, 1))) == 2
    assert contract.state is ContractState.ENDED


# --- what holders get, and what goes with the invoice -----------------------------------------


def test_holders_get_the_best_discount_while_the_membership_counts(app):
    customer = factories.customer()
    factories.membership(of=customer, starts_on=MID_NOV, holder_discount=Decimal("10.00"))
    contract = factories.membership(
        of=customer, starts_on=MID_NOV, name="Platin", holder_discount=Decimal("25.00"),
        activation=Activation.ON_PAYMENT,
    ).contract  # fmt: skip

    assert holder_discount(customer, MID_NOV - timedelta(days=1)) == 0
    assert holder_discount(customer, MID_NOV) == Decimal("10.00")
    invoice = db.session.scalars(select(Invoice).where(Invoice.contract_id == contract.id)).one()
    with clock.at(clock.noon(MID_NOV)):
        record_payment(invoice, paid_on=MID_NOV, on=MID_NOV, by=ANNA)
    assert holder_discount(customer, MID_NOV) == Decimal("25.00")
    assert holder_discount(factories.customer(), MID_NOV) == 0


def test_with_the_first_invoice_the_membership_goes_with_a_later_one_it_stays(app):
    contract = factories.membership(starts_on=MID_NOV).contract
    [later] = bill(contract, date(2026, 12, 15))
    first = contract.periods[0].invoice
    given = {"reason": "Doppelt", "on": date(2026, 12, 15), "by": ANNA}

    cancel_positions(later, **given)
    assert contract.state is ContractState.ACTIVE
    assert any("endet" in str(line) for line in plan_cancellation(first).lines())
    assert not any("läuft weiter" in str(line) for line in plan_cancellation(first).lines())
    cancel_positions(first, **given)

    assert contract.state is ContractState.ENDED
