"""Appointments: arranged, moved, called off, held."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentPlace,
    AppointmentState,
    AppointmentTemplate,
    Customer,
    Employee,
    Participant,
    Room,
)
from kutego.operations.activity import log_activity
from kutego.operations.appointment_mails import tell_appointment
from kutego.operations.appointment_rules import ask_time, refuse_lecturer, refuse_taken
from kutego.operations.occupancy import calendars, span
from kutego.operations.wall_clock import moment_of
from kutego.texts import gettext as _


@operation
def arrange_appointment(
    customer: Customer,
    *,
    template: AppointmentTemplate,
    lecturer: Employee,
    day: date,
    at: time,
    participant: Participant | None = None,
    room: Room | None = None,
    address: str | None = None,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Appointment:
    """Make an appointment by hand, without money. `day` and `at` are those of the wall clock."""
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    appointment = make_appointment(
        customer, template, lecturer, moment_of(day, at), participant=participant, room=room,
        confirmed=confirmed, by=by,
    )  # fmt: skip
    appointment.remark = remark
    if address:
        appointment.address = address
    if send_mail:
        tell_appointment(appointment, "appointment_confirmed")
    return appointment


@operation
def book_appointment(
    *,
    participant: Participant | None = None,
    customer: Customer | None = None,
    template: AppointmentTemplate,
    lecturer: Employee,
    day: date,
    at: time,
    room: Room | None = None,
    address: str | None = None,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Appointment:
    """The same from a list that belongs to nobody: for a participant, or just for a customer."""
    if customer is None and participant is None:
        raise DomainError(_("Bitte auswählen, für wen der Termin ist."))
    return arrange_appointment(
        customer or cast(Participant, participant).customer, template=template, lecturer=lecturer,
        day=day, at=at, participant=participant, room=room, address=address, remark=remark,
        send_mail=send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip


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
    _log(appointment, "appointment.arranged", by=by)
    return appointment


@operation
def move_appointment(
    appointment: Appointment,
    *,
    lecturer: Employee,
    day: date,
    at: time,
    room: Room | None = None,
    address: str | None = None,
    send_mail: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> None:
    """Put the appointment to another time, lecturer or place; its old time is free again."""
    _refuse_unless_planned(appointment)
    template, begins_at = appointment.template, moment_of(day, at)
    if lecturer.id != appointment.lecturer_id:
        refuse_lecturer(template, lecturer)
    lock(db.session(), calendars([lecturer, appointment.lecturer], [room] if room else []))
    ends_at = begins_at + timedelta(minutes=template.duration_minutes)
    blocked_until = ends_at + timedelta(minutes=template.buffer_minutes)
    ask_time(template, lecturer, begins_at, ends_at, confirmed)
    refuse_taken(
        template, lecturer, room, begins_at, blocked_until, apart_from=appointment,
        confirmed=confirmed,
    )  # fmt: skip
    before = span(appointment.begins_at, appointment.ends_at)
    appointment.lecturer, appointment.room = lecturer, room
    appointment.location_id = room.location_id if room else template.location_id
    appointment.begins_at, appointment.ends_at = begins_at, ends_at
    appointment.blocked_until, appointment.address = blocked_until, address
    appointment.sequence += 1
    _log(appointment, "appointment.moved", by=by, before=before)
    if send_mail:
        tell_appointment(appointment, "appointment_moved")


@operation
def cancel_appointment(
    appointment: Appointment, *, reason: str | None = None, send_mail: bool = True, on: date,
    by: Actor,
) -> None:  # fmt: skip
    """Call it off: the time is free again (spec EVT-02). What was billed for it stays billed."""
    _refuse_unless_planned(appointment)
    free_appointment(appointment, on=on, by=by, reason=reason)
    if send_mail:
        tell_appointment(appointment, "appointment_cancelled")


def free_appointment(
    appointment: Appointment, *, on: date, by: Actor, reason: str | None = None
) -> None:
    """Give the time back; nobody is told. Joins a transaction."""
    if appointment.state is AppointmentState.CANCELLED:
        return
    appointment.move_to(AppointmentState.CANCELLED)
    appointment.sequence += 1
    personal = {"reason": reason} if reason else None
    _log(appointment, "appointment.cancelled", by=by, personal=personal)


@operation
def mark_held(appointment: Appointment, *, on: date, by: Actor) -> None:
    """Note that it took place."""
    _mark(appointment, AppointmentState.HELD, by=by)


@operation
def mark_missed(appointment: Appointment, *, on: date, by: Actor) -> None:
    """Note that the customer did not come. It stays billed."""
    _mark(appointment, AppointmentState.MISSED, by=by)


# --- parts ------------------------------------------------------------------------------------


def _mark(appointment: Appointment, state: AppointmentState, *, by: Actor) -> None:
    if appointment.begins_at > clock.now():
        raise DomainError(_("Der Termin hat noch nicht begonnen."))
    appointment.move_to(state)
    _log(appointment, f"appointment.{state.value}", by=by)


def _log(appointment: Appointment, action: str, *, by: Actor, **facts: Any) -> None:
    when = span(appointment.begins_at, appointment.ends_at)
    log_activity(appointment, action, by=by, when=when, what=str(appointment), **facts)


def _refuse_unless_planned(appointment: Appointment) -> None:
    if appointment.state is not AppointmentState.PLANNED:
        raise DomainError(
            _("Der Termin ist „%(state)s“ und bleibt, wie er ist.", state=appointment.state.label)
        )


def _home_of(customer: Customer) -> str | None:
    town = " ".join(filter(None, (customer.postcode, customer.city)))
    return ", ".join(filter(None, (customer.street, town)))[:200] or None
