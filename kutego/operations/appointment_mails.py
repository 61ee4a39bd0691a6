"""What a customer is told of an appointment or a rental, with the entry for their own calendar."""

from collections.abc import Sequence

from kutego import clock
from kutego.db import db
from kutego.models import (
    Appointment,
    AppointmentState,
    Company,
    Invitation,
    RentalState,
    RoomRental,
    company,
)
from kutego.models.ids import give_id
from kutego.operations.messages import queue_message
from kutego.operations.occupancy import span
from kutego.rendering.invitation import Entry
from kutego.texts import gettext as _

GONE = (AppointmentState.CANCELLED, RentalState.CANCELLED)


def tell_appointment(appointment: Appointment, template: str) -> None:
    """Queue one of the mails about an appointment. Without an address there is nothing to tell."""
    if not appointment.customer.email:
        return
    place = place_of_appointment(appointment)
    queue_message(
        appointment.customer, template, subject_of=appointment, attachments=[_file(appointment)],
        appointment=appointment, when=span(appointment.begins_at, appointment.ends_at),
        place=place,
    )  # fmt: skip


def tell_arranged(appointments: Sequence[Appointment]) -> None:
    """Confirm one appointment, or several of one customer in one mail."""
    first = appointments[0]
    if len(appointments) == 1:
        tell_appointment(first, "appointment_confirmed")
    elif first.customer.email:
        times = [span(each.begins_at, each.ends_at) for each in appointments]
        queue_message(
            first.customer, "appointments_confirmed", subject_of=first, appointment=first,
            attachments=[_file(each) for each in appointments], times=times,
            place=place_of_appointment(first),
        )  # fmt: skip


def tell_rental(rental: RoomRental, template: str) -> None:
    """Queue one of the mails about a rental."""
    if not rental.customer.email:
        return
    queue_message(
        rental.customer, template, subject_of=rental, attachments=[_file(rental)], rental=rental,
        when=span(rental.begins_at, rental.ends_at), place=rental.room.location.address,
    )  # fmt: skip


def place_of_appointment(appointment: Appointment) -> str | None:
    """Where it takes place, in one line: an agreed address, else the room and the location."""
    if appointment.address:
        return appointment.address
    room, location = appointment.room, appointment.location
    parts = [room.name if room else None, location.address if location else None]
    return ", ".join(part for part in parts if part) or None


# --- parts ------------------------------------------------------------------------------------


def _file(record: Appointment | RoomRental) -> Invitation:
    db.session.flush()
    row = Invitation(
        customer=record.customer,
        entry=_entry(record, company()).kept(),
        created_at=clock.now(),
    )
    give_id(row)
    db.session.add(row)
    return row


def _entry(record: Appointment | RoomRental, house: Company) -> Entry:
    if isinstance(record, Appointment):
        title, place = record.template.name, place_of_appointment(record)
        text = _("%(name)s, %(house)s", name=record.lecturer.name, house=house.name)
    else:
        title = _("Raum %(room)s", room=record.room.name)
        place, text = record.room.location.address, house.name
    domain = (house.mail_from or house.email or "kutego.invalid").rpartition("@")[2]
    return Entry(
        uid=f"{record.__tablename__}-{record.id}@{domain}",
        sequence=record.sequence,
        begins_at=record.begins_at,
        ends_at=record.ends_at,
        title=title,
        place=place,
        text=text,
        is_cancelled=record.state in GONE,
    )
