"""Events with their ticket categories and tickets (spec EVT-03)."""

from typing import Any

from kutego.models import Event, EventState, Right
from kutego.operations.check_in import admit_ticket
from kutego.operations.event_cancellations import cancel_event, cancelling_preview
from kutego.operations.events import (
    change_event,
    create_event,
    publish_event,
    withdraw_event,
)
from kutego.texts import gettext as _
from kutego.views.formats import german_count
from kutego.views.office.check_in import CheckInPage
from kutego.views.office.event_forms import CancelEventForm, ChangeEventForm, EventForm
from kutego.views.office.event_tabs import EventCategories, EventTickets
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    KeyFigure,
    Place,
    RecordView,
)

EDIT: dict[str, Any] = {"right": Right.COURSES_EDIT}
OPEN = (EventState.DRAFT, EventState.PUBLISHED)


class EventView(CheckInPage, WithHistory, RecordView):
    model = Event
    slug, title, one, icon = "events", "Veranstaltungen", "Veranstaltung", "star"
    category = "Veranstaltungen"
    right = Right.COURSES_VIEW
    columns = (
        Column("name", "Titel"),
        Column("begins_at", "Beginn"),
        Column("ends_at", "Ende", shown=False),
        Column("location", "Standort", load=("location",), sort="location.name",
               value=lambda e: e.location and e.location.name),
        Column("room", "Raum", load=("room",), value=lambda e: e.room and e.room.name,
               sort="room.name", shown=False),
        Column("sold", "Verkauft", load=("sold",), kind="number"),
        Column("quota", "Kontingent", load=("quota",), kind="number"),
        Column("admitted", "Eingelassen", load=("admitted",), kind="number"),
        Column("state", "Status", badge=True),
    )  # fmt: skip
    fields = (Column("description", "Beschreibung"),)
    filters = (DateFilter("begins_at", "Tag"), ChoiceFilter("state", "Status", EventState))
    search, search_hint = "name", "Titel"
    default_sort = "-begins_at"
    computed = ("sold", "admitted", "quota")
    buttons = (
        Button(admit_ticket, label="Einlass öffnen", name="check-in", icon="check2-circle", done="",
               place=Place.PAGE, right=Right.CHECK_IN, primary=True,
               shown=lambda e: e.state is EventState.PUBLISHED),
        Button(create_event, EventForm, label="Veranstaltung anlegen", icon="plus-lg", primary=True,
               place=Place.LIST, done="Die Veranstaltung ist angelegt. Jetzt fehlen die Tickets.",
               **EDIT),
        Button(publish_event, None, label="Veröffentlichen", icon="eye", **EDIT,
               done="Die Tickets sind im Verkauf.", shown=lambda e: e.state is EventState.DRAFT),
        Button(change_event, ChangeEventForm, label="Bearbeiten", icon="pencil", **EDIT,
               done="Die Veranstaltung ist geändert.", shown=lambda e: e.state in OPEN),
        Button(withdraw_event, None, label="Zurückziehen", icon="eye-slash", **EDIT,
               done="Die Veranstaltung ist wieder ein Entwurf.",
               shown=lambda e: e.state is EventState.PUBLISHED),
        Button(cancel_event, CancelEventForm, label="Absagen", icon="calendar-x", danger=True,
               done="Die Veranstaltung ist abgesagt.", right=Right.INVOICES_CANCEL,
               shown=lambda e: e.state in OPEN, preview=cancelling_preview,
               help="Ab sofort kommt niemand mehr hinein. Die Tickets werden im Hintergrund "
                    "storniert, Rechnung für Rechnung."),
    )  # fmt: skip
    cards = (
        Card("Veranstaltung", "name", "begins_at", "ends_at", "location", "room", "state"),
        Card("Beschreibung", "description"),
    )
    tabs = (EventCategories, EventTickets)
    empty = "Noch keine Veranstaltung. Legen Sie die erste an."

    def key_figures(self, record):
        sold = f"{german_count(record.sold)} / {german_count(record.quota)}"
        return [
            KeyFigure(_("Verkauft"), sold, self.tab_url(record, "tickets")),
            KeyFigure(_("Eingelassen"), german_count(record.admitted),
                      self.tab_url(record, "tickets", "?f.state=admitted")),
        ]  # fmt: skip
