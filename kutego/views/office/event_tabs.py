"""The tabs of an event: what kinds of tickets there are, and the tickets that were sold."""

from kutego.models import Right, Ticket, TicketCategory
from kutego.texts import marked as m
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.office.tickets import TICKET_BUTTONS, TICKET_COLUMNS, TICKET_FILTERS
from kutego.views.panel import Card, Column, TabView, place_of


class EventCategories(TabView):
    model = TicketCategory
    slug, title, one = "categories", "Ticketkategorien", "Ticketkategorie"
    parent_key = "event_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    creates = True
    columns = (
        Column("name", "Name"),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent"),
        Column("quota", "Kontingent"),
        Column("sold", "Verkauft", load=("sold",), kind="number"),
        Column("most_each", "Höchstens je Kunde", shown=False),
        Column("sold_from", "Verkauf ab"),
        Column("sold_until", "Verkauf bis"),
        Column("is_active", "Aktiv"),
    )
    cards = (Card("Kategorie", "name", "price", "vat_rate", "quota", "sold", "most_each",
                  "sold_from", "sold_until", "payment_methods", "is_active"),)  # fmt: skip
    fields = (METHODS,)
    form_overrides = METHOD_FIELD
    form_columns = (
        "name", "price", "vat_rate", "quota", "most_each", "sold_from", "sold_until",
        "payment_methods", "is_active",
    )  # fmt: skip
    form_args = {
        "most_each": {"description": m("Leer: ohne Grenze.")},
        "sold_until": {"description": m("Beide Tage zählen mit. Leer: ohne Grenze.")},
    }
    filters = ()
    computed = ("sold",)
    default_sort = "name"
    empty = "Noch keine Kategorie. Sie sagt, was ein Ticket kostet und wie viele es gibt."


class EventTickets(TabView):
    model = Ticket
    slug, title, one = "tickets", "Tickets", "Ticket"
    parent_key = "event_id"
    right = Right.COURSES_VIEW
    columns, filters, buttons = TICKET_COLUMNS, TICKET_FILTERS, TICKET_BUTTONS
    search, search_hint = ("customer.search",), "Name, Kundennummer"
    default_sort = "customer"
    empty = "Noch kein Ticket verkauft. Eine Rechnung oder ein Angebot verkauft Tickets."

    def record_url(self, record):
        return place_of(record) or super().record_url(record)
