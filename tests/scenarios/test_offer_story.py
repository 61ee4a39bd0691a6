"""The life of an offer: written, sent, corrected, accepted, and what comes of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock, jobs
from kutego.db import db
from kutego.errors import ConcurrentChange
from kutego.models import (
    Contract,
    DepositKind,
    Enrolment,
    Invoice,
    Message,
    Offer,
    OfferState,
    OfferStatus,
    PositionKind,
    Rendition,
)
from kutego.operations import offers
from kutego.operations.credit import deposit_credit
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA

MONDAY = date(2027, 1, 4)


def answer(offer, day, version):
    texts = {kind: text.id for kind, text in consent_texts(day).items()}
    with clock.at(clock.noon(day)):
        return accept_offer(offer, version=version, consents=texts, on=day)


def test_the_life_of_an_offer(app):
    with clock.at(clock.noon(MONDAY)):
        customer = factories.customer(permanent_discount=Decimal("10.00"))
        bello = factories.participant(customer)
        running = factories.running_course(starts_on=MONDAY)
        puppies = factories.full_course()
        term = factories.term_template(price=Decimal("49.00"))
        deposit_credit(
            customer, amount=Decimal("60.00"), kind=DepositKind.GOODWILL,
            received_on=MONDAY, on=MONDAY, by=ANNA,
        )  # fmt: skip
    contract = factories.line(
        "49.00", kind=PositionKind.COURSE, text="Junghunde", participant_id=bello.id,
        course_date_id=running.id, term_template_id=term.id, starts_on=date(2027, 1, 31),
        discount_percent=Decimal("10.00"),
    )  # fmt: skip
    course = factories.line(
        "149.00", kind=PositionKind.COURSE, text="Welpenkurs", participant_id=bello.id,
        course_date_id=puppies.id,
    )  # fmt: skip

    # sent on Monday, corrected on Tuesday: who still reads the first version reads again
    offer = factories.offer(contract, course, of=customer, on=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    with clock.at(clock.noon(tuesday)):
        offers.save_offer(
            customer, offer=offer, positions=[contract, course, factories.line("19.90")],
            payment_method=offer.payment_method, valid_until=date(2027, 1, 15), send_mail=True,
            on=tuesday, by=ANNA,
        )  # fmt: skip
    with pytest.raises(ConcurrentChange):
        answer(offer, tuesday, version=1)

    # accepted on its last day: the course is full, and takes Bello all the same
    last_day = date(2027, 1, 15)
    assert offer.status(last_day) is OfferStatus.OPEN
    answer(offer, last_day, version=2)

    assert offer.state is OfferState.ACCEPTED
    rest, first_month = db.session.scalars(select(Invoice).order_by(Invoice.id))
    assert (rest.total, first_month.total) == (Decimal("168.90"), Decimal("44.10"))
    assert rest.paid == Decimal("60.00")  # the credit, on what was issued first
    mine = select(Enrolment).where(Enrolment.customer_id == customer.id)
    assert len(db.session.scalars(mine).all()) == 2
    sold = db.session.scalar(select(Contract))
    assert (sold.offer_id, sold.starts_on) == (offer.id, date(2027, 1, 31))

    # the contract bills itself as it was offered, month end after month end
    for day in (date(2027, 2, 28), date(2027, 3, 31)):
        with clock.at(clock.noon(day)):
            jobs.run_job("bill_contracts", day)
    later = db.session.scalars(select(Invoice).where(Invoice.issued_on > last_day)).all()
    assert [invoice.total for invoice in later] == [Decimal("44.10"), Decimal("44.10")]

    # the customer has it all in writing, the office too
    mails = db.session.scalars(
        select(Message.template).where(Message.subject_type == "offer").order_by(Message.id)
    ).all()
    assert mails == ["offer_issued", "offer_new_version", "offer_accepted"]
    with clock.at(clock.noon(date(2027, 3, 31))):
        jobs.run_job("render_documents", date(2027, 3, 31))
    db.session.rollback()
    assert all(r.sha256 for r in db.session.scalars(select(Rendition)))
    assert db.session.scalar(select(Offer.number)) == "A-2027-0001"
    assert list(verify()) == []
