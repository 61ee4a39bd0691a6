"""A mail some days before an appointment, where the house wants one."""

from datetime import date, time, timedelta

from sqlalchemy import Select, literal, or_, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentState,
    Company,
    Customer,
    CustomerState,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.appointment_mails import tell_appointment
from kutego.operations.occupancy import span
from kutego.periods import DAY
from kutego.texts import gettext as _

MOST = 14  # days before
FRESH = timedelta(hours=12)  # who has just been told when it is needs no reminder


def check_reminder(record: Company) -> None:
    """Refuse a number of days that cannot be meant."""
    days = record.appointment_reminder_days
    if days is not None and not 1 <= days <= MOST:
        raise DomainError(
            _("An Termine wird 1 bis %(most)s Tage vorher erinnert, oder gar nicht.", most=MOST)
        )


def appointments_to_remind(on: date) -> Select[int]:
    """The ids of what takes place soon and has not been reminded of; what was moved is again."""
    house, now = company(), clock.now()
    days = house.appointment_reminder_days
    last = clock.moment(on + ((days or 0) + 1) * DAY, time(0), house.zone)
    return (
        select(Appointment.id)
        .join(Customer, Customer.id == Appointment.customer_id)
        .where(
            literal(days is not None),
            Appointment.state == AppointmentState.PLANNED,
            Appointment.begins_at > now,
            Appointment.begins_at < last,
            Appointment.created_at < now - FRESH,
            or_(
                Appointment.reminded_for.is_(None),
                Appointment.reminded_for != Appointment.begins_at,
            ),
            Customer.state == CustomerState.ACTIVE,
            Customer.email.is_not(None),
        )
        .order_by(Appointment.begins_at, Appointment.id)
    )


@operation
def remind_of_appointment(appointment: Appointment, *, on: date, by: Actor) -> bool:
    """Tell the customer once more when it is; False where that is done or it is over."""
    if appointment.state is not AppointmentState.PLANNED or appointment.begins_at <= clock.now():
        return False
    if appointment.reminded_for == appointment.begins_at:
        return False
    appointment.reminded_for = appointment.begins_at
    tell_appointment(appointment, "appointment_reminder")
    log_activity(
        appointment, "appointment.reminded", by=by, what=str(appointment),
        when=span(appointment.begins_at, appointment.ends_at),
    )  # fmt: skip
    return True
