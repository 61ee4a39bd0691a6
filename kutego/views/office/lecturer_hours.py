"""From when to when lecturers give appointments, week by week."""

from kutego.models import LecturerHours, Right, Weekday
from kutego.operations.appointment_templates import delete_hours
from kutego.views.office.colleagues import all_colleagues
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    RecordView,
    RelationFilter,
)


class LecturerHoursView(WithHistory, RecordView):
    model = LecturerHours
    slug, title, one = "lecturer_hours", "Zeiten der Lehrkräfte", "Zeit"
    icon, category = "clock", "Einzeltermine"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    creates = True
    columns = (
        Column("lecturer", "Lehrkraft", load=("lecturer.customer",),
               sort="lecturer.customer.sort_name", value=lambda h: h.lecturer.name),
        Column("weekday", "Wochentag"),
        Column("from_time", "Von"),
        Column("to_time", "Bis"),
    )  # fmt: skip
    fields = (Column("lecturer_id", "Lehrkraft"),)
    filters = (
        RelationFilter("lecturer_id", "Lehrkraft", load=all_colleagues),
        ChoiceFilter("weekday", "Wochentag", Weekday),
    )
    default_sort = "lecturer"
    cards = (Card("Zeit", "lecturer", "weekday", "from_time", "to_time"),)
    form_columns = ("lecturer_id", "weekday", "from_time", "to_time")
    buttons = (
        Button(delete_hours, None, label="Löschen", icon="trash", danger=True, mass=True,
               done="Die Zeit ist gelöscht.", right=Right.COURSES_EDIT,
               help="Termine, die schon stehen, bleiben."),
    )  # fmt: skip
    empty = "Noch keine Zeit. Ohne Zeiten schlägt Kutego für Termine nichts vor."
