"""A year of a swim school, told by the clock; every date and amount is worked out by hand."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock, jobs
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    AttendanceValue,
    ClosingTime,
    CompensationState,
    CompensationWay,
    Contract,
    ContractState,
    CourseCategory,
    DayCompensation,
    Enrolment,
    EnrolmentState,
    FirstInvoice,
    Invoice,
    ItemState,
    MakeUpClaim,
    MakeUpStatus,
    MassRunItem,
    Message,
    PositionKind,
    PriceStep,
    StartRule,
)
from kutego.models import (
    WaitlistStatus as Status,
)
from kutego.operations.attendances import record_attendance
from kutego.operations.called_off_days import call_off_day
from kutego.operations.cancellations import cancel_positions
from kutego.operations.closures import close_business
from kutego.operations.contract_prices import change_contract_price
from kutego.operations.contracts import shift_contract
from kutego.operations.make_up_days import use_claim
from kutego.operations.make_up_places import free_places
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.payments import record_payment
from kutego.operations.runs import start_run
from kutego.operations.terminations import terminate_contract
from kutego.operations.verification import verify
from kutego.operations.waitlist import join_waitlist
from tests import factories
from tests.factories import ANNA

TWO_DAYS = timedelta(hours=48)


def day(text):
    """`03-15` of the year 2027."""
    return date.fromisoformat(f"2027-{text}")


def euros(*amounts):
    return [Decimal(amount) for amount in amounts]


@pytest.fixture
def petra(year):
    """Whoever starts a mass run is an employee."""
    factories.change_company(name="Schwimmschule Delfin")
    return Actor("Petra Kuhn", factories.employee().id)


@pytest.fixture(autouse=True)
def year(app):
    """It begins on 1 January; whatever happened then, at the end the books are right."""
    with clock.at(clock.noon(day("01-01"))):
        yield
    db.session.rollback()
    assert list(verify()) == []


def morning(on, *names):
    """The jobs of the night and the morning."""
    with clock.at(clock.noon(on)):
        for name in names or ("bill_contracts", "compensate_days"):
            result = jobs.run_job(name, on)
            assert (result.refused, result.failed) == (0, 0), result.problems
    db.session.rollback()


def live_until(last):
    """The business lives on: a morning for every day on which an invoice is due, and for `last`."""
    running = select(func.min(Contract.next_invoice_on)).where(
        Contract.state.in_([ContractState.ACTIVE, ContractState.TERMINATED]),
        (Contract.terminated_to.is_(None)) | (Contract.next_invoice_on <= Contract.terminated_to),
    )
    while (due := db.session.scalar(running)) is not None and due < last:
        morning(due)
    morning(last)


def for_all(contracts, function, arguments, *, on, by):
    """A mass run over the contracts, worked off by its job; what became of each."""
    run = start_run(
        [contract.id for contract in contracts], model=Contract, function=function,
        arguments=arguments, title="Für alle", on=on, by=by,
    )  # fmt: skip
    run_id = run.id
    with clock.at(clock.noon(on)):
        jobs.run_job("work_mass_runs", on)
    db.session.rollback()
    items = select(MassRunItem).where(MassRunItem.run_id == run_id).order_by(MassRunItem.id)
    return [(item.state, item.message) for item in db.session.scalars(items)]


def worked_off(run_id):
    """Which record of a run became what."""
    items = select(MassRunItem).where(MassRunItem.run_id == run_id).order_by(MassRunItem.id)
    return [(item.label, item.state) for item in db.session.scalars(items)]


def billed(contract):
    """When it was billed, and how much."""
    invoices = select(Invoice).where(Invoice.contract_id == contract.id).order_by(Invoice.id)
    return [(f"{i.issued_on:%m-%d}", str(i.total)) for i in db.session.scalars(invoices)]


def periods(contract):
    return [(f"{p.first:%m-%d}", f"{p.last:%m-%d}") for p in contract.periods]


def dates(contract):
    return contract.ends_on, contract.next_invoice_on


def pay(invoice, on):
    with clock.at(clock.noon(on)):
        record_payment(invoice, paid_on=on, on=on, by=ANNA)


def tuesdays(*days, **values):
    """A running course with a lesson at four on each of the days."""
    course = factories.running_course(title="Seepferdchen", starts_on=day("02-01"), **values)
    for each in days:
        factories.course_day(course, day(each), starts_at=time(16), ends_at=time(17))
    return course


def block(price, *days, of=None, on, **sale):
    """An invoice for a place in a block course with a lesson on each of the days."""
    course = factories.course_date(
        title="Kraulkurs", price=Decimal(price), starts_on=days[0], ends_on=days[-1], capacity=9
    )
    for each in days:
        factories.course_day(course, each)
    return place_in(course, of=of, on=on, **sale)


def place_in(course, *, of=None, on, **sale):
    swimmer = factories.participant(of)
    sold = factories.line(
        str(course.price), kind=PositionKind.COURSE, text=course.title,
        participant_id=swimmer.id, course_date_id=course.id,
    )  # fmt: skip
    return factories.invoice(sold, of=swimmer.customer, on=on, **sale)


def the_place(invoice):
    places = select(Enrolment).where(Enrolment.invoice_id == invoice.id)
    return db.session.scalars(places).one()


def test_a_year_with_a_closure_a_new_price_a_summer_break_and_a_termination(petra):
    """Mia comes from 1 January on, Ben from the 31st; Ida has a membership from 15 January on,
    billed on the first of the month; Tom pays a block course in three instalments.
    """
    course = factories.running_course(title="Seepferdchen", starts_on=day("01-01"))
    mia = factories.contract(starts_on=day("01-01"), course=course)
    tuesday = day("01-12")
    crawl = block("149.00", *(tuesday + timedelta(weeks=n) for n in range(5)), on=tuesday,
                  instalments=3)  # fmt: skip
    tom = crawl.contract
    ida = factories.membership(
        factories.customer(), starts_on=day("01-15"), start_rule=StartRule.CUT_OFF, cut_off_day=1,
        first_invoice=FirstInvoice.PRO_RATA,
    ).contract  # fmt: skip
    ben = factories.contract(starts_on=day("01-31"), course=course)

    # 15 to 28 March the pool is closed: 14 paid days come after the end of what was billed
    live_until(day("03-05"))
    before = [("01-01", "49.00"), ("02-01", "49.00"), ("03-01", "49.00")]
    assert billed(mia) == before
    assert billed(ben) == [("01-31", "49.00"), ("02-28", "49.00")]
    # 17 of 31 days: 29.00 × 17 / 31 = 15.903…
    assert billed(ida) == [("01-15", "15.90"), ("02-01", "29.00"), ("03-01", "29.00")]
    closed = {
        "first": day("03-15"), "last": day("03-28"), "reason": "Becken wird saniert",
        "notify": True, "on": day("03-05"), "by": petra,
    }  # fmt: skip
    with clock.at(clock.noon(day("03-05"))):
        again = [close_business(**closed), close_business(**closed)]  # pressed by two of the office
        runs = [run.id for run in again]
        jobs.run_job("work_mass_runs", day("03-05"))
        db.session.rollback()
        with pytest.raises(DomainError, match="ruht schon jeder Vertrag"):
            close_business(**closed)
    # each of them once; instalments are owed whatever the pool does
    assert [worked_off(run) for run in runs] == [
        [(c.number, ItemState.DONE) for c in (mia, ida, ben)],
        [(c.number, ItemState.REFUSED) for c in (mia, ida, ben)],
    ]
    assert [(t.title, t.starts_on) for t in db.session.scalars(select(ClosingTime))] == [
        ("Becken wird saniert", day("03-15"))
    ]
    assert dates(mia) == dates(ida) == (day("04-14"), day("04-15"))  # 31 March + 14
    assert dates(ben) == (day("04-13"), day("04-14"))  # 30 March + 14
    assert [c.enrolments[0].ends_on for c in (mia, ben)] == [day("04-14"), day("04-13")]

    # 5 per cent more from 1 June on, for courses: the first period that begins then has it
    live_until(day("04-20"))
    assert tom.state is ContractState.FULFILLED
    assert billed(tom) == [("01-12", "49.67"), ("02-12", "49.67"), ("03-12", "49.66")]
    assert the_place(crawl).ends_on == day("02-09")
    assert list(verify()) == []  # nobody pays for 1 to 14 April, and the pause is why
    dearer = {"valid_from": day("06-01"), "step": PriceStep.PERCENT, "value": Decimal("5.00"),
              "notify": True}  # fmt: skip
    for_all([mia, ben], change_contract_price, dearer, on=day("04-20"), by=petra)

    # no lessons in August: everybody goes on a month later, nothing is billed meanwhile
    live_until(day("07-20"))
    assert dates(mia) == (day("08-14"), day("08-15"))
    summer = {"months": 1, "reason": "Sommerpause", "notify": True}
    states = for_all([mia, ida, ben], shift_contract, summer, on=day("07-20"), by=petra)
    assert [state for state, _why in states] == [ItemState.DONE] * 3
    assert dates(mia) == dates(ida) == (day("09-14"), day("09-15"))
    assert dates(ben) == (day("09-13"), day("09-14"))

    # Ida's notice of 20 September ends it a month later: 6 of the 31 days from 15 October on
    live_until(day("09-20"))
    with clock.at(clock.noon(day("09-20"))):
        terminate_contract(ida, received_on=day("09-20"), on=day("09-20"), by=ANNA)
    live_until(day("12-31"))

    assert ida.state is ContractState.ENDED
    assert ida.terminated_to == day("10-20")
    assert billed(ida)[3:] == [
        ("04-15", "29.00"), ("05-15", "29.00"), ("06-15", "29.00"), ("07-15", "29.00"),
        ("09-15", "29.00"), ("10-15", "5.61"),  # 29.00 × 6 / 31 = 5.612…
    ]  # fmt: skip
    assert billed(mia) == [
        *before, ("04-15", "49.00"), ("05-15", "49.00"), ("06-15", "51.45"), ("07-15", "51.45"),
        ("09-15", "51.45"), ("10-15", "51.45"), ("11-15", "51.45"), ("12-15", "51.45"),
    ]  # fmt: skip
    assert periods(ben) == [
        ("01-31", "02-27"), ("02-28", "03-30"), ("04-14", "05-13"), ("05-14", "06-13"),
        ("06-14", "07-13"), ("07-14", "08-13"), ("09-14", "10-13"), ("10-14", "11-13"),
        ("11-14", "12-13"), ("12-14", "01-13"),
    ]  # fmt: skip
    # five times 49.00 and six times 51.45; four and six; 15.90, seven times 29.00 and 5.61
    assert [c.customer.open_amount for c in (mia, ben, ida, tom)] == euros(
        "553.70", "504.70", "224.51", "149.00"
    )
    told = select(Message.template, func.count(Message.id)).group_by(Message.template)
    letters = dict(tuple(row) for row in db.session.execute(told))
    assert [letters[f"contract_{what}"] for what in ("closed", "price", "shifted")] == [3, 2, 3]


def test_three_of_five_days_are_charged_and_what_was_paid_too_much_pays_the_next_invoice(app):
    """Lea and Paul leave a course of 149.00 after the third of five Tuesdays: 3 × 29.80 = 89.40.

    Lea has not paid yet. Paul has: 59.60 become credit, which pays his term of 49.00 on
    20 February and 10.60 of the one on 20 March.
    """
    days = [day(each) for each in ("02-02", "02-09", "02-16", "02-23", "03-02")]
    leas = block("149.00", *days, on=day("01-18"))
    pauls = place_in(leas.current.positions[0].course_date, on=day("01-19"))
    paul = pauls.customer
    term = factories.contract(paul, starts_on=day("01-20"))
    pay(pauls, day("01-22"))
    pay(term.periods[0].invoice, day("01-22"))

    with clock.at(clock.noon(day("02-17"))):
        for invoice in (leas, pauls):
            cancellation = cancel_positions(
                invoice, days={"p1": 2}, leave_on=day("02-23"), reason="Umzug", on=day("02-17"),
                by=ANNA,
            )  # fmt: skip
            assert cancellation.total == Decimal("59.60")
    assert (leas.open_amount, leas.customer.credit) == (Decimal("89.40"), Decimal("0.00"))
    assert (pauls.open_amount, paul.credit) == (Decimal("0.00"), Decimal("59.60"))
    assert [the_place(i).ends_on for i in (leas, pauls)] == [day("02-22")] * 2

    live_until(day("02-20"))
    assert (paul.open_amount, paul.credit) == (Decimal("0.00"), Decimal("10.60"))
    live_until(day("03-20"))
    assert (paul.open_amount, paul.credit) == (Decimal("38.40"), Decimal("0.00"))
    assert billed(term) == [("01-20", "49.00"), ("02-20", "49.00"), ("03-20", "49.00")]
    pay(leas, day("03-21"))
    assert leas.customer.open_amount == Decimal("0.00")


def test_a_lesson_is_called_off_and_each_gets_what_fits(petra):
    """Four Tuesdays in February: 49.00 / 4 = 12.25 each. Five in March: 9.80 each.

    Mia has paid, Ben has not, Ida wants to make it up. The one in March is called off before March
    is billed, and comes off as soon as it is.
    """
    category = save_record(CourseCategory(), {"name": "Anfänger"}, by=ANNA)
    course = tuesdays("02-02", "02-09", "02-16", "02-23", "03-02", "03-09", "03-16", "03-23",
                      "03-30", category_id=category.id)  # fmt: skip
    thursday = tuesdays("03-04", category_id=category.id).days[0]
    mia, ben, ida = (factories.contract(starts_on=day("02-01"), course=course) for _each in "123")
    pay(mia.periods[0].invoice, day("02-03"))

    on = day("02-10")
    makes_up = {str(ida.enrolments[0].id): CompensationWay.MAKE_UP}
    with clock.at(clock.noon(on)):
        for lesson, ways in ((course.days[2], makes_up), (course.days[5], {})):
            call_off_day(
                lesson, way=CompensationWay.MONEY, ways=ways, reason="Chlorpumpe defekt",
                confirmed=frozenset({"call_off"}), on=on, by=petra,
            )  # fmt: skip
    morning(on, "work_mass_runs")

    assert (mia.customer.open_amount, mia.customer.credit) == tuple(euros("0.00", "12.25"))
    assert (ben.customer.open_amount, ben.customer.credit) == tuple(euros("36.75", "0.00"))
    assert (ida.customer.open_amount, ida.customer.credit) == tuple(euros("49.00", "0.00"))
    reduced = ben.periods[0].invoice
    assert (reduced.version, [p.gross for p in reduced.current.positions]) == (
        2, euros("49.00", "-12.25"),
    )  # fmt: skip
    waiting = select(func.count()).where(DayCompensation.state == CompensationState.OPEN)
    assert db.session.scalar(waiting) == 3
    claim = db.session.scalars(select(MakeUpClaim)).one()
    assert (claim.participant, claim.missed_on, claim.expires_on) == (
        ida.participant, day("02-16"), day("03-16"),  # 28 days
    )  # fmt: skip
    with clock.at(clock.noon(on)):
        use_claim(claim, course_day=thursday, on=on, by=ANNA)

    live_until(day("03-01"))

    assert db.session.scalar(waiting) == 0
    # March is 49.00 - 9.80 = 39.20; Mia's credit has paid 12.25 of it, Ben and Ida owe February
    assert [billed(c)[1] for c in (mia, ben, ida)] == [("03-01", "39.20")] * 3
    assert [c.customer.open_amount for c in (mia, ben, ida)] == euros("26.95", "75.95", "88.20")
    assert [c.customer.credit for c in (mia, ben, ida)] == euros("0.00", "0.00", "0.00")
    live_until(day("04-01"))
    assert billed(mia)[2:] == [("04-01", "49.00")]


def test_a_missed_lesson_is_made_up_another_one_lapses_and_the_term_goes_on(app):
    """Her term lets Mia make up one lesson a month, within 28 days of the one that she missed."""
    factories.change_company(make_up_reminder_days=5)
    category = save_record(CourseCategory(), {"name": "Anfänger"}, by=ANNA)
    course = tuesdays("02-09", "02-23", "03-02", category_id=category.id)
    thursday = tuesdays("02-11", category_id=category.id, capacity=1).days[0]
    term = factories.contract(starts_on=day("02-01"), course=course, make_ups_per_interval=1)
    mia = term.participant

    def record(lesson, value, on):
        with clock.at(clock.noon(on)):
            record_attendance(mia, course_day=lesson, value=value, seen=None, on=on, by=ANNA)

    record(course.days[0], AttendanceValue.MAKE_UP, day("02-08"))
    first = db.session.scalars(select(MakeUpClaim)).one()
    assert (first.missed_on, first.expires_on) == (day("02-09"), day("03-09"))
    with clock.at(clock.noon(day("02-08"))):
        use_claim(first, course_day=thursday, on=day("02-08"), by=ANNA)
    assert free_places(thursday) == 0
    record(thursday, AttendanceValue.ATTENDED, day("02-11"))
    assert first.status(day("04-01")) is MakeUpStatus.USED

    with pytest.raises(DomainError, match="in diesem Zeitraum schon alle"):
        record(course.days[1], AttendanceValue.MAKE_UP, day("02-20"))
    record(course.days[2], AttendanceValue.MAKE_UP, day("02-26"))  # of March, not billed yet
    second = db.session.scalars(select(MakeUpClaim).order_by(MakeUpClaim.id.desc())).first()
    assert (second.missed_on, second.expires_on) == (day("03-02"), day("03-30"))
    live_until(day("03-24"))
    for on, mails in (("03-24", 0), ("03-25", 1), ("03-26", 1)):  # five days before, once
        morning(day(on), "remind_make_ups")
        told = select(func.count()).where(Message.template == "make_up_expiring")
        assert db.session.scalar(told) == mails
    assert [second.status(day(on)) for on in ("03-30", "03-31")] == [
        MakeUpStatus.OPEN, MakeUpStatus.EXPIRED,
    ]  # fmt: skip
    assert billed(term) == [("02-01", "49.00"), ("03-01", "49.00")]


def test_a_place_that_is_given_back_goes_down_the_list_until_somebody_takes_it(app):
    """Zoe lets the 48 hours from 7 January, noon, pass; Finn is asked on the 9th and accepts."""
    factories.legal_texts(day("01-04"))
    course = factories.course_date(
        title="Babyschwimmen", price=Decimal("120.00"), capacity=1, starts_on=day("02-01"),
        ends_on=day("03-08"),
    )  # fmt: skip
    given_back = place_in(course, on=day("01-04"))
    zoe, finn = (
        join_waitlist(factories.participant(), course_date=course, on=day("01-05"), by=ANNA)
        for _each in "12"
    )
    begin = clock.noon(day("01-07"))

    def job(after):
        with clock.at(begin + after):
            result = jobs.run_job("offer_places", (begin + after).date())
            db.session.rollback()
            assert result.failed == 0, result.problems
            return [entry.status(clock.now()) for entry in (zoe, finn)]

    assert job(-timedelta(hours=1)) == [Status.WAITING, Status.WAITING]
    with clock.at(begin):
        cancel_positions(given_back, reason="Umzug", on=day("01-07"), by=ANNA)
    assert (given_back.open_amount, the_place(given_back).state) == (
        Decimal("0.00"), EnrolmentState.REMOVED,
    )  # fmt: skip

    assert job(timedelta(0)) == [Status.OFFERED, Status.WAITING]
    assert zoe.answer_by == clock.noon(day("01-09"))
    assert job(timedelta(hours=36)) == [
        Status.OFFERED,
        Status.WAITING,
    ]  # a quarter of the time is left
    assert job(TWO_DAYS) == [Status.EXPIRED, Status.OFFERED]
    assert finn.answer_by == clock.noon(day("01-11"))
    with clock.at(clock.noon(day("01-10"))):
        agreed = {kind: text.id for kind, text in consent_texts(day("01-10")).items()}
        accept_offer(finn.offer, version=1, consents=agreed, on=day("01-10"))
    assert job(2 * TWO_DAYS) == [Status.EXPIRED, Status.ACCEPTED]

    sold = db.session.scalars(select(Invoice).order_by(Invoice.id)).all()[1:]
    assert [(i.customer_id, i.issued_on, i.total) for i in sold] == [
        (finn.customer_id, day("01-10"), Decimal("120.00"))
    ]
    taken = the_place(sold[0])
    assert (taken.participant_id, taken.starts_on, taken.ends_on) == (
        finn.participant_id, day("02-01"), day("03-08"),
    )  # fmt: skip
    mails = select(Message.template, Message.subject_id).where(
        Message.subject_type == "waitlist_entry"
    )
    assert [tuple(row) for row in db.session.execute(mails.order_by(Message.id))] == [
        ("waitlist_offer", zoe.id), ("waitlist_reminder", zoe.id), ("waitlist_offer", finn.id),
    ]  # fmt: skip
