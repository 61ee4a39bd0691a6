"""Packages: a quota of units, used day by day, given back to where they came from (EVT-06)."""

from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    AttendanceValue,
    CompensationWay,
    CourseCategory,
    CourseDay,
    CourseDayState,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    Package,
    PositionKind,
    UnitQuota,
    UnitUse,
)
from kutego.operations.attendances import record_attendance
from kutego.operations.called_off_days import call_off_day, plan_call_off
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.customers import lock_customer
from kutego.operations.enrolments import remove_enrolment
from kutego.operations.master_data import save_record
from kutego.operations.packages import days_to_use, return_unit, units_in_use, use_unit
from kutego.operations.runs import work_run
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

TUESDAY, WEDNESDAY = date(2026, 12, 1), date(2026, 12, 2)


def package(**values):
    defaults = {"name": "3er-Karte", "units": 3, "price": Decimal("45.00"), "validity_months": 2}
    return save_record(Package(), defaults | values, by=ANNA)


def sold(dog, of=None, **values):
    of = of or package()
    defaults = {
        "kind": PositionKind.PACKAGE, "text": "3er-Karte", "package_id": of.id,
        "participant_id": dog.id if dog else None,
    }  # fmt: skip
    return factories.line("45.00", **defaults | values)


def quota(**values):
    dog = factories.participant()
    factories.invoice(sold(dog, package(**values)), of=dog.customer)
    return db.session.scalars(select(UnitQuota).order_by(UnitQuota.id.desc())).first()


def day(on=TUESDAY, course=None, **values):
    course = course or factories.course_date(**values)
    record = {"course_date_id": course.id, "on": on, "starts_at": time(10), "ends_at": time(11)}
    return save_record(CourseDay(), record, by=ANNA)


def use(of, on_day, **values):
    return use_unit(of, course_day=on_day, on=DAY, by=ANNA, **values)


@pytest.mark.parametrize(
    "values,sentence",
    [
        ({"package_id": None}, "ein Paket auswählen"),
        ({"package_id": 4711}, "ein Paket auswählen"),
        ({"participant_id": None}, "wer die Einheiten verwendet"),
        ({"quantity": Decimal("1.50")}, "ganze Menge"),
    ],
)
def test_a_package_that_cannot_be_sold_is_refused_even_as_a_draft(values, sentence):
    dog = factories.participant()

    with pytest.raises(DomainError, match=f"Position 1: .*{sentence}"):
        factories.draft(sold(dog, **values), of=dog.customer)


@pytest.mark.parametrize("values", [{"units": 0}, {"units": 1001}, {"validity_months": 0}])
def test_a_package_has_units_and_a_validity_that_can_be(values):
    with pytest.raises(DomainError, match="Ein Paket"):
        package(**values)


def test_a_draft_gives_nothing_and_an_invoice_a_quota_with_its_last_day():
    dog = factories.participant()
    line = sold(dog, quantity=Decimal(2))
    factories.draft(line, of=dog.customer)
    assert db.session.scalars(select(UnitQuota)).all() == []

    factories.invoice(line, of=dog.customer)

    [made] = db.session.scalars(select(UnitQuota))
    assert (made.units, made.left, made.participant_id) == (6, 6, dog.id)
    assert made.expires_on == date(2027, 1, 22)  # two months from 23 November, to the day before
    assert quota(validity_months=None).expires_on is None


def test_a_unit_is_a_place_on_one_day_and_no_more():
    mine, course = quota(), factories.course_date()
    tuesday, wednesday = day(TUESDAY, course), day(WEDNESDAY, course)

    spent = use(mine, tuesday)

    place = spent.enrolment
    assert (place.starts_on, place.ends_on) == (TUESDAY, TUESDAY)
    assert (mine.used, mine.left) == (1, 2)
    with pytest.raises(NeedsConfirmation, match="schon in „Welpenkurs“"):
        use(mine, tuesday)
    use(mine, wednesday)
    assert [u.on for u in units_in_use(mine)] == [TUESDAY, WEDNESDAY]
    assert list(verify()) == []


def test_a_unit_is_refused_where_it_is_not_good():
    groups = save_record(CourseCategory(), {"name": "Gruppen"}, by=ANNA)
    mine = quota(units=1, categories=[groups])
    course = factories.course_date(category_id=groups.id)
    strange, gone = day(), day(date(2027, 1, 23), course)
    off, early, good = day(WEDNESDAY, course), day(date(2026, 11, 22), course), day(course=course)
    save_record(off, {"state": CourseDayState.CANCELLED}, by=ANNA)

    for wrong, sentence in (
        (strange, "gilt nicht für"), (off, "gilt nicht für"), (gone, "nur bis zum 22.01.2027"),
        (early, "erst am 23.11.2026 gekauft"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=sentence):
            use(mine, wrong)
    assert days_to_use(mine, DAY) == [good]
    lock_customer(mine.customer, reason="Streit", on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="gesperrt"):
        use(mine, good)
    assert db.session.scalars(select(Enrolment)).all() == []


def test_a_full_day_asks_first():
    mine, full = quota(), day(course=factories.full_course())

    with pytest.raises(NeedsConfirmation) as asked:
        use(mine, full)
    assert asked.value.code == "full"
    use(mine, full, confirmed=frozenset({"full"}))

    assert mine.used == 1


def test_a_unit_comes_back_to_its_own_quota_with_the_same_last_day():
    """U-25."""
    mine = quota()
    other, until, spent = quota(), mine.expires_on, use(mine, day())

    with (
        clock.at(clock.noon(TUESDAY)),
        pytest.raises(NeedsConfirmation, match=r"30\.11\.2026, 10:00"),
    ):
        return_unit(mine, use=spent, on=TUESDAY, by=ANNA)
    with pytest.raises(DomainError, match="schon zurückgegeben"):
        return_unit(other, use=spent, on=DAY, by=ANNA)
    return_unit(mine, use=spent, on=DAY, by=ANNA)

    assert (mine.used, mine.left, mine.expires_on) == (0, 3, until)
    assert spent.enrolment.state is EnrolmentState.REMOVED
    with pytest.raises(DomainError, match="schon zurückgegeben"):
        return_unit(mine, use=spent, on=DAY, by=ANNA)


def test_with_the_place_the_unit_comes_back_too():
    mine = quota()
    spent = use(mine, day())

    with transaction(mine):
        remove_enrolment(spent.enrolment, on=DAY, by=ANNA)

    assert (mine.used, spent.returned_at is not None) == (0, True)
    assert list(verify()) == []


def test_signing_off_and_a_day_called_off_bring_the_unit_back():
    mine, course = quota(), factories.course_date()
    tuesday, wednesday = day(TUESDAY, course), day(WEDNESDAY, course)
    for each in (tuesday, wednesday):
        use(mine, each)

    record_attendance(
        mine.participant, course_day=tuesday, value=AttendanceValue.MAKE_UP, seen=None,
        on=DAY, by=ANNA,
    )  # fmt: skip
    assert mine.used == 1
    plan = plan_call_off(wednesday, way=CompensationWay.MONEY)
    assert [each.sentence for each in plan.outlooks] == ["Bello: bekommt die Einheit zurück"]
    petra = Actor("Petra Kuhn", factories.employee().id)
    run = call_off_day(
        wednesday, way=CompensationWay.MONEY, confirmed=frozenset({"call_off"}), on=DAY, by=petra
    )
    work_run(run.id)
    db.session.rollback()

    assert (mine.used, mine.left) == (0, 3)
    assert db.session.scalars(select(MakeUpClaim)).all() == []
    assert list(verify()) == []


def test_a_cancelled_sale_takes_the_unused_units_and_names_the_used_ones():
    mine = quota()
    spent = use(mine, day())
    invoice = mine.invoice

    plan = plan_cancellation(invoice)
    assert (
        "3er-Karte (Bello): 2 von 3 Einheiten verfallen; verwendet sind 1 und bleiben es "
        "(01.12.2026)." in plan.lines()
    )
    cancel_positions(invoice, reason="Umzug", on=DAY, by=ANNA)

    assert (mine.used, mine.left, mine.withdrawn) == (1, 0, 2)
    assert spent.enrolment.state is EnrolmentState.ACTIVE
    return_unit(mine, use=spent, on=DAY, by=ANNA)  # does not make a unit that nobody paid for
    assert (mine.used, mine.left) == (0, 0)
    with pytest.raises(DomainError, match="keine Einheit mehr"):
        use(mine, day(WEDNESDAY))


def test_the_last_unit_is_spent_once(app):
    mine = quota(units=1)
    days = [day(TUESDAY).id, day(WEDNESDAY, title="Agility").id]

    def spend(id_):
        return use(db.session.get(UnitQuota, mine.id), db.session.get(CourseDay, id_)).on

    answers = in_threads(app, *(lambda id_=id_: spend(id_) for id_ in days))

    refused = [a for a in answers if isinstance(a, DomainError)]
    assert len(refused) == 1, answers
    assert "keine Einheit mehr" in str(refused[0])
    db.session.rollback()
    assert len(db.session.scalars(select(UnitUse)).all()) == 1
