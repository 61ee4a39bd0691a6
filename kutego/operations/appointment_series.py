"""The same appointment week after week, as far as there is time for it."""

from datetime import date, time, timedelta
from typing import Any

from kutego.actor import Actor
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Appointment, AppointmentTemplate, Customer, Employee, Rhythm
from kutego.operations.appointment_making import make_appointment
from kutego.operations.wall_clock import moment_of
from kutego.texts import gettext as _
from kutego.texts import ngettext

MOST = 52


def make_series(
    customer: Customer,
    template: AppointmentTemplate,
    lecturer: Employee,
    day: date,
    at: time,
    *,
    times: int,
    rhythm: Rhythm,
    confirmed: frozenset[str],
    by: Actor,
    **values: Any,
) -> list[Appointment]:
    """Make an appointment and those that repeat it. Joins a transaction.

    The first must fit. A later one on a day when somebody is away, the house is closed or the time
    is taken is left out, after a question ("left_out") that names them all.
    """
    if not 1 <= times <= MOST:
        raise DomainError(_("Bitte 1 bis %(most)s Termine auf einmal.", most=MOST))
    begin = moment_of(day, at)
    made = [
        make_appointment(customer, template, lecturer, begin, confirmed=confirmed, by=by, **values)
    ]
    left_out = []
    for number in range(1, times):
        begin = moment_of(day + number * timedelta(weeks=rhythm.weeks), at)
        try:
            one = make_appointment(
                customer, template, lecturer, begin, confirmed=confirmed - {"occupied"}, by=by,
                **values,
            )  # fmt: skip
        except NeedsConfirmation as question:
            if question.code != "occupied":
                raise
            left_out.append(str(question).removesuffix(_("Trotzdem eintragen?")).strip())
        except DomainError as refusal:
            left_out.append(str(refusal))
        else:
            made.append(one)
    if left_out and "left_out" not in confirmed:
        sentence = ngettext(
            "Ein Termin der Reihe passt nicht und wird ausgelassen. Die übrigen eintragen?",
            "%(count)s Termine der Reihe passen nicht und werden ausgelassen. Die übrigen "
            "eintragen?",
            len(left_out),
        )
        raise NeedsConfirmation("left_out", sentence, tuple(left_out))
    return made
