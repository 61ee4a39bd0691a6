"""What must hold for the time of an appointment, whoever makes it."""

from datetime import datetime, timedelta

from kutego import clock
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Appointment, AppointmentTemplate, Employee, Room, company
from kutego.operations.appointment_slots import free_slots, is_within_hours, lecturers_of
from kutego.operations.occupancy import refuse_occupied, span
from kutego.periods import DAY
from kutego.texts import gettext as _

AHEAD = 13 * DAY  # looked at for other times, after the day that was wished for
PROPOSED = 3


class SlotTaken(DomainError):
    """The time is gone; `others` names free ones in a sentence, where there are any."""

    def __init__(self, refusal: str, others: str | None) -> None:
        super().__init__(" ".join(filter(None, (refusal, others))))
        self.others = others


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


def refuse_taken(
    template: AppointmentTemplate,
    lecturer: Employee,
    room: Room | None,
    begins_at: datetime,
    blocked_until: datetime,
    *,
    apart_from: Appointment | None = None,
    confirmed: frozenset[str],
) -> None:
    """Refuse a time at which the lecturer or the room is taken, and say when there is one.

    A course in the same room, an absence and a closing time are asked about, see
    `refuse_occupied`.
    """
    try:
        refuse_occupied(
            begins_at, blocked_until, lecturer=lecturer, room=room, apart_from=apart_from,
            shares_room=True, confirmed=confirmed,
        )  # fmt: skip
    except NeedsConfirmation:
        raise
    except DomainError as refusal:
        other = _other_times(template, lecturer, room, begins_at, apart_from)
        raise SlotTaken(str(refusal), other) from None


def _other_times(
    template: AppointmentTemplate,
    lecturer: Employee,
    room: Room | None,
    wished: datetime,
    apart_from: Appointment | None,
) -> str | None:
    """The next free times from the day on that was wished for, those nearest to it on that day."""
    zone = company().zone
    day = wished.astimezone(zone).date()
    slots = free_slots(
        template, day, day + AHEAD, lecturer=lecturer, room=room, apart_from=apart_from
    )
    times = [slot.begins_at.astimezone(zone) for slot in slots]
    times.sort(key=lambda at: (at.date(), abs(at - wished), at < wished))
    if not times:
        return None
    named = ", ".join(f"{at:%d.%m.%Y %H:%M}" for at in sorted(times[:PROPOSED]))
    return _("Frei wäre: %(times)s.", times=named)
