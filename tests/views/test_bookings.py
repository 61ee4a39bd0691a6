"""Bookings, days cancelled on an invoice, and a day called off, on the screen."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    Booking,
    BookingState,
    CompensationState,
    CoveredRule,
    DayCompensation,
    Invoice,
    PaymentMethod,
    PositionKind,
    Role,
)
from kutego.operations.invoices import issue_invoice
from kutego.operations.runs import work_open_runs
from tests import factories
from tests.factories import ANNA, line
from tests.views.test_office import statements
from tests.views.test_position_form import line as form_line
from tests.views.test_position_form import send
from tests.views.visitor import hidden_fields, staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def booked(of=None, price="49.00"):
    draft = factories.draft(
        line(price), of=of, on=clock.today(), payment_method=PaymentMethod.EXTERNAL
    )
    return issue_invoice(draft, on=clock.today(), by=ANNA)


def one(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def confirm(clerk, page, **fields):
    """Look at the preview, then do it; returns what was seen and the answer."""
    seen = clerk.send(page, **fields)
    again = clerk.post(page, {**hidden_fields(seen.text), **fields})
    return seen.text, again


def sold_course(days=5):
    first = clock.today() + timedelta(days=7)
    course = factories.course_date(
        starts_on=first, ends_on=first + timedelta(weeks=days - 1), title="Welpenkurs"
    )
    for week in range(days):
        factories.course_day(course, first + timedelta(weeks=week))
    dog = factories.participant()
    position = line(
        "149.00", kind=PositionKind.COURSE, text="Welpenkurs", participant_id=dog.id,
        course_date_id=course.id,
    )  # fmt: skip
    return course, factories.invoice(position, of=dog.customer, on=clock.today())


def test_the_form_says_before_the_click_what_becomes_of_it_and_leads_to_the_booking(clerk):
    owner = factories.customer()
    page = f"/buero/invoices/new/?customer={owner.id}"
    paid_here = send(clerk, page, form_line(), do="preview").text
    elsewhere = send(clerk, page, form_line(), payment_method="external", do="preview").text
    issued = send(clerk, page, form_line(), payment_method="external", do="issue")

    assert "Daraus wird eine Rechnung." in paid_here
    assert "keine Rechnung. Bezahlt wird nicht bei uns, sondern extern" in elsewhere
    booking = one(Booking)
    assert issued.headers["Location"].endswith(f"/buero/bookings/{booking.id}/")
    shown = clerk.get(issued.headers["Location"]).text
    assert "Die Buchung ist angelegt." in shown
    assert "Externe Bezahlung" in shown
    assert "Buchungsbestätigung" in shown or "PDF" in shown


def test_bookings_are_listed_done_in_bulk_and_become_invoices(clerk, app):
    owner = factories.customer()
    first, second = booked(owner), booked(owner, "10.00")
    tab = clerk.get(f"/buero/customers/{owner.id}/bookings/").text
    assert first.number in tab
    assert second.number in clerk.get("/buero/bookings/?f.reason=external").text
    assert first.number in clerk.get(f"/buero/suche?q={first.number}").text
    with statements() as few:
        clerk.get("/buero/bookings/")
    for _n in range(4):
        booked(owner)
    with statements() as many:
        clerk.get("/buero/bookings/")
    assert len(many) == len(few) <= 15
    assert "Buchungen ohne Rechnung sind offen" in clerk.get("/buero/").text

    finished = clerk.send(f"/buero/bookings/{second.id}/finish-booking/")
    assert finished.status_code == 302
    assert second.number in clerk.get("/buero/bookings/?f.state=done").text
    seen, done = confirm(clerk, f"/buero/bookings/{first.id}/convert-booking/",
                         payment_method="bank_transfer")  # fmt: skip

    assert "Beratung" in seen
    assert done.status_code == 302
    db.session.rollback()
    assert db.session.get(Booking, first.id).state is BookingState.CONVERTED
    assert one(Invoice).number in clerk.get(f"/buero/bookings/{first.id}/").text
    seen, done = confirm(clerk, f"/buero/bookings/{second.id}/cancel-booking/", reason="Irrtum")
    assert "Es ist nichts zurückzugeben." in seen
    assert done.status_code == 302
    assert "hat die Buchung" in clerk.get(f"/buero/customers/{owner.id}/timeline/").text


def test_one_position_of_a_booking_is_cancelled_and_the_preview_does_not_wait_for_a_reason(clerk):
    code = factories.value_voucher(value=Decimal("100.00"), on=clock.today())
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    booking = factories.invoice(
        line("60.00", text="Beratung"), line("20.00", text="Buch"), codes=[code.code],
        on=clock.today(),
    )  # fmt: skip
    page = f"/buero/bookings/{booking.id}/cancel-booking/"
    gone = str(booking.positions[1].id)

    glance = clerk.send(page, positions=gone)
    assert f"Zurück auf Gutschein {code.short}" in glance.text
    assert 'name="seen"' not in glance.text
    _seen, done = confirm(clerk, page, positions=gone, reason="Doch nicht")

    assert done.status_code == 302
    record = clerk.get(f"/buero/bookings/{booking.id}/").text
    assert "Davon storniert" in record
    assert "Mit Gutschein bezahlt" in record
    rows = clerk.get(f"/buero/bookings/{booking.id}/positions/").text
    assert rows.count("Storniert") == 1
    assert re.search(r'data-label="Menge">\s*1\s*<', rows)
    assert "Buch" not in clerk.get(page).text.partition("Grund")[0].partition("Positionen")[2]


def test_three_of_five_days_are_charged(clerk):
    _course, invoice = sold_course()
    page = f"/buero/invoices/{invoice.id}/cancel-positions/"

    form = clerk.get(page).text
    seen, done = confirm(
        clerk, page, **{"days-p1": "2"}, reason="Krank", fee="0,00", settlement="credit"
    )

    assert "2 von 5 Tagen (3 bleiben berechnet): 59,60\xa0€" in form
    assert "Welpenkurs (2 von 5 Tagen): 59,60\xa0€" in seen
    assert done.status_code == 302
    assert one(Invoice).open_amount == Decimal("89.40")


def test_a_day_is_called_off_from_the_days_of_the_course(clerk):
    course, invoice = sold_course()
    day = course.days[0]
    page = f"/buero/course_dates/{course.id}/days/{day.id}/call-off-day/"

    seen, asked = confirm(clerk, page, way="money", send_mail="y")
    assert f"Bello: Position auf {invoice.number}" in seen
    assert "Das lässt sich nicht zurücknehmen" in asked.text
    done = clerk.post(page, {**hidden_fields(asked.text), "way": "money", "send_mail": "y"})
    db.session.rollback()
    work_open_runs()

    assert done.status_code == 302
    assert one(DayCompensation).state is CompensationState.DONE
    assert one(Invoice).open_amount == Decimal("119.20")
    tab = clerk.get(f"/buero/course_dates/{course.id}/compensations/").text
    assert f"29,80\xa0€ weniger auf Rechnung {invoice.number}" in tab
