"""Tickets: whose they are, for what, and whether somebody came in with them."""

from sqlalchemy import select

from kutego.models import Event, Right, Ticket, TicketCategory, TicketState
from kutego.operations.check_in import admit_ticket, admitted_text, undo_admission
from kutego.operations.ticket_codes import shown_code
from kutego.operations.ticket_sheets import resend_ticket
from kutego.texts import marked as m
from kutego.views.office.columns import CUSTOMER, document_links
from kutego.views.office.history import WithHistory
from kutego.views.office.sold_columns import SALE, WITH_TICKETS
from kutego.views.panel import (
    Button,
    Card,
    CheckField,
    ChoiceFilter,
    Column,
    DateFilter,
    EmailField,
    PanelForm,
    RecordView,
    RelationFilter,
    TabView,
    place_of,
)


class ResendForm(PanelForm):
    recipient = EmailField(m("An eine andere Adresse"), required=False,
                           description=m("Leer: an die des Kunden."))  # fmt: skip
    renew = CheckField(
        m("Neuen Code ausgeben"),
        description=m("Der bisherige gilt dann nicht mehr: wenn das Telefon weg ist oder das "
                      "Ticket an jemand anderen geht. Nur dieses eine Ticket wird gesendet."),
    )  # fmt: skip


EVENT = Column("event", "Veranstaltung", value=lambda t: t.event.name, load=("event",),
               link=lambda t: t.event, sort="event.name")  # fmt: skip
TICKET_COLUMNS = (
    CUSTOMER,
    Column("category", "Kategorie", value=lambda t: t.category.name, load=("category",),
           sort="category.name"),
    Column("code", "Code", value=lambda t: shown_code(t.code), sort="", shown=False,
           right=Right.CHECK_IN),
    Column("admitted_at", "Eingelassen"),
    Column("admitted_by", "Eingelassen von", shown=False),
    Column("created_at", "Verkauft", shown=False),
    Column("sheet", "PDF", value=lambda t: document_links(t.sheet), exported=False,
           load=("sheet.renditions",), right=Right.INVOICES_VIEW),
    Column("state", "Status", badge=True),
)  # fmt: skip
TICKET_FILTERS = (
    ChoiceFilter("state", "Status", TicketState),
    RelationFilter("category_id", "Kategorie", load=lambda: select(
        TicketCategory.id, TicketCategory.name).order_by(TicketCategory.name)),
    DateFilter("created_at", "Verkauft"),
    DateFilter("admitted_at", "Eingelassen"),
)  # fmt: skip
TICKET_BUTTONS = (
    Button(admit_ticket, None, label="Einlassen", icon="check2", mass=True, right=Right.CHECK_IN,
           done="Eingelassen.", shown=lambda t: t.can(TicketState.ADMITTED)),
    Button(undo_admission, None, label="Einlass zurücknehmen", icon="arrow-counterclockwise",
           done="Das Ticket gilt wieder.", right=Right.CHECK_IN, mass=True,
           shown=lambda t: t.state is TicketState.ADMITTED),
    Button(resend_ticket, ResendForm, label="Noch einmal senden", icon="send",
           right=Right.MESSAGES_SEND, done="Die Tickets sind noch einmal unterwegs.",
           shown=lambda t: t.state is not TicketState.VOID,
           help="Alle Tickets derselben Position gehen noch einmal auf den Weg, so wie die "
                "Veranstaltung jetzt ist."),
)  # fmt: skip


class TicketView(WithHistory, RecordView):
    model = Ticket
    slug, title, one, icon = "tickets", "Tickets", "Ticket", "tag"
    category = "Veranstaltungen"
    right = Right.COURSES_VIEW
    columns = (EVENT, *TICKET_COLUMNS)
    filters = (
        RelationFilter("event_id", "Veranstaltung", load=lambda: select(
            Event.id, Event.name).order_by(Event.begins_at.desc())),
        *TICKET_FILTERS,
    )  # fmt: skip
    fields = (SALE, Column("admission", "Einlass", value=admitted_text))
    search, search_hint = ("customer.search",), "Name, Kundennummer"
    default_sort = "-created_at"
    buttons = TICKET_BUTTONS
    cards = (
        Card("Ticket", "event", "category", "state", "admission", "code"),
        Card("Kunde", "customer", "sale", "sheet", "created_at"),
    )
    empty = "Noch kein Ticket verkauft. Eine Rechnung oder ein Angebot verkauft Tickets."


class CustomerTickets(TabView):
    model = Ticket
    slug, title, one = "tickets", "Tickets", "Ticket"
    group = WITH_TICKETS
    parent_key = "customer_id"
    right = Right.COURSES_VIEW
    columns, buttons = (EVENT, *TICKET_COLUMNS), TICKET_BUTTONS
    filters = (ChoiceFilter("state", "Status", TicketState), DateFilter("created_at", "Verkauft"))
    default_sort = "-created_at"
    empty = "Dieser Kunde hat keine Tickets."

    def record_url(self, record):
        return place_of(record) or super().record_url(record)
