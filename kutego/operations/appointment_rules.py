"""What must hold for the time of an appointment, whoever makes it."""

from datetime import datetime, timedelta

from kutego import clock
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import AppointmentTemplate, Employee
from kutego.operations.appointment_slots import is_within_hours, lecturers_of
from kutego.operations.occupancy import span
from kutego.texts import gettext as _


def refuse_lecturer(template: AppointmentTemplate, lecturer: Employee) -> None:
    """Only who gives appointments of this template."""
    if lecturer.id not in {each.id for each in lecturers_of(template)}:
        raise DomainError(
            _("%(name)s gibt keine Termine „%(template)s“.", name=lecturer.name, template=template)
        )


def ask_time(
    template: AppointmentTemplate,
    lecturer: Employee,
    begins_at: datetime,
    ends_at: datetime,
    confirmed: frozenset[str],
) -> None:
    """Ask about a time that is over, too soon, or outside the lecturer's hours."""
    now, when = clock.now(), span(begins_at, ends_at)
    if begins_at < now:
        if "past" not in confirmed:
            raise NeedsConfirmation(
                "past", _("%(when)s ist schon vorbei. Trotzdem eintragen?", when=when)
            )
        return
    if begins_at < now + timedelta(hours=template.lead_hours) and "lead_time" not in confirmed:
        raise NeedsConfirmation(
            "lead_time",
            _("„%(name)s“ braucht %(hours)s Stunden Vorlauf. Trotzdem eintragen?",
              name=template, hours=template.lead_hours),
        )  # fmt: skip
    if "outside" not in confirmed and not is_within_hours(lecturer, begins_at, ends_at):
        raise NeedsConfirmation(
            "outside",
            _("%(when)s liegt außerhalb der Zeiten von %(name)s. Trotzdem eintragen?",
              when=when, name=lecturer.name),
        )  # fmt: skip
