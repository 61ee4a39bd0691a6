"""Appointments, rentals, events and tickets on the screens of the office, and the door."""

import re
from datetime import date, time

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    Appointment,
    AppointmentState,
    Event,
    EventState,
    MassRun,
    Role,
    RoomRental,
    Ticket,
    TicketState,
)
from kutego.operations.appointments import arrange_appointment
from kutego.operations.runs import work_open_runs
from tests import factories
from tests.factories import ANNA, DAY, appointment_line, rental_line, ticket_line
from tests.views.panel.statements import counted
from tests.views.visitor import staff

TUESDAY = date(2026, 11, 24)
EVENING = date(2026, 12, 5)


@pytest.fixture(autouse=True)
def today():
    with clock.at(clock.noon(DAY)):
        yield


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def newest(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def test_a_template_is_made_with_its_lecturers_and_shows_its_free_times(clerk):
    ada = factories.lecturer(first_name="Ada")
    bert = factories.lecturer(first_name="Bert")
    page = "/buero/appointment_templates/new/"
    fields = {"name": "Beratung", "place": "variable", "duration_minutes": "90",
              "buffer_minutes": "0", "lead_hours": "0", "price": "80,00", "vat_rate": "19",
              "is_active": "y"}  # fmt: skip
    assert "mindestens einen Eintrag" in clerk.send(page, **fields).text
    assert clerk.send(page, **fields, lecturers=[f"{ada.id}", f"{bert.id}"]).status_code == 302

    made = clerk.get("/buero/appointment_templates/").text
    assert "Ada Kuhn, Bert Kuhn" in made
    slots = clerk.get(f"/buero/appointment_templates/1/slots/?day={TUESDAY}&lecturer={bert.id}")
    assert {slot["lecturer"] for slot in slots.json} == {"Bert Kuhn"}
    assert slots.json[0] == {"at": "08:00", "begins_at": "2026-11-24T08:00",
                             "lecturer": "Bert Kuhn", "lecturer_id": bert.id}  # fmt: skip
    for odd in ("?day=gestern", "?day=9999-12-31&days=-5", "?lecturer=99999999999", "?days=x"):
        assert clerk.get(f"/buero/appointment_templates/1/slots/{odd}").status_code == 200
    assert clerk.get("/buero/appointment_templates/4711/slots/").status_code == 404


def test_an_appointment_is_made_in_the_record_moved_and_called_off(clerk):
    template, dog = factories.appointment_template(), factories.participant()
    who = template.lecturers[0]
    tab = f"/buero/customers/{dog.customer_id}/appointments/"
    form = {"template": f"{template.id}", "lecturer": f"{who.id}", "participant": f"{dog.id}",
            "day": f"{TUESDAY}", "at": "07:00", "times": "1", "rhythm": "1"}  # fmt: skip
    asked = clerk.send(f"{tab}do/arrange-appointment/", **form)
    assert "außerhalb der Zeiten" in asked.text
    assert clerk.send(f"{tab}do/arrange-appointment/", **form | {"at": "10:00"}).status_code == 302
    made = newest(Appointment)
    assert (made.participant_id, made.state) == (dog.id, AppointmentState.PLANNED)

    page = f"/buero/appointments/{made.id}/"
    assert "24.11.2026 10:00" in clerk.get(page).text
    moved = {"lecturer": f"{who.id}", "day": f"{TUESDAY}", "at": "11:00"}
    assert clerk.send(f"{page}move-appointment/", **moved).status_code == 302
    assert "24.11.2026 10:00–11:00 → 24.11.2026 11:00–12:00" in clerk.get(page).text
    assert clerk.send(f"{page}cancel-appointment/", reason="krank").status_code == 302
    assert newest(Appointment).state is AppointmentState.CANCELLED
    assert "Abgesagt" in clerk.get(tab).text


def test_an_appointment_of_the_general_list_is_for_a_participant_or_a_customer(clerk):
    ada, zoe = (factories.lecturer(last_name=name) for name in ("Adams", "Zander"))
    template, dog = factories.appointment_template(zoe, ada), factories.participant()
    page = "/buero/appointments/do/book-appointment/"
    form = {"template": f"{template.id}", "lecturer": f"{zoe.id}", "day": f"{TUESDAY}",
            "at": "10:00", "times": "1", "rhythm": "1"}  # fmt: skip
    assert "für wen der Termin ist" in clerk.send(page, **form).text
    stranger = f"#{factories.customer(last_name='Abel').id}"
    other = clerk.send(page, **form, participant=f"#{dog.id}", customer=stranger)
    assert "gehört nicht zu diesem Kunden" in other.text
    assert clerk.send(page, **form, participant=f"#{dog.id}").status_code == 302
    assert (newest(Appointment).participant_id, newest(Appointment).customer_id) == (
        dog.id, dog.customer_id,
    )  # fmt: skip
    taken = clerk.send(page, **form, customer=stranger).text
    assert "Frei wäre: 24.11.2026 09:00, 24.11.2026 11:00, 24.11.2026 11:30." in taken
    form |= {"lecturer": f"{ada.id}", "at": "08:00"}
    assert clerk.send(page, **form, customer=stranger).status_code == 302

    for path in ("appointments/?sort=lecturer", "lecturer_hours/?sort=lecturer"):
        rows = re.findall(r"Adams|Zander", clerk.get(f"/buero/{path}").text.partition("<tbody")[2])
        assert rows, path
        assert rows == sorted(rows), path


def test_a_customer_has_appointments_tickets_and_rentals_in_one_tab(clerk):
    owner = factories.customer()
    factories.invoice(
        appointment_line(factories.appointment_template(), TUESDAY, time(10)),
        ticket_line(factories.event(quotas=(5,)).categories[0], 2),
        rental_line(factories.room(), TUESDAY, time(12), time(14)),
        of=owner,
    )
    page = clerk.get(f"/buero/customers/{owner.id}/").text
    tab = re.search(r">Termine\s*<[^>]*>\s*(\d+)", page)
    assert tab is not None
    assert tab.group(1) == "4"
    assert "Di., 24.11.2026" in page[page.index("Nächster Termin") :][:200]
    tabs = ("contracts", "appointments", "offers")
    order = [page.index(f"/customers/{owner.id}/{slug}/") for slug in tabs]
    assert order == sorted(order)
    for slug, words in [
        ("appointments", "Einzelstunde"), ("tickets", "Sommerfest"), ("rentals", "Saal"),
    ]:  # fmt: skip
        assert words in clerk.get(f"/buero/customers/{owner.id}/{slug}/").text
    rental = newest(RoomRental)
    assert "R-2026" in clerk.get(f"/buero/room_rentals/{rental.id}/").text


def test_rooms_are_rented_from_the_list_and_shown_at_the_room(clerk):
    room, owner = factories.room(), factories.customer()
    form = {"room": f"{room.id}", "day": f"{TUESDAY}", "at": "10:00", "until": "12:00",
            "customer": f"#{owner.id}"}  # fmt: skip
    page = "/buero/room_rentals/do/book-room/"
    assert clerk.send(page, **form).status_code == 302
    refused = clerk.send(page, **form | {"at": "11:59", "until": "13:00"})
    assert "Saal ist zu dieser Zeit belegt: Raumvermietung" in refused.text
    made = newest(RoomRental)
    at_home = clerk.get(f"/buero/rooms/{room.id}/rentals/").text
    assert "24.11.2026 10:00" in at_home
    change = {"room": f"{room.id}", "day": f"{TUESDAY}", "at": "15:00", "until": "16:00"}
    assert clerk.send(f"/buero/room_rentals/{made.id}/move-rental/", **change).status_code == 302
    assert clerk.send(f"/buero/room_rentals/{made.id}/cancel-rental/").status_code == 302
    assert "Storniert" in clerk.get("/buero/room_rentals/").text


def test_an_event_is_planned_published_and_called_off_with_its_tickets(app):
    boss = staff(app, factories.employee())
    form = {"name": "Sommerfest", "day": f"{EVENING}", "at": "18:00", "until": "22:00"}
    assert boss.send("/buero/events/do/create-event/", **form).status_code == 302
    event = newest(Event)
    page = f"/buero/events/{event.id}/"
    assert "Ticketkategorie mit Preis" in boss.send(f"{page}publish-event/").text
    category = {"name": "Erwachsene", "price": "12,00", "vat_rate": "19", "quota": "5",
                "is_active": "y"}  # fmt: skip
    assert boss.send(f"{page}categories/new/", **category).status_code == 302
    assert boss.send(f"{page}publish-event/").status_code == 302
    sold = factories.invoice(ticket_line(newest(Event).categories[0], 2))
    assert "2 / 5" in boss.get(page).text

    preview = boss.send(f"{page}cancel-event/", reason="Sturm", settlement="credit")
    assert "2 Tickets werden ungültig" in preview.text
    assert "24,00" in preview.text
    done = boss.send(
        f"{page}cancel-event/", reason="Sturm", settlement="credit",
        seen=re.search(r'name="seen" value="(\w+)"', preview.text).group(1),
    )  # fmt: skip
    assert done.status_code == 302
    work_open_runs()
    assert newest(Event).state is EventState.CANCELLED
    assert newest(Ticket).state is TicketState.VOID
    assert newest(MassRun).title == "Tickets stornieren: Sommerfest"
    assert sold.open_amount == 0


# --- the door ---------------------------------------------------------------------------------


def test_the_door_answers_large_and_says_why_not(clerk):
    event, other = factories.event(quotas=(5,)), factories.event(name="Konzert")
    owner = factories.customer(last_name="<b>Kühn</b>")
    factories.invoice(ticket_line(event.categories[0], 2), of=owner)
    strange = factories.invoice(ticket_line(other.categories[0]))
    one, two = db.session.scalars(select(Ticket).where(Ticket.event_id == event.id)).all()
    wrong = db.session.scalars(select(Ticket).where(Ticket.invoice_id == strange.id)).one()
    door = f"/buero/events/{event.id}/check-in/"

    assert "camera=(self)" in clerk.get(door).headers["Permissions-Policy"]
    assert "camera=()" in clerk.get("/buero/").headers["Permissions-Policy"]
    welcome = clerk.send(door, to=door, code=one.code)
    assert "door-open" in welcome.text
    assert "&lt;b&gt;Kühn" in welcome.text
    assert "<strong>1</strong> von 2 eingelassen" in welcome.text
    for code, words in [
        (one.code, "Schon eingelassen"), ("quatsch", "Diesen Code gibt es nicht"),
        (wrong.code, "andere Veranstaltung"), ("", "Bitte ausfüllen"),
    ]:  # fmt: skip
        answer = clerk.send(door, to=door, code=code)
        assert words in answer.text
        assert "door-open" not in answer.text
    found = clerk.get(f"{door}?q=kuhn").text
    assert found.count("Eingelassen") == 1
    assert two.code in found
    assert clerk.send(f"/buero/tickets/{one.id}/undo-admission/").status_code == 302
    assert "door-open" in clerk.send(door, to=door, code=one.code).text


# --- rights and speed -------------------------------------------------------------------------


def test_a_lecturer_sees_the_own_appointments_and_works_at_the_door(app):
    ada, bert = factories.lecturer(), factories.lecturer()
    for who in (ada, bert):
        template = factories.appointment_template(who, name=f"Bei {who.id}")
        arrange_appointment(
            factories.customer(), template=template, lecturer=who, day=DAY, at=time(15), on=DAY,
            by=ANNA,
        )  # fmt: skip
    mine, others = db.session.scalars(select(Appointment).order_by(Appointment.id)).all()
    event = factories.event()
    lecturer = staff(app, ada)

    listed = lecturer.get("/buero/appointments/").text
    assert (f"Bei {ada.id}" in listed, f"Bei {bert.id}" in listed) == (True, False)
    assert lecturer.get(f"/buero/appointments/{others.id}/").status_code == 404
    day = lecturer.get("/buero/").text
    assert (f"Bei {ada.id}" in day, f"Bei {bert.id}" in day) == (True, False)
    assert lecturer.get(f"/buero/events/{event.id}/check-in/").status_code == 200
    for path in (
        f"appointments/{mine.id}/move-appointment/", "appointments/do/book-appointment/",
        f"events/{event.id}/cancel-event/", "events/do/create-event/", "room_rentals/do/book-room/",
    ):  # fmt: skip
        assert lecturer.get(f"/buero/{path}").status_code == 403, path
    assert "termine" in staff(app, factories.employee(Role.OFFICE)).get("/buero/").text


def test_a_day_and_its_lists_take_as_many_statements_for_many_as_for_one(clerk):
    template = factories.appointment_template(factories.lecturer())
    category = factories.event(day=DAY, at=time(13), quotas=(50,)).categories[0]
    room = factories.room()

    def add(hour):
        owner = factories.customer()
        dog = factories.participant(owner)
        factories.invoice(
            appointment_line(template, DAY, time(hour), participant_id=dog.id),
            ticket_line(category, 2), rental_line(room, DAY, time(hour), time(hour + 1)), of=owner,
        )  # fmt: skip

    paths = ("", "appointments/", "tickets/", "events/", "room_rentals/", "lecturer_hours/",
             "appointment_templates/", f"events/{category.event_id}/tickets/",
             f"events/{category.event_id}/check-in/?q=a")  # fmt: skip

    def counts():
        found = {}
        for path in paths:
            clerk.get(f"/buero/{path}")
            with counted() as seen:
                assert clerk.get(f"/buero/{path}").status_code == 200
            found[path] = len(seen)
        return found

    add(14)
    few = counts()
    for hour in (15, 16, 17, 18, 19):
        add(hour)

    assert counts() == few
    assert {path: n for path, n in few.items() if n > 15} == {}
