"""What belongs to a location: rooms, opening hours, closing times (spec ADM-04)."""

from kutego.models import ClosingTime, OpeningHours, Right, Room
from kutego.operations.locations import remove_closing, remove_hours
from kutego.texts import gettext as _
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.panel import (
    Button,
    Card,
    Column,
    DateFilter,
    TabView,
    YesNoFilter,
    place_of,
)

CLOSING_COLUMNS = (
    Column("title", "Grund"),
    Column("starts_on", "Von"),
    Column("ends_on", "Bis"),
    Column("location", "Standort", load=("location",), sort="location.name",
           value=lambda c: c.location.name if c.location else _("alle Standorte")),
)  # fmt: skip
REMOVE_CLOSING = Button(
    remove_closing, None, label="Entfernen", icon="trash", danger=True, mass=True,
    right=Right.COURSES_EDIT, done="Die Schließzeit ist entfernt.",
    help="Kurstage, die wegen der Schließzeit entfallen sind, legen Sie bei Bedarf am Kurs neu an.",
)  # fmt: skip


class LocationRooms(TabView):
    model = Room
    slug, title, one, icon = "rooms", "Räume", "Raum", "building"
    parent_key = "location_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns = (
        Column("name", "Name"),
        Column("capacity", "Plätze"),
        Column("price", "Miete je Stunde"),
        Column("flat_price", "Miete pauschal"),
        Column("is_active", "Aktiv"),
    )
    fields = (Column("vat_rate", "USt.", kind="percent"), METHODS)
    filters = (YesNoFilter("is_active", "Aktiv"),)
    default_sort = "name"
    form_columns = (
        "name", "capacity", "price", "flat_price", "vat_rate", "payment_methods", "is_active",
    )  # fmt: skip
    form_args = {
        "price": {"description": "Ein Raum mit einem Preis kann gemietet werden."},
        "flat_price": {"description": "Für eine Vermietung, wie lang sie auch dauert."},
    }
    form_overrides = METHOD_FIELD
    creates = True
    cards = (
        Card("Raum", "name", "capacity", "is_active"),
        Card("Vermietung", "price", "flat_price", "vat_rate", "payment_methods"),
    )
    empty = "Noch kein Raum. Legen Sie Räume, Becken oder Plätze an, die belegt werden können."

    def called(self, record):
        return record.name

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class LocationHours(TabView):
    model = OpeningHours
    slug, title, one, icon = "hours", "Öffnungszeiten", "Öffnungszeit", "clock"
    parent_key = "location_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns = (
        Column("weekday", "Wochentag", sort="weekday"),
        Column("opens_at", "Von"),
        Column("closes_at", "Bis"),
    )
    default_sort = "weekday"
    form_columns = ("weekday", "opens_at", "closes_at")
    creates, has_records = True, False
    buttons = (
        Button(remove_hours, None, label="Entfernen", icon="trash", danger=True, mass=True,
               right=Right.COURSES_EDIT, done="Die Öffnungszeit ist entfernt."),
    )  # fmt: skip
    empty = "Keine Öffnungszeiten: Kurse können zu jeder Zeit sein, ohne dass nachgefragt wird."


class LocationClosings(TabView):
    model = ClosingTime
    slug, title, one, icon = "closing_times", "Schließzeiten", "Schließzeit", "calendar-x"
    parent_key = "location_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns, buttons = CLOSING_COLUMNS, (REMOVE_CLOSING,)
    filters = (DateFilter("starts_on", "Von"),)
    default_sort = "-starts_on"
    form_columns = ("title", "starts_on", "ends_on")
    creates, has_records = True, False
    empty = "Keine Schließzeit. An geschlossenen Tagen entstehen keine Kurstage."
