"""The participants of a course go on to its follow-up course, each once (spec COU-04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Enrolment, EnrolmentState, Invoice, InvoiceState, Offer
from kutego.operations.course_copies import create_follow_up
from kutego.operations.customers import lock_customer
from kutego.operations.enrolments import enrol
from kutego.operations.follow_ups import TakeOver, free_places, plan_take_over, take_over
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

GIVEN = {"on": DAY, "by": ANNA}
NEXT = date(2027, 1, 12)


@pytest.fixture(autouse=True)
def house(app):
    with clock.at(clock.noon(DAY)):
        yield


def place(course, dog):
    with transaction():
        return enrol(dog, course, starts_on=course.starts_on, ends_on=course.ends_on, by=ANNA)


def series(**values):
    course = factories.course_date(ends_on=date(2026, 12, 22), **values)
    return course, create_follow_up(course, title="Junghunde I", starts_on=NEXT, **GIVEN)


def drafts():
    return db.session.scalars(
        select(Invoice).where(Invoice.state == InvoiceState.DRAFT).order_by(Invoice.id)
    ).all()


def test_each_goes_on_as_it_fits_and_nobody_twice():
    """149.00 each; siblings share one draft, a permanent discount of 10 % makes it 134.10."""
    course, next_course = series(capacity=5)
    loyal = factories.customer(permanent_discount=Decimal("10.00"))
    bello, rex = factories.participant(loyal), factories.participant(loyal, first_name="Rex")
    luna, wolf, gone = (factories.participant(first_name=n) for n in ("Luna", "Wolf", "Gone"))
    bello_place, rex_place, luna_place, wolf_place, gone_place = (
        place(course, dog) for dog in (bello, rex, luna, wolf, gone)
    )
    save_record(next_course, {"capacity": 1}, by=ANNA)

    planned = plan_take_over(bello_place, way=TakeOver.INVOICE, on=DAY)
    assert (planned.sentence, planned.amount) == ("Bello: Rechnungsentwurf", Decimal("134.10"))
    for each in (bello_place, rex_place):
        take_over(each, way=TakeOver.INVOICE, **GIVEN)
    take_over(luna_place, way=TakeOver.OFFER, **GIVEN)
    assert free_places(next_course, DAY) == 1  # drafts keep none
    take_over(wolf_place, way=TakeOver.PLACE, **GIVEN)

    [draft] = drafts()
    assert (draft.customer_id, draft.total) == (loyal.id, Decimal("268.20"))
    lines = draft.draft_positions
    assert [line.participant_id for line in lines] == [bello.id, rex.id]
    assert {line.course_date_id for line in lines} == {next_course.id}
    [offer] = db.session.scalars(select(Offer)).all()
    assert (offer.customer_id, offer.total) == (luna.customer_id, Decimal("149.00"))
    for each, sentence in (
        (bello_place, "Für Bello gibt es schon"), (luna_place, "Für Luna gibt es schon"),
        (wolf_place, "Wolf ist schon im Folgekurs"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=sentence):
            take_over(each, way=TakeOver.PLACE, **GIVEN)
    with pytest.raises(NeedsConfirmation, match="ist voll"):
        take_over(gone_place, way=TakeOver.PLACE, **GIVEN)
    lock_customer(gone.customer, reason="Umzug", **GIVEN)
    with pytest.raises(DomainError, match="gesperrt"):
        plan_take_over(gone_place, way=TakeOver.INVOICE, on=DAY)
    alone = place(factories.course_date(ends_on=None), bello)
    with pytest.raises(DomainError, match="zuerst den Folgekurs anlegen"):
        take_over(alone, way=TakeOver.INVOICE, **GIVEN)


def test_a_contract_moves_with_whoever_has_one():
    course = factories.running_course(starts_on=DAY)
    contract = factories.contract(course=course)
    next_course = create_follow_up(
        course, title="Junghunde II", starts_on=DAY + timedelta(days=14), **GIVEN
    )
    [old] = db.session.scalars(select(Enrolment)).all()

    planned = plan_take_over(old, way=TakeOver.INVOICE, on=DAY)
    assert planned.sentence.endswith("zieht am 07.12.2026 um")
    take_over(old, way=TakeOver.INVOICE, **GIVEN)

    assert contract.course_date_id == next_course.id
    assert (old.ends_on, drafts()) == (date(2026, 12, 6), [])
    with pytest.raises(DomainError, match="schon im Folgekurs"):
        take_over(old, way=TakeOver.INVOICE, **GIVEN)


def test_two_who_take_the_same_people_over_make_one_draft(app):
    course, _next = series()
    place_id = place(course, factories.participant()).id
    db.session.rollback()

    def go():
        with clock.at(clock.noon(DAY)):
            take_over(db.session.get_one(Enrolment, place_id), way=TakeOver.INVOICE, **GIVEN)

    results = in_threads(app, go, go)
    assert sorted(type(r).__name__ for r in results) == ["DomainError", "NoneType"]
    assert len(drafts()) == 1
    active = select(func.count(Enrolment.id)).where(Enrolment.state == EnrolmentState.ACTIVE)
    assert db.session.scalar(active) == 1
