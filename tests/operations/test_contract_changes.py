"""Contracts rest, get another price, move to another course; each while they are billed too."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.jobs import run_job
from kutego.models import Contract, Enrolment, EnrolmentState, Invoice, Message, PriceStep
from kutego.operations.billing import bill_contract, bill_period_again
from kutego.operations.cancellations import cancel_positions
from kutego.operations.closures import close_business, plan_closure
from kutego.operations.contract_moves import move_contract
from kutego.operations.contract_prices import change_contract_price, withdraw_price
from kutego.operations.contracts import shift_contract
from kutego.operations.pauses import pause_contract, plan_pause, withdraw_pause
from kutego.operations.places import taken_places
from kutego.operations.runs import work_run
from kutego.operations.terminations import (
    earliest_end,
    end_contract,
    explain_end,
    terminate_contract,
)
from kutego.periods import DAY
from tests import factories
from tests.factories import ANNA
from tests.racing import in_threads

NOV, DEC, JAN = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


def day(text):
    return date.fromisoformat(text)


def pause(contract, first, last=None, on=NOV, **values):
    return pause_contract(
        contract, first=day(first), last=last and day(last), on=on, by=ANNA,
        **{"reason": "Reise"} | values,
    )  # fmt: skip


def reprice(contract, valid_from, step, value, on=NOV, **values):
    return change_contract_price(
        contract, valid_from=valid_from, step=step, value=Decimal(value), on=on, by=ANNA, **values
    )


def move(contract, course, moves_on, on=NOV, **values):
    return move_contract(contract, course_date=course, moves_on=moves_on, on=on, by=ANNA, **values)


def bill(contract, on):
    with clock.at(clock.noon(on)):
        return bill_contract(contract, on=on, by=ANNA)


def places(contract):
    query = select(Enrolment).where(Enrolment.contract_id == contract.id).order_by(Enrolment.id)
    return list(db.session.scalars(query))


# --- pauses -----------------------------------------------------------------------------------


def test_a_pause_that_cannot_be_is_refused(app):
    contract = factories.contract(starts_on=NOV)
    pause(contract, "2026-11-20", "2026-11-25")
    ended = factories.contract(starts_on=NOV)
    end_contract(ended, reason="Umzug", on=NOV, by=ANNA)
    terminated = factories.contract(starts_on=NOV)
    terminate_contract(terminated, received_on=NOV, on=NOV, by=ANNA)

    for which, first, last, values, sentence in (
        (contract, "2026-12-02", "2026-12-01", {}, "vor ihrem Beginn"),
        (contract, "2026-12-02", None, {}, "entweder"),
        (contract, "2026-12-02", "2026-12-03", {"periods": 1}, "entweder"),
        (contract, "2026-12-02", None, {"periods": 1}, "ab der nächsten Rechnung am 07.12.2026"),
        (contract, "2026-12-07", None, {"periods": 25}, "1 bis 24"),
        (contract, "2026-11-25", "2026-12-01", {}, "ruht schon vom 20.11.2026 bis 25.11.2026"),
        (contract, "2026-12-01", "2027-12-02", {}, "höchstens ein Jahr"),
        (contract, "2026-10-31", "2026-11-02", {}, "nach dem Vertragsbeginn"),
        (contract, "2026-11-02", "2026-11-03", {"on": day("2027-03-01")}, "drei Monate zurück"),
        (contract, "2026-12-01", "2026-12-02", {"reason": " "}, "Grund"),
        (ended, "2026-11-10", "2026-11-12", {}, "ändert sich nicht mehr"),
        (terminated, "2026-12-02", "2026-12-03", {}, "endet am 01.12.2026, vor dieser Pause"),
    ):
        with pytest.raises(DomainError, match=sentence):
            pause(which, first, last, **values)


def test_paid_days_come_after_the_pause_and_taking_it_back_restores_every_date(app):
    contract = factories.contract(starts_on=NOV)

    fortnight = pause(contract, "2026-11-10", "2026-11-23", notify=True)

    assert (contract.ends_on, contract.next_invoice_on) == (day("2026-12-14"), day("2026-12-15"))
    assert contract.billing_day == 15
    assert places(contract)[0].ends_on == day("2026-12-14")
    assert db.session.scalars(select(Message.body).where(Message.template == "contract_paused")
                              ).one().count("10.11.2026 bis 23.11.2026") == 1  # fmt: skip

    withdraw_pause(fortnight, on=NOV, by=ANNA)

    assert (contract.ends_on, contract.next_invoice_on) == (day("2026-11-30"), DEC)
    assert contract.billing_day == 1
    with pytest.raises(DomainError, match="schon zurückgenommen"):
        withdraw_pause(fortnight, on=NOV, by=ANNA)

    # 11 of its 21 days are paid: they follow the 10 December
    across = pause(contract, "2026-11-20", "2026-12-10")
    assert (contract.ends_on, contract.next_invoice_on) == (day("2026-12-21"), day("2026-12-22"))
    [invoice] = bill(contract, day("2026-12-22"))
    assert invoice.total == Decimal("49.00")
    assert contract.ends_on == day("2027-01-21")
    with pytest.raises(DomainError, match="Seit der Pause"):
        withdraw_pause(across, on=day("2026-12-22"), by=ANNA)


def test_a_pause_ahead_is_left_out_when_its_time_comes(app):
    kept = factories.contract(starts_on=NOV)
    course = factories.running_course(starts_on=NOV, title="Agility")
    free = factories.contract(starts_on=NOV, course=course)
    within = factories.contract(starts_on=NOV)
    pause(kept, "2027-02-01", "2027-02-28")
    pause(free, "2027-02-01", "2027-02-28", keep_place=False)
    pause(within, "2027-02-10", "2027-02-23")
    assert kept.next_invoice_on == free.next_invoice_on == within.next_invoice_on == DEC

    for contract, until in ((kept, "2027-02-28"), (free, "2027-01-31"), (within, "2027-01-31")):
        assert len(bill(contract, day("2027-01-31"))) == 2
        assert contract.ends_on == day(until)
        assert contract.is_adjacent
    assert kept.next_invoice_on == free.next_invoice_on == day("2027-03-01")
    assert [taken_places(course, day(d)) for d in ("2027-01-31", "2027-02-15", "2027-03-01")] == [
        1, 0, 1,
    ]  # fmt: skip

    bill(within, day("2027-02-01"))
    assert (within.ends_on, within.next_invoice_on) == (day("2027-03-14"), day("2027-03-15"))
    assert within.billing_day == 15
    assert [i.total for i in bill(kept, day("2027-03-01"))] == [Decimal("49.00")]
    assert kept.ends_on == day("2027-03-31")


def test_the_business_closes_and_who_rests_already_rests_only_on_the_other_days(app):
    """Closed from 10 to 23 December: Anna is away until the 15th, Ben begins on the 20th."""
    away, elsewhere = (
        factories.contract(starts_on=NOV),
        factories.membership(factories.customer(), starts_on=NOV).contract,
    )
    comes = factories.contract_by_hand(starts_on=day("2026-12-20"), on=DEC)
    [december] = bill(away, DEC)
    bill(elsewhere, DEC)
    pause(away, "2026-12-05", "2026-12-15", on=DEC)
    assert away.ends_on == day("2027-01-11")
    petra = Actor("Petra Kuhn", factories.employee().id)
    span = {"first": day("2026-12-10"), "last": day("2026-12-23")}
    for wrong, sentence in (
        ({"last": day("2026-12-09")}, "letzte Tag liegt vor dem ersten"),
        ({"last": day("2027-12-31")}, "höchstens ein Jahr"),
        ({"first": day("2026-06-01")}, "Weiter zurück"),
        ({"reason": " "}, "Grund"),
        ({"location": factories.location()}, "nichts zu tun"),
    ):
        with pytest.raises(DomainError, match=sentence):
            close_business(**span | {"reason": "Ferien"} | wrong, on=DEC, by=petra)
    assert plan_closure(span["first"], span["last"], None, DEC).lines()[0] == (
        "3 Verträge ruhen vom 10.12.2026 bis 23.12.2026 (14 Tage) und behalten ihren Platz."
    )

    work_run(close_business(**span, reason="Ferien", notify=True, on=DEC, by=petra).id)

    for contract in (away, comes, elsewhere):
        db.session.refresh(contract)
    # eight more days, 16 to 23 December; the four from the 20th are not billed; all fourteen
    assert away.next_invoice_on == day("2027-01-20")
    assert comes.next_invoice_on == day("2026-12-24")
    assert elsewhere.next_invoice_on == day("2027-01-15")
    assert december.total == Decimal("49.00")
    assert plan_closure(span["first"], span["last"], None, DEC).ids == ()
    words = db.session.scalars(select(Message.body).where(Message.template == "contract_closed"))
    assert ["vom 10.12.2026 bis 23.12.2026 haben wir geschlossen: Ferien." in w for w in words] == [
        True, True, True,
    ]  # fmt: skip


def test_two_pauses_are_both_left_out_and_whole_periods_keep_the_31st(app):
    contract = factories.contract(starts_on=NOV)
    first = pause(contract, "2026-12-05", "2026-12-09")
    pause(contract, "2026-11-10", "2026-11-23")
    # 14 paid days after 30 November, of which the 5 of the other pause are none
    assert contract.ends_on == day("2026-12-19")
    with pytest.raises(DomainError, match="Seit der Pause"):
        withdraw_pause(first, on=NOV, by=ANNA)

    month_end = factories.contract(starts_on=day("2027-01-31"))
    assert month_end.next_invoice_on == day("2027-02-28")

    whole = pause(month_end, "2027-02-28", periods=1, on=day("2027-02-01"))

    assert (whole.first, whole.last) == (day("2027-02-28"), day("2027-03-30"))
    assert (month_end.next_invoice_on, month_end.billing_day) == (day("2027-03-31"), 31)


def test_a_termination_within_a_paused_period_pays_only_the_days_that_count(app):
    contract = factories.contract(starts_on=NOV, minimum_months=1)
    pause(contract, "2026-12-10", "2026-12-19")
    terminate_contract(contract, received_on=NOV, to=day("2026-12-25"), on=NOV, by=ANNA)

    [invoice] = bill(contract, DEC)

    assert invoice.total == Decimal("23.71")  # 15 of the 31 days that the period has without it


def test_a_pause_prolongs_the_minimum_term_only_where_that_was_agreed(app):
    contract = factories.contract(starts_on=NOV, minimum_months=3)
    pause(contract, "2026-11-10", "2026-11-16")
    assert earliest_end(contract, NOV) == day("2027-01-31")

    pause(contract, "2026-12-01", "2026-12-14", extend_term=True)

    assert earliest_end(contract, NOV) == day("2027-02-14")
    assert explain_end(contract, NOV) == [
        "Die Mindestlaufzeit von 3 Monaten endet am 14.02.2027.",
        "Die Frist von 1 Monat ab dem Eingang am 01.11.2026 endet am 01.12.2026.",
        "Der frühestmögliche Termin ist der 14.02.2027.",
    ]


# --- prices -----------------------------------------------------------------------------------


def test_a_price_that_cannot_be_is_refused(app):
    contract = factories.contract(starts_on=NOV)
    reprice(contract, JAN, PriceStep.PRICE, "52.00")
    ended = factories.contract(starts_on=NOV)
    end_contract(ended, reason="Umzug", on=NOV, by=ANNA)
    terminated = factories.contract(starts_on=NOV)
    terminate_contract(terminated, received_on=NOV, on=NOV, by=ANNA)

    for which, valid_from, step, value, sentence in (
        (contract, day("2026-10-31"), PriceStep.PRICE, "50.00", "frühestens ab heute"),
        (contract, JAN, PriceStep.PRICE, "50.00", "schon ein neuer Preis"),
        (contract, DEC, PriceStep.PRICE, "49.00", "Preis ist schon 49,00"),
        (contract, DEC, PriceStep.AMOUNT, "-49.01", "läge bei -0,01"),
        (contract, DEC, PriceStep.PERCENT, "-101.00", "läge bei -0,49"),
        (contract, DEC, PriceStep.PERCENT, "NaN", "Bitte eine Zahl"),
        (contract, DEC, PriceStep.PRICE, "0.001", "Bitte eine Zahl"),
        (ended, DEC, PriceStep.PRICE, "50.00", "ändert sich nicht mehr"),
        (terminated, JAN, PriceStep.PRICE, "50.00", "bevor der neue Preis gilt"),
    ):
        with pytest.raises(DomainError, match=sentence):
            reprice(which, valid_from, step, value)


def test_a_new_price_holds_from_the_first_period_that_begins_then(app):
    contract = factories.contract(starts_on=NOV)
    change = reprice(contract, day("2026-12-15"), PriceStep.PERCENT, "5.00", notify=True)
    later = reprice(contract, day("2027-03-01"), PriceStep.AMOUNT, "1.00")
    assert (change.old_price, change.price) == (Decimal("49.00"), Decimal("51.45"))
    assert later.price == Decimal("52.45")
    mail = db.session.scalars(select(Message).where(Message.template == "contract_price")).one()
    assert "51,45\u00a0€ statt bisher 49,00\u00a0€" in mail.body
    assert "am 01.01.2027 beginnt" in mail.body
    with pytest.raises(DomainError, match="spätere"):
        withdraw_price(change, on=NOV, by=ANNA)

    december, january = bill(contract, JAN)

    assert (december.total, january.total) == (Decimal("49.00"), Decimal("51.45"))
    assert contract.price == Decimal("51.45")
    with pytest.raises(DomainError, match="gilt schon"):
        withdraw_price(change, on=JAN, by=ANNA)
    withdraw_price(later, on=JAN, by=ANNA)
    with clock.at(clock.noon(JAN)):
        cancel_positions(december, reason="Falsch", on=JAN, by=ANNA)
        again = bill_period_again(contract, period=contract.periods[1], on=JAN, by=ANNA)
    assert again.total == Decimal("49.00")
    assert [i.total for i in bill(contract, day("2027-03-01"))] == [Decimal("51.45")] * 2


# --- another course ---------------------------------------------------------------------------


def test_a_move_that_cannot_be_is_refused(app):
    contract = factories.contract(starts_on=NOV)
    other = factories.running_course(starts_on=NOV, title="Agility", capacity=1)
    factories.contract(starts_on=NOV, course=other)

    member = factories.membership(of=factories.customer(), starts_on=NOV).contract

    for which, course, on, sentence in (
        (contract, factories.course_date(), DEC, "Dauerkurs auswählen"),
        (contract, contract.course_date, DEC, "läuft schon"),
        (contract, other, day("2026-10-31"), "vor dem Vertragsbeginn"),
        (contract, other, day("2026-12-02"), "spätestens zum 01.12.2026"),
        (member, other, NOV, "an keinem Dauerkurs"),
    ):
        with pytest.raises(DomainError, match=sentence):
            move(which, course, on)
    with pytest.raises(NeedsConfirmation) as question:
        move(contract, other, DEC)
    assert question.value.code == "full"


def test_the_place_moves_and_the_billing_goes_on_in_the_new_course(app):
    contract = factories.contract(starts_on=NOV)
    old, new = contract.course_date, factories.running_course(starts_on=NOV, title="Agility")
    term = factories.term_template(name="Vierteljährlich", price=Decimal("130.00"),
                                   interval_months=3)  # fmt: skip

    move(contract, new, day("2026-11-15"), notify=True)
    move(contract, old, DEC, on=day("2026-11-20"))
    move(contract, new, DEC, on=DEC, term_template=term)

    first, second, third, fourth = places(contract)
    assert (first.ends_on, second.ends_on) == (day("2026-11-14"), day("2026-11-30"))
    assert third.state is EnrolmentState.REMOVED
    assert (fourth.course_date, fourth.starts_on) == (new, DEC)

    [quarter] = bill(contract, DEC)

    assert quarter.total == Decimal("130.00")
    assert quarter.current.positions[0].text == "Agility (Vierteljährlich)"
    assert (contract.ends_on, fourth.ends_on) == (day("2027-02-28"), day("2027-02-28"))
    assert (first.ends_on, second.ends_on) == (day("2026-11-14"), day("2026-11-30"))
    assert [taken_places(new, day(d)) for d in ("2026-11-14", "2026-11-20", "2026-12-01")] == [
        0, 1, 1,
    ]  # fmt: skip
    assert taken_places(old, DEC) == 0


# --- while they are billed --------------------------------------------------------------------


def test_paused_repriced_moved_and_shifted_while_they_are_billed_nothing_is_doubled(app):
    course = factories.running_course(starts_on=NOV, title="Agility")
    paused, repriced, moved, shifted = (factories.contract(starts_on=NOV) for _each in range(4))
    ids = [paused.id, repriced.id, moved.id, shifted.id]
    course_id = course.id

    def of(number):
        return db.session.get_one(Contract, ids[number])

    given = {"on": DEC, "by": ANNA}
    with clock.at(clock.noon(DEC)):
        results = in_threads(
            app,
            lambda: run_job("bill_contracts", DEC),
            lambda: run_job("bill_contracts", DEC),
            lambda: pause_contract(of(0), first=day("2026-12-10"), last=day("2026-12-23"),
                                   reason="Reise", **given),
            lambda: change_contract_price(of(1), valid_from=DEC, step=PriceStep.PRICE,
                                          value=Decimal("52.00"), **given),
            lambda: move_contract(of(2), course_date=db.session.get_one(type(course), course_id),
                                  moves_on=DEC, **given),
            lambda: shift_contract(of(3), months=1, reason="Reise", **given),
        )  # fmt: skip

    assert not [r for r in results if isinstance(r, Exception) or getattr(r, "failed", 0)], results
    db.session.rollback()  # to see what the others wrote
    invoices = db.session.scalars(select(Invoice).where(Invoice.issued_on == DEC)).all()
    # who is shifted first is billed a month later, who is billed first is shifted after that
    is_billed = ids[3] in [i.contract_id for i in invoices]
    assert sorted(i.contract_id for i in invoices) == ids[: 4 if is_billed else 3]
    assert of(3).next_invoice_on == (day("2027-02-01") if is_billed else JAN)
    assert of(3).ends_on + DAY == of(3).next_invoice_on == places(of(3))[0].ends_on + DAY
    assert (of(0).ends_on, of(0).next_invoice_on) == (day("2027-01-14"), day("2027-01-15"))
    totals = {i.contract_id: i.total for i in invoices}
    assert totals[ids[1]] in (Decimal("49.00"), Decimal("52.00"))
    assert [i.total for i in bill(of(1), JAN)] == [Decimal("52.00")]
    active = [p for p in places(of(2)) if p.state is EnrolmentState.ACTIVE]
    assert [(p.course_date_id, p.starts_on, p.ends_on) for p in active] == [
        (course_id, DEC, day("2026-12-31"))
    ]
    assert plan_pause(of(2), first=JAN, last=JAN, on=DEC).paid == 0
