"""Appointments: arranged, moved, called off, held."""

from datetime import date, time, timedelta
from typing import cast

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentState,
    AppointmentTemplate,
    Customer,
    Employee,
    Participant,
    Rhythm,
    Room,
)
from kutego.operations.appointment_mails import tell_appointment, tell_arranged
from kutego.operations.appointment_making import note
from kutego.operations.appointment_rules import ask_time, refuse_lecturer, refuse_taken
from kutego.operations.appointment_series import make_series
from kutego.operations.occupancy import calendars, span
from kutego.operations.overlaps import ask_busy
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
    times: int = 1,
    rhythm: Rhythm = Rhythm.WEEK,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Appointment:
    """Make an appointment by hand, without money. `day` and `at` are those of the wall clock.

    With more `times` than one it repeats; what does not fit is asked about, see `make_series`.
    Returns the first.
    """
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    appointments = make_series(
        customer, template, lecturer, day, at, times=times, rhythm=rhythm,
        participant=participant, room=room, confirmed=confirmed, by=by,
    )  # fmt: skip
    for appointment in appointments:
        appointment.remark = remark
        appointment.address = address or appointment.address
    if send_mail:
        tell_arranged(appointments)
    return appointments[0]


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
    times: int = 1,
    rhythm: Rhythm = Rhythm.WEEK,
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
        times=times, rhythm=rhythm, send_mail=send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip


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
    if appointment.participant is not None:
        ask_busy(
            appointment.participant, begins_at, ends_at, apart_from=appointment,
            confirmed=confirmed,
        )  # fmt: skip
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
    note(appointment, "appointment.moved", by=by, before=before)
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
    note(appointment, "appointment.cancelled", by=by, personal=personal)


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
    note(appointment, f"appointment.{state.value}", by=by)


def _refuse_unless_planned(appointment: Appointment) -> None:
    if appointment.state is not AppointmentState.PLANNED:
        raise DomainError(
            _("Der Termin ist „%(state)s“ und bleibt, wie er ist.", state=appointment.state.label)
        )
