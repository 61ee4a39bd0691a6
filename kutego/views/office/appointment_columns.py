"""What the lists of appointments show, by what they are narrowed, and what a row can do."""

from sqlalchemy import select

from kutego.models import (
    Appointment,
    AppointmentState,
    AppointmentTemplate,
    Location,
    Right,
    Room,
)
from kutego.operations.appointment_mails import place_of_appointment
from kutego.operations.appointments import (
    cancel_appointment,
    mark_held,
    mark_missed,
    move_appointment,
)
from kutego.views.office.appointment_forms import CancelForm, MoveForm
from kutego.views.office.colleagues import all_colleagues
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import Button, ChoiceFilter, Column, DateFilter, RelationFilter

S = AppointmentState
APPOINTMENT_COLUMNS = (
    Column("begins_at", "Beginn"),
    Column("template", "Termin", load=("template",), sort="template.name",
           value=lambda a: a.template.name),
    CUSTOMER,
    Column("participant", PARTICIPANT, load=("participant",), sort="participant.first_name",
           value=lambda a: a.participant and a.participant.name),
    Column("lecturer", "Lehrkraft", load=("lecturer.customer",),
           sort="lecturer.customer.sort_name", value=lambda a: a.lecturer.name),
    Column("place", "Ort", load=("room", "location"), value=place_of_appointment),
    Column("ends_at", "Ende", shown=False),
    Column("blocked_until", "Belegt bis", shown=False),
    Column("created_at", "Angelegt", shown=False),
    Column("created_by", "Angelegt von", shown=False),
    Column("remark", "Bemerkung", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip
APPOINTMENT_FILTERS = (
    DateFilter("begins_at", "Tag"),
    ChoiceFilter("state", "Status", AppointmentState),
    RelationFilter("lecturer_id", "Lehrkraft", load=all_colleagues),
    RelationFilter("template_id", "Vorlage", load=lambda: select(
        AppointmentTemplate.id, AppointmentTemplate.name).order_by(AppointmentTemplate.name)),
    RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    RelationFilter("room_id", "Raum", load=lambda: select(Room.id, Room.name)),
)  # fmt: skip


def is_planned(appointment: Appointment) -> bool:
    """Whether it may still be moved or called off."""
    return appointment.state is S.PLANNED


APPOINTMENT_BUTTONS = (
    Button(move_appointment, MoveForm, label="Verschieben", icon="calendar-range", primary=True,
           done="Der Termin ist verschoben.", right=Right.COURSES_EDIT, shown=is_planned,
           template="office/appointments/plan.html"),
    Button(mark_held, None, label="Hat stattgefunden", icon="check2", mass=True,
           done="Der Termin hat stattgefunden.", right=Right.ATTENDANCE,
           shown=lambda a: a.can(S.HELD)),
    Button(mark_missed, None, label="Nicht erschienen", icon="slash-circle", mass=True,
           done="Der Termin ist als nicht erschienen vermerkt.", right=Right.ATTENDANCE,
           shown=lambda a: a.can(S.MISSED)),
    Button(cancel_appointment, CancelForm, label="Absagen", icon="calendar-x", mass=True,
           danger=True, done="Der Termin ist abgesagt, die Zeit ist wieder frei.",
           right=Right.COURSES_EDIT, shown=is_planned,
           help="Die Zeit wird frei. Was berechnet ist, bleibt berechnet: Geld zurück gibt es "
                "über die Stornierung der Rechnung, die den Termin ebenfalls absagt."),
)  # fmt: skip
