"""Appointments, an event with tickets, and a rented room of the demo."""

from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import (
    Appointment,
    AppointmentCategory,
    AppointmentPlace,
    AppointmentTemplate,
    Customer,
    CustomerState,
    Employee,
    Event,
    LecturerHours,
    Location,
    Message,
    MessageState,
    PaymentMethod,
    PositionKind,
    Role,
    Room,
    Ticket,
    TicketCategory,
    Weekday,
)
from kutego.operations.appointment_slots import Slot, free_slots
from kutego.operations.appointments import arrange_appointment, mark_held, mark_missed
from kutego.operations.check_in import admit_ticket
from kutego.operations.events import create_event, publish_event
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.operations.master_data import save_record
from kutego.operations.positions import PositionInput
from kutego.operations.room_rentals import rent_room

TEMPLATES = (
    ("Einzelstunde", AppointmentPlace.FIXED, 60, 0, "65.00"),
    ("Verhaltensberatung", AppointmentPlace.CUSTOMER, 90, 30, "120.00"),
)
LATE = frozenset({"past", "lead_time", "outside", "occupied", "double"})
VISITORS, TRAINING = 4, 5


def add_events(on: date) -> None:
    """What was and what is to come around the day `on`."""
    with clock.at(clock.noon(on)):
        location = db.session.scalars(select(Location).order_by(Location.id)).first()
        customers = _customers()
        if location is None or not customers:
            return
        templates = _templates(location)
        _appointments(templates, customers, on)
        for name, day in (("Tag der offenen Tür", on), ("Winterfest", on + timedelta(days=12))):
            _tickets(_event(name, location, day), customers, on)
        _admit_half(on)
        _rental(customers[0], on)
        with transaction() as session:  # nothing of the demo ever leaves the house
            queued = update(Message).where(Message.state == MessageState.QUEUED)
            session.execute(
                queued.values(state=MessageState.SENT, sent_at=clock.now(), attempts=1,
                              next_attempt_at=None)
            )  # fmt: skip


def _customers() -> list[Customer]:
    query = select(Customer).where(
        Customer.state == CustomerState.ACTIVE, Customer.last_name.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Customer.id).limit(VISITORS + TRAINING)))


def _templates(location: Location) -> list[AppointmentTemplate]:
    teaching = select(Employee).where(Employee.role == Role.INSTRUCTOR).order_by(Employee.id)
    lecturers = list(db.session.scalars(teaching))
    for who in lecturers:
        for weekday in (Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY):
            hours = {
                "lecturer_id": who.id, "weekday": weekday, "from_time": time(9), "to_time": time(13)
            }  # fmt: skip
            save_record(LecturerHours(), hours, by=OFFICE)
    category = save_record(AppointmentCategory(), {"name": "Training"}, by=OFFICE)
    return [
        save_record(
            AppointmentTemplate(),
            {
                "name": name, "category_id": category.id, "place": place,
                "location_id": location.id if place is AppointmentPlace.FIXED else None,
                "duration_minutes": minutes, "buffer_minutes": pause, "price": Decimal(price),
                "lead_hours": 24, "lecturers": lecturers,
            },
            by=OFFICE,
        )
        for name, place, minutes, pause, price in TEMPLATES
    ]  # fmt: skip


def _appointments(
    templates: list[AppointmentTemplate], customers: list[Customer], on: date
) -> None:
    """Some held, one missed, one today, the others in the next weeks; one of them is billed."""
    for n, customer in enumerate(customers[:TRAINING]):
        template = templates[n % 2]
        begin = clock.noon(on - timedelta(days=14))
        past = free_slots(template, begin.date(), on - timedelta(days=1), not_before=begin)
        coming = free_slots(template, on + timedelta(days=1 + n), on + timedelta(days=25))
        if not past or not coming:
            return
        if n < 2:
            slot = past[0]
            with clock.at(begin):
                made = _arrange(customer, template, slot, on)
            (mark_missed if n else mark_held)(made, on=on, by=OFFICE)
        if n == 2:
            _bill(customer, template, coming[0], on)
        else:
            _arrange(customer, template, coming[0], on)
    who = templates[0].lecturers[0]
    arrange_appointment(
        customers[-1], template=templates[0], lecturer=who, day=on, at=time(19), confirmed=LATE,
        on=on, by=OFFICE,
    )  # fmt: skip


def _arrange(
    customer: Customer, template: AppointmentTemplate, slot: Slot, on: date
) -> Appointment:
    begin = slot.begins_at.astimezone(clock.BERLIN)
    return arrange_appointment(
        customer, template=template, lecturer=slot.lecturer, day=begin.date(), at=begin.time(),
        confirmed=LATE, on=on, by=OFFICE,
    )  # fmt: skip


def _bill(customer: Customer, template: AppointmentTemplate, slot: Slot, on: date) -> None:
    appointment = PositionInput(
        kind=PositionKind.APPOINTMENT, text=template.name, unit_price=template.price,
        vat_rate=template.vat_rate, appointment_template_id=template.id,
        lecturer_id=slot.lecturer.id, begins_at=slot.begins_at,
    )  # fmt: skip
    _sell(customer, on, appointment)


def _event(name: str, location: Location, day: date) -> Event:
    event = create_event(
        name=name, day=day, at=time(10), until=time(18), location=location, on=day, by=OFFICE,
        description="Für Hunde und ihre Menschen, bei jedem Wetter.",
    )  # fmt: skip
    for kind, price, quota in (("Erwachsene", "8.00", 60), ("Kinder", "4.00", 30)):
        values = {"event_id": event.id, "name": kind, "price": Decimal(price), "quota": quota}
        save_record(TicketCategory(), values, by=OFFICE)
    publish_event(event, on=day, by=OFFICE)
    return event


def _tickets(event: Event, customers: list[Customer], on: date) -> None:
    for n, customer in enumerate(customers[:VISITORS]):
        category = event.categories[n % 2]
        tickets = PositionInput(
            kind=PositionKind.TICKET, text=str(category), unit_price=category.price,
            vat_rate=category.vat_rate, quantity=Decimal(1 + n % 3),
            ticket_category_id=category.id,
        )  # fmt: skip
        _sell(customer, on, tickets)


def _admit_half(on: date) -> None:
    """The door of today's event is open."""
    query = select(Ticket).join(Event).where(Event.begins_at < clock.now()).order_by(Ticket.id)
    for ticket in db.session.scalars(query).all()[::2]:
        admit_ticket(ticket, on=on, by=OFFICE)


def _rental(customer: Customer, on: date) -> None:
    room = db.session.scalars(select(Room).order_by(Room.id.desc())).first()
    if room is not None:
        rent_room(
            customer, room=room, day=on + timedelta(days=3), at=time(20), until=time(22),
            remark="Bringt eigene Geräte mit", confirmed=LATE, on=on, by=OFFICE,
        )  # fmt: skip


def _sell(customer: Customer, on: date, position: PositionInput) -> None:
    draft = save_draft(
        customer, positions=[position], payment_method=PaymentMethod.BANK_TRANSFER, on=on,
        by=OFFICE,
    )  # fmt: skip
    issue_invoice(draft, confirmed=LATE, on=on, by=OFFICE)
