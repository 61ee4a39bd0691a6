"""What appointments are made from, and when lecturers have time (spec COU-15)."""

from flask_admin.helpers import get_form_data

from kutego.models import (
    AppointmentCategory,
    AppointmentPlace,
    AppointmentTemplate,
    Right,
)
from kutego.operations.appointment_templates import (
    archive_template,
    copy_template,
    restore_template,
)
from kutego.texts import marked as m
from kutego.views.office.appointment_choices import named, staff
from kutego.views.office.appointment_slots import WithSlots
from kutego.views.office.catalogue import ACTIVE, CatalogueView
from kutego.views.office.history import WithHistory
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    RecordsField,
    RecordView,
    TextFilter,
    YesNoFilter,
)

MINUTES = " (Minuten)"


class AppointmentCategoryView(WithHistory, CatalogueView):
    model = AppointmentCategory
    slug, title, one = "appointment_categories", "Terminkategorien", "Kategorie"
    icon, category = "tags", "Einzeltermine"
    columns = (Column("name", "Name"), ACTIVE)
    cards = (Card("Kategorie", "name", "is_active"),)
    form_columns = ("name", "is_active")
    empty = "Es gibt noch keine Kategorie. Kategorien ordnen Ihre Vorlagen."


class AppointmentTemplateView(WithSlots, WithHistory, RecordView):
    model = AppointmentTemplate
    slug, title, one = "appointment_templates", "Terminvorlagen", "Vorlage"
    icon, category = "file-earmark-text", "Einzeltermine"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    creates, default_sort = True, "name"
    columns = (
        Column("name", "Name"),
        Column("category", "Kategorie", load=("category",), sort="category.name",
               value=lambda t: t.category and t.category.name),
        Column("duration_minutes", "Dauer" + MINUTES),
        Column("place", "Ort"),
        Column("lecturers", "Lehrkräfte", load=("lecturers.customer",),
               value=lambda t: ", ".join(each.name for each in t.lecturers)),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent", shown=False),
        Column("buffer_minutes", "Pause danach" + MINUTES, shown=False),
        Column("lead_hours", "Vorlauf (Stunden)", shown=False),
        ACTIVE,
    )  # fmt: skip
    fields = (
        Column("description", "Beschreibung"),
        Column("category_id", "Kategorie"),
        Column("location_id", "Standort"),
        Column("room_id", "Raum"),
        Column("location", "Standort", quiet=True),
        Column("room", "Raum", quiet=True),
        METHODS,
    )
    form_overrides = METHOD_FIELD
    filters = (
        TextFilter("name", "Name"),
        ChoiceFilter("place", "Ort", AppointmentPlace),
        YesNoFilter("is_active", "Aktiv"),
    )
    cards = (
        Card("Termin", "name", "description", "category", "duration_minutes", "buffer_minutes",
             "lead_hours"),
        Card("Wo und mit wem", "place", "location", "room", "lecturers"),
        Card("Preis", "price", "vat_rate", "payment_methods", "is_active"),
    )  # fmt: skip
    form_columns = (
        "name", "description", "category_id", "place", "location_id", "room_id",
        "duration_minutes", "buffer_minutes", "lead_hours", "price", "vat_rate",
        "payment_methods", "is_active",
    )  # fmt: skip
    form_args = {
        "buffer_minutes": {"description": m("Bleibt nach jedem Termin frei, für Wege und Umbau.")},
        "lead_hours": {"description": m("So lange vorher muss ein Termin spätestens stehen.")},
    }
    buttons = (
        Button(copy_template, None, label="Kopieren", icon="copy", right=Right.COURSES_EDIT,
               done="Die Kopie ist angelegt."),
        Button(archive_template, None, label="Archivieren", icon="archive", mass=True,
               done="Die Vorlage ist archiviert.", right=Right.COURSES_EDIT,
               shown=lambda t: t.is_active),
        Button(restore_template, None, label="Wieder anbieten", icon="arrow-counterclockwise",
               done="Die Vorlage wird wieder angeboten.", right=Right.COURSES_EDIT, mass=True,
               shown=lambda t: not t.is_active),
    )  # fmt: skip
    empty = "Es gibt noch keine Vorlage. Sie sagt, wie lange ein Termin dauert und wer ihn gibt."

    def create_form(self, obj=None):
        return self._form(self._create_form_class, None)

    def edit_form(self, obj=None):
        return self._form(self._edit_form_class, obj)

    def _form(self, kind, template):
        """With the lecturers, who stand in a table of their own."""
        field = RecordsField(m("Lehrkräfte"), staff, text=named)
        extended = type(kind.__name__, (kind,), {"lecturers": field})
        return extended(get_form_data(), obj=template)
