"""A course day is called off: everybody gets the price of the day, credit or a claim (COU-13)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Attendance,
    CompensationState,
    CompensationWay,
    CourseCategory,
    CourseDay,
    CourseDayState,
    CoveredRule,
    CreditEntry,
    DayCompensation,
    Enrolment,
    EntryKind,
    Invoice,
    MakeUpClaim,
    MakeUpReason,
    Message,
    PaymentMethod,
    PositionKind,
    PriceMode,
    Receipt,
)
from kutego.operations.billing import bill_contract
from kutego.operations.booking_cancellations import cancel_booking, plan_booking_cancellation
from kutego.operations.booking_conversions import convert_booking
from kutego.operations.called_off_days import call_off_day, plan_call_off
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.day_compensations import compensate, waive_compensation
from kutego.operations.day_news import what_is_given
from kutego.operations.erasures import erase_customer
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input
from kutego.operations.make_up_days import use_claim
from kutego.operations.make_ups import grant_claim
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.payments import record_payment
from kutego.operations.runs import work_run
from kutego.operations.verification import verify
from kutego.rendering.invoice_xml import to_cii
from tests import factories
from tests.factories import ANNA, DAY, line
from tests.operations.test_cancel_days import FIRST, course_of
from tests.racing import in_threads
from tests.rendering.test_invoice_xml import assert_valid

pytestmark = pytest.mark.usefixtures("app")

GIVEN = {"on": DAY, "by": ANNA}
YES, SURE = frozenset({"call_off"}), frozenset({"cancel_contract"})
MONEY, MAKE_UP = CompensationWay.MONEY, CompensationWay.MAKE_UP


@pytest.fixture
def petra(app):
    """Whoever starts a run is an employee."""
    return Actor("Petra Kuhn", factories.employee().id)


def place_in(course, price="149.00", **values):
    """An issued invoice for a place of a new customer's dog."""
    dog = factories.participant()
    sold = line(
        price, kind=PositionKind.COURSE, text="Welpenkurs", participant_id=dog.id,
        course_date_id=course.id,
    )  # fmt: skip
    return factories.invoice(sold, of=dog.customer, **values)


def call_off(course, who, *, day=0, way=MONEY, **values):
    """Call off the first day of a course, and let the run do its work."""
    lesson = course.days[day]
    run = call_off_day(lesson, way=way, **{"confirmed": YES, "on": DAY, "by": who} | values)
    if run is not None:
        work_run(run.id)
    return run


def compensations():
    query = select(DayCompensation).order_by(DayCompensation.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def pay(invoice, amount=None):
    record_payment(invoice, amount=amount, paid_on=DAY, **GIVEN)


# --- what is refused ---------------------------------------------------------------------------


def test_it_is_asked_before_and_cannot_be_done_twice(petra):
    course = course_of(5)
    place_in(course)

    with pytest.raises(NeedsConfirmation, match="betroffene Plätze: 1"):
        call_off_day(course.days[0], way=MONEY, on=DAY, by=petra)
    call_off(course, petra)

    assert course.days[0].state is CourseDayState.CANCELLED
    with pytest.raises(DomainError, match="schon abgesagt"):
        call_off(course, petra)
    assert len(compensations()) == 1


def test_a_day_somebody_attended_is_not_called_off(petra):
    from kutego.models import AttendanceValue
    from kutego.operations.attendances import record_attendance

    course = course_of(2)
    place_in(course)
    [place] = db.session.scalars(select(Enrolment)).all()
    record_attendance(
        place.participant, course_day=course.days[0], value=AttendanceValue.ATTENDED, seen=None,
        on=FIRST, by=petra,
    )  # fmt: skip

    with pytest.raises(DomainError, match="wer teilgenommen hat"):
        call_off(course, petra)
    assert db.session.scalar(select(func.count(Attendance.id))) == 1


# --- open, paid, in between --------------------------------------------------------------------


def test_an_open_invoice_gets_a_negative_position_paid_ones_become_credit(petra):
    """149.00 / 5 = 29.80. Open: a new version over 119.20. Paid: 29.80 credit, no receipt (D-12).

    Paid 140.00 of it: 9.00 are open, so 9.00 come off and 20.80 become credit.
    """
    course = course_of(5)
    open_, paid, partly = (place_in(course) for _n in range(3))
    pay(paid)
    pay(partly, Decimal("140.00"))
    told = plan_call_off(course.days[0], way=MONEY).lines()

    call_off(course, petra, reason="Trainerin krank")

    assert told == [
        ("Bello: Position auf R-2026-00001", Decimal("29.80")),
        ("Bello: Guthaben (R-2026-00002 ist bezahlt)", Decimal("29.80")),
        ("Bello: 9,00\xa0€ auf R-2026-00003, der Rest wird Guthaben", Decimal("29.80")),
    ]
    rows = compensations()
    assert [(c.state, c.amount, c.credited) for c in rows] == [
        (CompensationState.DONE, Decimal("29.80"), Decimal("0.00")),
        (CompensationState.DONE, Decimal("29.80"), Decimal("29.80")),
        (CompensationState.DONE, Decimal("29.80"), Decimal("20.80")),
    ]
    assert (open_.version, open_.total, open_.open_amount) == (
        2, Decimal("119.20"), Decimal("119.20"),
    )  # fmt: skip
    [_course, credit] = open_.current.positions
    assert (credit.kind, credit.gross, credit.key) == (
        PositionKind.DAY_CREDIT, Decimal("-29.80"), f"p1.{course.days[0].id}",
    )  # fmt: skip
    assert (paid.version, paid.customer.credit) == (1, Decimal("29.80"))
    assert (partly.total, partly.open_amount, partly.customer.credit) == (
        Decimal("140.00"), Decimal("0.00"), Decimal("20.80"),
    )  # fmt: skip
    entries = db.session.scalars(select(CreditEntry)).all()
    assert {e.kind for e in entries} == {EntryKind.CANCELLATION}
    assert db.session.scalar(select(func.count(Receipt.id))) == 0
    mails = db.session.scalars(
        select(Message.body).where(Message.template == "course_day_called_off")
    ).all()
    assert len(mails) == 3
    assert all("Grund: Trainerin krank" in body for body in mails)
    assert any("29,80\xa0€ weniger auf Rechnung R-2026-00001" in body for body in mails)
    assert_valid(to_cii(open_.current.snapshot))
    assert list(verify()) == []


def test_each_may_get_something_else_and_all_of_it_once(petra):
    """A claim instead of money for one, nothing for another; the run repeated changes nothing."""
    course = course_of(5)
    first, second, third = (place_in(course) for _n in range(3))
    places = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    ways = {str(places[1].id): MAKE_UP, str(places[2].id): CompensationWay.NOTHING}

    call_off(course, petra, ways=ways)
    for row in compensations():
        compensate(row, **GIVEN)

    claim = db.session.scalars(select(MakeUpClaim)).one()
    assert (claim.enrolment_id, claim.reason) == (places[1].id, MakeUpReason.CALLED_OFF)
    assert [i.version for i in (first, second, third)] == [2, 1, 1]
    assert [what_is_given(c) for c in compensations()] == [
        "29,80\xa0€ weniger auf Rechnung R-2026-00001",
        "Anspruch auf einen Nachholtermin",
        "Kein Ausgleich",
    ]
    told = select(func.count(Message.id)).where(Message.template == "course_day_called_off")
    assert db.session.scalar(told) == 3
    assert list(verify()) == []


def test_what_was_given_for_a_day_is_not_taken_back_a_second_time(petra):
    """Open: the credit goes along. Paid: the position is left with the day that became credit."""
    course = course_of(5)
    open_, paid = place_in(course), place_in(course)
    pay(paid)
    call_off(course, petra)

    whole = cancel_positions(open_, reason="Krank", **GIVEN)
    plan = plan_cancellation(paid)
    cancel_positions(paid, reason="Krank", days={"p1": 2}, **GIVEN)
    rest = cancel_positions(paid, reason="Krank", **GIVEN)

    assert (whole.total, open_.is_fully_cancelled) == (Decimal("119.20"), True)
    assert plan.cancelled == Decimal("119.20")  # 149.00 less the 29.80 that are credit already
    assert (rest.total, paid.customer.credit) == (Decimal("59.60"), Decimal("149.00"))
    for cancellation in (whole, rest):
        assert_valid(to_cii(cancellation.snapshot))
    assert list(verify()) == []


def test_a_day_that_vouchers_paid_for_in_a_booking_becomes_credit_and_never_twice(petra):
    """Spec COU-13, D-04: cancelled, or made an invoice and cancelled then, 149.00 in all."""
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    course = course_of(5)
    codes = [factories.value_voucher(value=Decimal("149.00")) for _n in range(2)]
    kept, converted = [place_in(course, codes=[code.code]) for code in codes]
    [told, _other] = plan_call_off(course.days[0], way=MONEY).outlooks

    call_off(course, petra)
    plan = plan_booking_cancellation(kept)
    cancel_booking(kept, reason="Krank", **GIVEN)
    invoice = convert_booking(converted, **GIVEN)
    cancellation = cancel_positions(invoice, reason="Krank", **GIVEN)

    assert told.amount == Decimal("29.80")
    assert told.sentence.endswith(f"Guthaben ({kept} ist bezahlt)")
    assert [c.credited for c in compensations()] == [Decimal("29.80")] * 2
    assert [amount for _code, amount in plan.to_vouchers] == [Decimal("119.20")]
    assert cancellation.total == Decimal("119.20")
    assert [code.rest for code in codes] == [Decimal("119.20")] * 2
    assert {b.customer.credit for b in (kept, converted)} == {Decimal("29.80")}
    assert list(verify()) == []


def test_a_corrected_invoice_keeps_the_credit_for_the_day_and_nobody_writes_one_by_hand(petra):
    """149.00 - 29.80 for the course, and 20.00 for the leash: 139.20."""
    course = course_of(5)
    invoice = place_in(course)
    call_off(course, petra)
    lines = [replace(as_input(p), key=p.key) for p in invoice.current.positions]

    edit_invoice(invoice, positions=[*lines, line("20.00")], reason="Leine", **GIVEN)
    assert (invoice.total, len(invoice.current.positions)) == (Decimal("139.20"), 3)
    with pytest.raises(DomainError, match="wenn der Tag abgesagt wird"):
        factories.draft(line("-5.00", kind=PositionKind.DAY_CREDIT))
    whole = cancel_positions(invoice, reason="Krank", **GIVEN)
    assert whole.total == Decimal("139.20")
    assert list(verify()) == []


def test_every_day_of_a_course_called_off_takes_exactly_its_price(petra):
    """100.00 in three days: 33.33, 33.33 and 33.34."""
    course = course_of(3)
    invoice = place_in(course, "100.00")

    for day in range(3):
        call_off(course, petra, day=day)

    assert [c.amount for c in compensations()] == [
        Decimal("33.33"), Decimal("33.33"), Decimal("33.34"),
    ]  # fmt: skip
    assert (invoice.version, invoice.total, invoice.open_amount) == (
        4, Decimal("0.00"), Decimal("0.00"),
    )  # fmt: skip
    assert list(verify()) == []


def test_an_invoice_that_is_cancelled_in_part_has_the_day_cancelled_too(petra):
    course = course_of(5)
    invoice = place_in(course)
    cancel_positions(invoice, reason="Krank", days={"p1": 2}, **GIVEN)

    call_off(course, petra)

    [row] = compensations()
    assert row.cancellation_id is not None
    assert (row.amount, invoice.open_amount) == (Decimal("29.80"), Decimal("59.60"))
    assert list(verify()) == []


def test_the_period_of_a_contract_pays_for_its_days(petra):
    """Five Tuesdays in December: 49.00 / 5 = 9.80; January is not billed yet, and waits for it."""
    course = factories.running_course(starts_on=FIRST)
    for week in range(8):
        factories.course_day(course, FIRST + timedelta(weeks=week))
    contract = factories.contract(starts_on=FIRST, course=course)
    invoice = db.session.scalars(select(Invoice)).one()

    call_off(course, petra, day=1, on=FIRST)
    call_off(course, petra, day=6, on=FIRST)

    december, january = compensations()
    assert (december.amount, invoice.open_amount) == (Decimal("9.80"), Decimal("39.20"))
    assert january.state is CompensationState.OPEN
    assert "noch nicht abgerechnet" in january.note
    told = db.session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    assert "wird Ihnen gutgeschrieben, sobald der Zeitraum abgerechnet ist" in told
    bill_contract(contract, on=date(2027, 1, 1), by=ANNA)
    compensate(january, on=date(2027, 1, 1), by=ANNA)  # as the daily job does
    # 5, 12 and 19 January, of which the 12th is called off: 49.00 / 3
    assert (january.state, january.amount) == (CompensationState.DONE, Decimal("16.33"))
    assert list(verify()) == []


def test_where_nothing_was_paid_there_is_nothing_to_give(petra):
    course = course_of(5)
    dog = factories.participant()
    sold = line("149.00", kind=PositionKind.COURSE, participant_id=dog.id, course_date_id=course.id)
    factories.invoice(sold, of=dog.customer, payment_method=PaymentMethod.EXTERNAL)

    call_off(course, petra)

    [row] = compensations()
    assert (row.state, row.amount) == (CompensationState.DONE, Decimal("0.00"))
    assert "ohne Rechnung" in row.note
    mail = db.session.scalars(
        select(Message.body).where(Message.template == "course_day_called_off")
    ).one()
    assert "Ihr Ausgleich" not in mail  # that nothing was paid concerns the office alone


def test_what_waits_keeps_a_customer_until_it_is_given_or_given_up(petra):
    """Nobody is anonymised who is owed a day; once they are gone, nothing is booked for them."""
    course = factories.running_course(starts_on=FIRST)
    for week in range(8):
        factories.course_day(course, FIRST + timedelta(weeks=week))
    contract = factories.contract(starts_on=FIRST, course=course)
    call_off(course, petra, day=6, on=FIRST)
    call_off(course, petra, day=7, on=FIRST)
    waived, left = compensations()
    cancel_contract(contract, reason="Umzug", confirmed=SURE, on=FIRST, by=ANNA)

    with pytest.raises(DomainError, match="Der Ausgleich für 2 abgesagte Kurstage steht noch aus"):
        erase_customer(contract.customer, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="einen Grund"):
        waive_compensation(waived, reason=" ", **GIVEN)
    waive_compensation(waived, reason="So besprochen", **GIVEN)
    with pytest.raises(DomainError, match="Der Ausgleich für einen abgesagten Kurstag"):
        erase_customer(contract.customer, on=DAY, by=ANNA)
    compensate(left, **GIVEN)

    assert "wird nicht mehr abgerechnet" in left.note
    assert [c.state for c in compensations()] == [CompensationState.DONE] * 2
    with pytest.raises(DomainError, match="schon gegeben"):
        waive_compensation(left, reason="Doch nicht", **GIVEN)
    erase_customer(contract.customer, on=DAY, by=ANNA)
    assert "So besprochen" not in "".join(c.note or "" for c in compensations())
    assert list(verify()) == []


def test_a_guest_is_told_and_has_the_claim_again(petra):
    """Whoever would have made up another day on it stands in the preview and gets a mail."""
    category = save_record(CourseCategory(), {"name": "Welpen"}, by=ANNA)
    missed, course = (course_of(5, category_id=category.id) for _n in range(2))
    place_in(missed)
    [place] = db.session.scalars(select(Enrolment)).all()
    with clock.at(clock.noon(DAY)):
        with transaction():
            why = MakeUpReason.CALLED_OFF
            claim = grant_claim(place, missed.days[0], reason=why, **GIVEN)
        use_claim(claim, course_day=course.days[1], **GIVEN)
        told = plan_call_off(course.days[1], way=MONEY).lines()
        assert call_off(course, petra, day=1, reason="Sturm") is None

    assert told == ["Bello holt hier einen Tag nach: Der Nachholtag ist wieder offen"]
    assert claim.used_day_id is None
    mail = db.session.scalars(select(Message).order_by(Message.id)).all()[-1]
    assert mail.template == "make_up_called_off"
    assert "Bello wollte dort einen Tag nachholen. Grund: Sturm" in mail.body


@pytest.mark.databases("sqlite")
def test_net_prices_never_take_more_than_is_open(petra):
    """Net 100.00 in 3 days, 118.99 of 119.00 paid: one cent is open, the rest becomes credit."""
    factories.change_company(prices=PriceMode.NET)
    course = course_of(3)
    invoice = place_in(course, "100.00")
    pay(invoice, Decimal("118.99"))

    call_off(course, petra)

    assert invoice.open_amount >= Decimal("0.00")
    assert_valid(to_cii(invoice.current.snapshot))
    assert list(verify()) == []


# --- at once -----------------------------------------------------------------------------------


def test_a_day_called_off_while_an_offer_is_accepted(app, petra):
    """Whoever accepts first is compensated, whoever comes later is told to call."""
    course = course_of(5)
    dog = factories.participant()
    sold = line("149.00", kind=PositionKind.COURSE, participant_id=dog.id, course_date_id=course.id)
    offer = factories.offer(sold, of=dog.customer)
    texts = {kind: text.id for kind, text in consent_texts(DAY).items()}
    offer_id, day_id, kind = offer.id, course.days[0].id, type(offer)

    def accept():
        return accept_offer(db.session.get(kind, offer_id), version=1, consents=texts, on=DAY)

    def cancel():
        lesson = db.session.get(CourseDay, day_id)
        return call_off_day(lesson, way=MONEY, confirmed=YES, on=DAY, by=petra)

    db.session.remove()
    accepted, called = in_threads(app, accept, cancel)

    assert not isinstance(called, Exception), called
    rows = compensations()
    invoices = db.session.scalars(select(Invoice)).all()
    for row in rows:
        compensate(row, **GIVEN)
    if isinstance(accepted, DomainError):
        assert (rows, invoices) == ([], [])
        assert "gerade nicht online" in str(accepted)
    else:
        assert len(rows) == 1
        assert [i.total for i in invoices] == [Decimal("119.20")]
    assert list(verify()) == []


def test_two_workers_compensate_once(app, petra):
    course = course_of(5)
    invoice_id = place_in(course).id
    call_off_day(course.days[0], way=MONEY, confirmed=YES, on=DAY, by=petra)
    row_id = compensations()[0].id

    def work():
        return compensate(db.session.get(DayCompensation, row_id), **GIVEN).amount

    db.session.remove()
    results = in_threads(app, *[work] * 4)

    assert set(results) == {Decimal("29.80")}
    assert db.session.get(Invoice, invoice_id).version == 2
    assert list(verify()) == []
