"""Every kind of line on a draft, an invoice and an offer: what it gives, and gives back."""

from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentState,
    Contract,
    CourseState,
    Enrolment,
    EnrolmentState,
    Invoice,
    OfferState,
    Package,
    PaymentMethod,
    PositionKind,
    Product,
    RentalState,
    RoomRental,
    SoldOut,
    Ticket,
    TicketState,
    UnitQuota,
    Voucher,
)
from kutego.models.terms import Activation, FirstInvoice, StartRule
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input, issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_terms import contract_terms
from kutego.operations.offer_versions import consent_texts
from kutego.operations.offers import issue_offer
from kutego.operations.stock import count_stock
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, line

pytestmark = pytest.mark.usefixtures("app")

K = PositionKind
CHRISTMAS = date(2026, 12, 22)
GIVEN = (Enrolment, Appointment, Ticket, RoomRental, Voucher, Contract, UnitQuota)


@pytest.fixture
def dog():
    return factories.participant()


def package():
    values = {"name": "10er-Karte", "units": 10, "price": Decimal("90.00"), "validity_months": 12}
    return save_record(Package(), values, by=ANNA)


def leash():
    product = factories.product(sold_out=SoldOut.REFUSE)
    count_stock(product, counted=Decimal(1), reason="Inventur", on=DAY, by=ANNA)
    return product


def everything(dog):
    """One line of each kind that somebody can write."""
    course, category = factories.course_date(), factories.event().categories[0]
    voucher = factories.voucher_template()
    club, card, product = factories.membership_template(), package(), leash()
    mine = {"participant_id": dog.id}
    return [
        line("149.00", kind=K.COURSE, text="Welpenkurs", course_date_id=course.id, **mine),
        factories.appointment_line(factories.appointment_template(), CHRISTMAS, time(10), **mine),
        factories.ticket_line(category, 2),
        factories.rental_line(factories.room(), CHRISTMAS, time(10), time(12)),
        line(str(voucher.price), kind=K.VOUCHER, text="Gutschein", vat_rate=voucher.vat_rate,
             voucher_template_id=voucher.id),
        line(str(club.price), kind=K.MEMBERSHIP, text=club.name, membership_template_id=club.id,
             starts_on=DAY, **mine),
        line("19.90", kind=K.PRODUCT, text="Leine", product_id=product.id, **mine),
        line("90.00", kind=K.PACKAGE, text="10er-Karte", package_id=card.id, **mine),
        line("5.00"),
    ]  # fmt: skip


def given():
    return [db.session.scalar(select(func.count(model.id))) for model in GIVEN]


def accept(offer, **values):
    with clock.at(clock.noon(DAY)):
        consents = {kind: text.id for kind, text in consent_texts(DAY).items()}
        defaults = {"version": offer.version, "consents": consents, "on": DAY}
        return accept_offer(offer, **defaults | values)


def test_a_draft_reserves_nothing_an_invoice_gives_all_and_a_cancellation_takes_it_back(dog):
    draft = factories.draft(*everything(dog), of=dog.customer)
    assert given() == [0] * len(GIVEN)
    assert db.session.scalars(select(Product.stock)).one() == 1

    with clock.at(clock.noon(DAY)):
        issue_invoice(draft, on=DAY, by=ANNA)

    assert given() == [1, 1, 2, 1, 1, 1, 1]
    assert db.session.scalars(select(Product.stock)).one() == 0
    details = {p["kind"]: p["detail"] for p in draft.current.snapshot["positions"]}
    lecturer = db.session.scalars(select(Appointment)).one().lecturer
    assert details["appointment"] == f"Bello · 22.12.2026, 10:00 bis 11:00 Uhr · mit {lecturer}"
    assert details["room"] == "22.12.2026, 10:00 bis 12:00 Uhr"
    assert details["ticket"] == "05.12.2026, 18:00 bis 22:00 Uhr"
    assert details["package"] == "Bello · 10 Einheiten, 12 Monate gültig"
    plan = plan_cancellation(draft)
    assert len([told for told in plan.lines() if isinstance(told, str)]) == 8
    with clock.at(clock.noon(DAY)):
        cancel_positions(draft, reason="Umzug", on=DAY, by=ANNA)

    assert db.session.scalars(select(Enrolment.state)).one() is EnrolmentState.REMOVED
    assert db.session.scalars(select(Appointment.state)).one() is AppointmentState.CANCELLED
    assert set(db.session.scalars(select(Ticket.state))) == {TicketState.VOID}
    assert db.session.scalars(select(RoomRental.state)).one() is RentalState.CANCELLED
    assert db.session.scalars(select(Voucher)).one().is_withdrawn
    assert db.session.scalars(select(UnitQuota)).one().left == 0
    assert db.session.scalars(select(Product.stock)).one() == 1
    assert list(verify()) == []


def test_whoever_accepts_too_late_learns_that_it_is_gone_and_not_who_has_it(dog):
    template, room = factories.appointment_template(name="Verhaltensberatung"), factories.room()
    slot = factories.appointment_line(template, CHRISTMAS, time(10))
    rental = factories.rental_line(room, CHRISTMAS, time(10), time(12))
    offers = [factories.offer(each, of=dog.customer) for each in (slot, rental)]
    with clock.at(clock.noon(DAY)):
        factories.invoice(slot, rental)
    for offer, sentence in zip(offers, (
        "Der angebotene Termin ist inzwischen vergeben. Bitte melden Sie sich bei uns für einen "
        "anderen. Frei wäre: 22.12.2026 09:00, 22.12.2026 11:00, 22.12.2026 11:30.",
        "Der Raum ist zu dieser Zeit inzwischen vergeben. Bitte melden Sie sich bei uns.",
    ), strict=True):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            accept(offer)
        assert str(refused.value) == sentence


def test_an_accepted_offer_gives_what_an_invoice_gives_at_the_prices_of_the_offer(dog):
    """OFF-04, 11, 28."""
    lines = everything(dog)
    full = factories.full_course()
    lines[0] = line("149.00", kind=K.COURSE, text="Voll", course_date_id=full.id,
                    participant_id=dog.id)  # fmt: skip
    offer = factories.offer(*lines, of=dog.customer)
    assert given() == [1, 0, 0, 0, 0, 0, 0]  # who was in the course before
    save_record(db.session.scalars(select(Product)).one(), {"price": Decimal("99.00")}, by=ANNA)
    save_record(full, {"price": Decimal("999.00")}, by=ANNA)

    accept(offer)

    assert given() == [2, 1, 2, 1, 1, 1, 1]
    bills = db.session.scalars(select(Invoice).order_by(Invoice.id)).all()
    assert sum(bill.total for bill in bills) == offer.total
    assert [p.kind for p in bills[1].current.positions] == [K.MEMBERSHIP]  # of its own, D-25
    contract = db.session.scalars(select(Contract)).one()
    assert (contract.offer_id, contract.price) == (offer.id, Decimal("29.00"))
    assert list(verify()) == []


def test_what_is_gone_when_an_offer_is_accepted_is_not_told_to_the_customer(dog):
    lines = everything(dog)
    offer = factories.offer(*lines, of=dog.customer)
    factories.invoice(lines[6], of=dog.customer)  # the last leash

    with pytest.raises(DomainError, match="gerade nicht online angenommen") as refused:
        accept(offer)

    assert "Leine" not in str(refused.value)
    db.session.rollback()
    assert offer.state is OfferState.OPEN
    assert given() == [0] * len(GIVEN)


def test_an_offer_checks_again_when_it_is_issued(dog):
    lines = everything(dog)
    draft = factories.offer_draft(lines[0], of=dog.customer)
    factories.legal_texts()
    save_record(draft.positions[0].course_date, {"state": CourseState.CANCELLED}, by=ANNA)

    with pytest.raises(DomainError, match=r"Position 1: .*der stattfindet"):
        issue_offer(draft, on=DAY, by=ANNA)


def test_an_offer_says_what_a_membership_binds_to(dog):
    def told(**values):
        club = factories.membership_template(**values)
        sold = line("29.00", kind=K.MEMBERSHIP, membership_template_id=club.id,
                    participant_id=dog.id)  # fmt: skip
        [terms] = contract_terms(factories.offer(sold, of=dog.customer).positions)
        return terms

    assert told(interval_months=3, minimum_months=12, notice_months=1) == (
        "Vertrag, alle 3 Monate im Voraus zu zahlen; Mindestlaufzeit 12 Monate; "
        "kündbar mit einer Frist von 1 Monat"
    )
    assert told(
        start_rule=StartRule.CUT_OFF, cut_off_day=1, first_invoice=FirstInvoice.PRO_RATA,
        minimum_months=0, notice_months=0,
    ) == (
        "Vertrag, jeden Monat im Voraus zu zahlen; abgerechnet zum 1. des Monats; bis zum "
        "nächsten Stichtag anteilig nach Tagen; jederzeit kündbar"
    )  # fmt: skip
    assert told(
        activation=Activation.TRIAL, trial_days=14, trial_price=Decimal("5.00"), interval_weeks=4,
        minimum_months=6, renews=False,
    ) == (
        "Vertrag, alle 4 Wochen im Voraus zu zahlen; Probezeit 14 Tage für 5,00\xa0€; danach läuft "
        "der Vertrag zu diesem Preis weiter; Mindestlaufzeit 6 Monate; endet danach von selbst"
    )  # fmt: skip


def test_a_correction_keeps_what_was_sold_of_every_kind_and_changes_text_and_price(dog):
    """Also where the slot is over, the event was called off, or the package is sold no more."""
    made = factories.invoice(*everything(dog), of=dog.customer)
    save_record(db.session.scalars(select(Package)).one(), {"is_active": False}, by=ANNA)
    lines = [as_input(position) for position in made.current.positions]
    later = [as_input(p) for p in made.current.positions[:-1]]

    with clock.at(clock.noon(date(2027, 3, 1))):
        changed = [type(each)(**vars(each) | {"text": f"{each.text} neu"}) for each in lines]
        edit_invoice(made, positions=changed, reason="Text", on=date(2027, 3, 1), by=ANNA)
        edit_invoice(
            made, positions=later, reason="Weg", payment_method=PaymentMethod.BANK_TRANSFER,
            on=date(2027, 3, 1), by=ANNA,
        )  # fmt: skip

    assert [p.kind for p in made.current.positions] == [each.kind for each in later]
    assert given() == [1, 1, 2, 1, 1, 1, 1]
    other = type(lines[1])(**vars(lines[1]) | {"begins_at": clock.moment(CHRISTMAS, time(15))})
    with pytest.raises(DomainError, match="lässt sich nicht ändern"):
        edit_invoice(made, positions=[other], reason="x", on=date(2027, 3, 1), by=ANNA)
