"""Whatever is sold and taken back, in whatever order and steps, can be sold to the next one."""

from datetime import date, time
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import (
    Booking,
    Contract,
    ContractState,
    Enrolment,
    EnrolmentState,
    Invoice,
    Package,
    PaymentMethod,
    PositionKind,
    Product,
    SoldOut,
    UnitQuota,
)
from kutego.operations.booking_cancellations import cancel_booking
from kutego.operations.cancellations import cancel_positions
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.position_parts import parts_left
from kutego.operations.stock import count_stock
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, line

pytestmark = pytest.mark.usefixtures("app")

K = PositionKind
EVENING = date(2026, 12, 22)
WAYS = ("invoice", "corrected", "offer", "booking")


def one_of_each():
    """What there is exactly once: a place, a slot, a room, the last two tickets, a leash."""
    course = factories.course_date(capacity=1)
    running = factories.running_course(starts_on=DAY, capacity=1)
    leash = factories.product(sold_out=SoldOut.REFUSE)
    count_stock(leash, counted=Decimal(1), reason="Inventur", on=DAY, by=ANNA)
    values = {"name": "10er-Karte", "units": 10, "price": Decimal("90.00")}
    voucher, club = factories.voucher_template(), factories.membership_template()
    return [
        line("149.00", kind=K.COURSE, course_date_id=course.id),
        line("49.00", kind=K.COURSE, course_date_id=running.id, starts_on=DAY,
             term_template_id=factories.term_template().id),
        factories.appointment_line(factories.appointment_template(), EVENING, time(10)),
        factories.ticket_line(factories.event().categories[0], 2),
        factories.rental_line(factories.room(), EVENING, time(10), time(12)),
        line("50.00", kind=K.VOUCHER, vat_rate=voucher.vat_rate, voucher_template_id=voucher.id),
        line("29.00", kind=K.MEMBERSHIP, membership_template_id=club.id, starts_on=DAY),
        line("19.90", kind=K.PRODUCT, product_id=leash.id),
        line("90.00", kind=K.PACKAGE,
             package_id=save_record(Package(), values, by=ANNA).id),
        line("5.00"),
    ]  # fmt: skip


def sold(way, lines, dog, chance):
    """The invoices or the booking that sell all of it to `dog`."""
    mine = [type(each)(**vars(each) | {"participant_id": dog.id}) for each in lines]
    mine = [each if each.kind not in (K.TICKET, K.ROOM, K.VOUCHER) else was
            for each, was in zip(mine, lines, strict=True)]  # fmt: skip
    chance.shuffle(mine)
    if way == "offer":
        offer = factories.offer(*mine, of=dog.customer)
        with clock.at(clock.noon(DAY)):
            consents = {kind: text.id for kind, text in consent_texts(DAY).items()}
            accept_offer(offer, version=offer.version, consents=consents, on=DAY)
        return list(db.session.scalars(select(Invoice).where(Invoice.offer_id == offer.id)))
    if way == "booking":
        return [factories.invoice(*mine, of=dog.customer, payment_method=PaymentMethod.EXTERNAL)]
    made = factories.invoice(*mine, of=dog.customer)
    if way == "corrected":
        kept = [as_input(position) for position in made.current.positions]
        gone = kept.pop(chance.randrange(len(kept)))
        again = type(gone)(**vars(gone) | {"key": None, "contract_id": None})
        with clock.at(clock.noon(DAY)):
            correct(made, kept)
            correct(made, [*[as_input(p) for p in made.current.positions], again])
    return [made]


def correct(invoice, lines):
    sure = frozenset({"leave"})
    edit_invoice(invoice, positions=lines, reason="Anders", confirmed=sure, on=DAY, by=ANNA)


def taken_back(document, chance):
    """In some steps, of some positions each."""
    with clock.at(clock.noon(DAY)):
        if isinstance(document, Booking):
            cancel_booking(document, reason="Umzug", on=DAY, by=ANNA)
            return
        while left := sorted(parts_left(document)):
            some = chance.sample(left, chance.randint(1, len(left)))
            cancel_positions(document, positions=some, reason="Umzug", on=DAY, by=ANNA)


def test_whatever_was_taken_back_can_be_sold_to_the_next_one():
    chance, lines = Random(7), one_of_each()

    for way in WAYS:  # each round needs all that the round before gave back
        documents = sold(way, lines, factories.participant(), chance)
        for document in documents:
            taken_back(document, chance)
        assert list(verify()) == [], way

    active = select(func.count(Enrolment.id)).where(Enrolment.state == EnrolmentState.ACTIVE)
    assert db.session.scalar(active) == 0
    bought = {c.text: c.state for c in db.session.scalars(select(Contract))}
    assert bought["Gold"] is ContractState.ENDED
    assert bought["Junghunde (Monatlich)"] is ContractState.ACTIVE  # ends by a button, D-24
    assert db.session.scalars(select(Product.stock)).one() == 1
    assert {quota.left for quota in db.session.scalars(select(UnitQuota))} == {0}
    open_amounts = select(func.sum(Invoice.open_amount))
    assert not db.session.scalar(open_amounts)
