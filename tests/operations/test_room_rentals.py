"""Room rentals: a room is rented to one, for a time at which nothing else is on in it."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import ClosingTime, Invoice, Message, RentalState, RoomRental
from kutego.operations.cancellations import cancel_positions
from kutego.operations.customers import lock_customer
from kutego.operations.invoices import issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.room_rentals import cancel_rental, move_rental, rent_room
from tests import factories
from tests.factories import ANNA, DAY, rental_line
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    with clock.at(clock.noon(DAY)):
        yield


def rent(room, at, until, day=TUESDAY, of=None, **values):
    defaults = {"on": DAY, "by": ANNA}
    return rent_room(
        of or factories.customer(), room=room, day=day, at=at, until=until, **defaults | values
    )


def test_a_rental_that_cannot_be_is_refused():
    room, other = factories.room(), factories.room(name="Feld", is_active=False)
    for line, match in [
        (rental_line(room, TUESDAY, time(10), time(10)), "vor ihrem Beginn"),
        (rental_line(room, TUESDAY, time(10), time(12), ends_at=None), "von wann bis wann"),
        (rental_line(other, TUESDAY, time(10), time(12)), "welcher Raum"),
        (rental_line(room, TUESDAY, time(10), time(12), room_id=4711), "welcher Raum"),
    ]:
        with pytest.raises(DomainError, match=f"Position 1: .*{match}"):
            factories.draft(line)
    with pytest.raises(DomainError, match="höchstens 31 Tage"):
        rent(room, time(10), time(11), until_day=TUESDAY + timedelta(days=31))
    with pytest.raises(NeedsConfirmation) as question:
        rent(room, time(11), time(13), day=DAY)
    assert question.value.code == "past"
    owner = factories.customer()
    lock_customer(owner, reason="zahlt nicht", on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="gesperrt"):
        rent(room, time(10), time(11), of=owner)


def test_a_room_is_free_of_courses_appointments_events_and_rentals():
    room = factories.room()
    course = factories.course_date(room_id=room.id)
    factories.course_day(course, TUESDAY, starts_at=time(8), ends_at=time(9))
    template = factories.appointment_template()
    factories.invoice(factories.appointment_line(template, TUESDAY, time(10), room_id=room.id))
    factories.event(day=TUESDAY, at=time(12), until=time(13), room=room)
    rent(room, time(14), time(16))

    for at, until, what in [
        (time(8, 59), time(10), "Kurs „Welpenkurs“"),
        (time(9), time(10, 1), "Termin „Einzelstunde“"),
        (time(12, 59), time(14), "Veranstaltung „Sommerfest“"),
        (time(15, 59), time(17), "Raumvermietung"),
    ]:
        with pytest.raises(DomainError, match=f"Saal ist zu dieser Zeit belegt: {what}"):
            rent(room, at, until, confirmed=frozenset({"occupied", "past"}))
    for at, until in [(time(9), time(10)), (time(11), time(12)), (time(13), time(14))]:
        rent(room, at, until)  # one ends as the other begins


def test_a_closed_house_is_asked_about_and_a_week_is_taken_whole():
    room = factories.room()
    closed = {"title": "Inventur", "starts_on": TUESDAY, "ends_on": TUESDAY,
              "location_id": room.location_id}  # fmt: skip
    save_record(ClosingTime(), closed, by=ANNA)
    with pytest.raises(NeedsConfirmation, match="geschlossen"):
        rent(room, time(8), time(20))

    rent(room, time(8), time(20), until_day=TUESDAY + timedelta(days=6),
         confirmed=frozenset({"occupied"}))  # fmt: skip

    with pytest.raises(DomainError, match="Raumvermietung"):
        rent(room, time(3), time(4), day=TUESDAY + timedelta(days=5))


def test_a_position_rents_the_room_and_its_cancellation_frees_it():
    room = factories.room()
    invoice = factories.invoice(rental_line(room, TUESDAY, time(10), time(12)))
    rental = db.session.scalars(select(RoomRental)).one()
    assert invoice.current.positions[0].period_last == TUESDAY
    mail = db.session.scalars(select(Message).where(Message.template == "rental_confirmed")).one()
    assert "24.11.2026 10:00–12:00" in mail.subject

    cancel_positions(invoice, reason="abgesagt", on=DAY, by=ANNA)

    assert rental.state is RentalState.CANCELLED
    again = rent(room, time(10), time(12))
    move_rental(again, room=room, day=TUESDAY, at=time(11), until=time(13), on=DAY, by=ANNA)
    cancel_rental(again, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon storniert"):
        cancel_rental(again, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon storniert"):
        move_rental(again, room=room, day=TUESDAY, at=time(1), until=time(2), on=DAY, by=ANNA)


def test_two_invoices_for_one_room_make_one_rental(app):
    room = factories.room()
    drafts = [
        factories.draft(rental_line(room, TUESDAY, time(10 + n), time(12 + n))).id for n in (0, 1)
    ]

    def issue(id_):
        with clock.at(clock.noon(DAY)):
            return issue_invoice(db.session.get(Invoice, id_), on=DAY, by=ANNA).id

    outcomes = in_threads(app, *(lambda id_=id_: issue(id_) for id_ in drafts))

    [refusal] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert "Saal ist zu dieser Zeit belegt" in str(refusal)
    db.session.rollback()
    assert len(db.session.scalars(select(RoomRental)).all()) == 1
