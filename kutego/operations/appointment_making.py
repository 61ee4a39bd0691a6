"""How an appointment takes its time, whoever makes it: by hand, as a position, in a series."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentPlace,
    AppointmentTemplate,
    Customer,
    Employee,
    Participant,
    Room,
)
from kutego.operations.activity import log_activity
from kutego.operations.appointment_rules import ask_time, refuse_lecturer, refuse_taken
from kutego.operations.occupancy import calendars, span
from kutego.operations.overlaps import ask_busy
from kutego.texts import gettext as _


def make_appointment(
    customer: Customer,
    template: AppointmentTemplate,
    lecturer: Employee,
    begins_at: datetime,
    *,
    participant: Participant | None = None,
    room: Room | None = None,
    sold: Mapping[str, Any] | None = None,
    confirmed: frozenset[str],
    by: Actor,
) -> Appointment:
    """Take the slot, with the lecturer and the room locked. Joins a transaction.

    Past, too soon and outside the lecturer's hours are asked about ("past", "lead_time",
    "outside"); a lecturer or a room that is taken refuses, see `refuse_occupied`.
    """
    if participant is not None and participant.customer_id != customer.id:
        raise DomainError(_("Dieser Eintrag ({participant}) gehört nicht zu diesem Kunden."))
    refuse_lecturer(template, lecturer)
    room = room or template.room
    lock(db.session(), calendars([lecturer], [room] if room else []))
    ends_at = begins_at + timedelta(minutes=template.duration_minutes)
    blocked_until = ends_at + timedelta(minutes=template.buffer_minutes)
    ask_time(template, lecturer, begins_at, ends_at, confirmed)
    if participant is not None:
        ask_busy(participant, begins_at, ends_at, confirmed=confirmed)
    refuse_taken(template, lecturer, room, begins_at, blocked_until, confirmed=confirmed)
    appointment = Appointment(
        customer=customer,
        participant=participant,
        template=template,
        lecturer=lecturer,
        room=room,
        location_id=room.location_id if room else template.location_id,
        address=_home_of(customer) if template.place is AppointmentPlace.CUSTOMER else None,
        begins_at=begins_at,
        ends_at=ends_at,
        blocked_until=blocked_until,
        created_at=clock.now(),
        created_by=by.name,
        **sold or {},
    )
    db.session.add(appointment)
    note(appointment, "appointment.arranged", by=by)
    return appointment


def note(appointment: Appointment, action: str, *, by: Actor, **facts: Any) -> None:
    """Write what was done into the history, with which appointment it was and when."""
    when = span(appointment.begins_at, appointment.ends_at)
    log_activity(appointment, action, by=by, when=when, what=str(appointment), **facts)


def _home_of(customer: Customer) -> str | None:
    town = " ".join(filter(None, (customer.postcode, customer.city)))
    return ", ".join(filter(None, (customer.street, town)))[:200] or None
