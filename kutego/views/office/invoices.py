"""Invoices: the list, one with everything about it, and what may be done now."""

from sqlalchemy import select

from kutego.models import (
    DocumentKind,
    Invoice,
    InvoiceState,
    InvoiceVersion,
    Right,
)
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER, WITH_BOOKINGS, document_links
from kutego.views.office.document_archive import WithArchive
from kutego.views.office.dunning_columns import DUNNING_CARD, DUNNING_FIELDS
from kutego.views.office.dunning_found import standing
from kutego.views.office.dunning_tabs import InvoiceDunning
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import worded
from kutego.views.office.invoice_columns import INVOICE_BUTTONS, INVOICE_COLUMNS, INVOICE_FILTERS
from kutego.views.office.invoice_tabs import (
    InvoiceCancellations,
    InvoicePayments,
    InvoicePositions,
    InvoiceVersions,
)
from kutego.views.office.invoices_form import InvoicePages
from kutego.views.office.letters import InvoiceLetters
from kutego.views.office.message_tabs import InvoiceMessages
from kutego.views.panel import (
    Badge,
    Card,
    Column,
    KeyFigure,
    TabView,
    today,
)


class CustomerInvoices(InvoicePages, TabView):
    model = Invoice
    slug, title, one = "invoices", "Rechnungen", "Rechnung"
    parent_key, group = "customer_id", WITH_BOOKINGS
    right, edit_right = Right.INVOICES_VIEW, Right.INVOICES_EDIT
    columns, filters, buttons = INVOICE_COLUMNS, INVOICE_FILTERS, INVOICE_BUTTONS
    search, search_hint = "number", "Nummer"
    default_sort = "-issued_on"
    empty = "Noch keine Rechnung."


class InvoiceView(WithHistory, WithArchive, InvoicePages):
    model = Invoice
    slug, title, one, icon = "invoices", "Rechnungen", "Rechnung", "receipt"
    category = "Finanzen"
    right, edit_right = Right.INVOICES_VIEW, Right.INVOICES_EDIT
    columns = (INVOICE_COLUMNS[0], CUSTOMER, *INVOICE_COLUMNS[1:])
    filters, buttons = INVOICE_FILTERS, INVOICE_BUTTONS
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-issued_on"
    fields = (
        Column("email", "Rechnung geht an"),
        Column("fee", "Gebühr einbehalten"),
        Column("current", "Dokumente", value=lambda i: document_links(i.current)),
        *DUNNING_FIELDS,
    )  # fmt: skip
    cards = (
        Card("Rechnung", "number", "customer", "issued_on", "due_on", "origin", "contract",
             "current"),
        Card("Zahlung", "payment_method", "email", "total", "paid", "cancelled", "fee",
             "open_amount"),
        Card("Mahnwesen", *DUNNING_CARD),
    )  # fmt: skip
    tabs = (
        InvoicePositions, InvoicePayments, InvoiceCancellations, InvoiceVersions, InvoiceDunning,
        InvoiceMessages,
        InvoiceLetters,
    )  # fmt: skip
    empty = "Noch keine Rechnung. Legen Sie die erste an, oder lassen Sie Verträge abrechnen."

    document_kind = DocumentKind.INVOICE

    def scope(self, query):
        return query.where(Invoice.state == InvoiceState.ISSUED)

    def documents_of(self, ids):
        current = select(InvoiceVersion.id).select_from(Invoice).join(Invoice.current)
        return current.where(Invoice.id.in_(ids))

    def badges(self, record):
        found = [Badge.of(record.payment_status(today()))]
        if record.is_partly_cancelled:
            found.append(Badge(_("Teilweise storniert"), "warning"))
        if (dunned := standing(record)) is not None:
            found.append(dunned)
        return found

    def key_figures(self, record):
        return [
            KeyFigure(_("Betrag"), euro(record.total)),
            KeyFigure(_("Bezahlt"), euro(record.paid), self.tab_url(record, "payments")),
            KeyFigure(_("Offen"), euro(record.open_amount),
                      tone="danger" if record.open_amount > 0 else ""),
        ]  # fmt: skip
