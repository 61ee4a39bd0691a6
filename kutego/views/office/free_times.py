"""School holidays, and the button that enters many free times at once (spec COU-02, ADM-04)."""

from sqlalchemy import select

from kutego.models import ClosingTime, Location, Right, SchoolHoliday
from kutego.operations.school_holidays import enter_closings, enter_holidays, remove_holiday
from kutego.texts import gettext as _
from kutego.views.office.free_time_forms import FreeTimesForm, lines_of
from kutego.views.panel import (
    Button,
    Card,
    Column,
    DateFilter,
    Place,
    RecordView,
    RelationFilter,
)

ENTER_CLOSINGS = Button(
    enter_closings, FreeTimesForm, label="Mehrere eintragen", icon="calendar-plus",
    done="Die Schließzeiten sind eingetragen.", place=Place.LIST, right=Right.COURSES_EDIT,
    preview=lines_of(ClosingTime),
    help="Dann findet dort nichts statt. Pausieren nur manche Kurse in den Ferien, tragen Sie "
         "sie besser unter „Schulferien“ ein.",
)  # fmt: skip


class SchoolHolidayView(RecordView):
    model = SchoolHoliday
    slug, title, one, icon = "school_holidays", "Schulferien", "Ferien", "calendar-range"
    category = "Unternehmen"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns = (
        Column("title", "Ferien"),
        Column("starts_on", "Von"),
        Column("ends_on", "Bis"),
        Column("location", "Standort", load=("location",), sort="location.name",
               value=lambda h: h.location.name if h.location else _("alle Standorte")),
    )  # fmt: skip
    fields = (Column("location_id", "Standort (leer: alle)"),)
    filters = (
        DateFilter("starts_on", "Von"),
        RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    )
    default_sort = "-starts_on"
    form_columns = ("title", "location_id", "starts_on", "ends_on")
    creates = False
    cards = (Card("Ferien", "title", "location", "starts_on", "ends_on"),)
    buttons = (
        Button(enter_holidays, FreeTimesForm, label="Ferien eintragen", icon="calendar-plus",
               primary=True, done="Die Ferien sind eingetragen.", place=Place.LIST,
               right=Right.COURSES_EDIT, preview=lines_of(SchoolHoliday),
               help="Kurse, die in den Ferien pausieren, bekommen dann keine Tage. Ob ein Kurs "
                    "pausiert, steht bei seinen Angaben."),
        Button(remove_holiday, None, label="Entfernen", icon="trash", danger=True, mass=True,
               right=Right.COURSES_EDIT, done="Die Ferien sind entfernt.",
               help="Kurstage, die wegen der Ferien entfallen sind, legen Sie am Kurs neu an."),
    )  # fmt: skip
    empty = (
        "Noch keine Schulferien. Tragen Sie sie ein, damit Kurse in den Ferien pausieren können."
    )
