"""Drafts of invoices: no number, nothing reserved."""

from kutego.models import (
    Invoice,
    InvoiceState,
    Right,
)
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.house_words import worded
from kutego.views.office.invoice_columns import INVOICE_BUTTONS
from kutego.views.office.invoice_draft_shown import ShownDraft
from kutego.views.office.invoices_form import InvoicePages
from kutego.views.panel import (
    AmountFilter,
    Card,
    Column,
    DateFilter,
)


class DraftView(InvoicePages):
    model = Invoice
    slug, title, one = "invoice_drafts", "Rechnungsentwürfe", "Entwurf"
    icon, category = "pencil-square", "Finanzen"
    right, edit_right = Right.INVOICES_VIEW, Right.INVOICES_EDIT
    columns = (
        Column("id", "Nr.", value=str),
        CUSTOMER,
        Column("created_at", "Angelegt"),
        Column("total", "Betrag", total=True),
        Column("payment_method", "Zahlungsmethode"),
    )
    filters = (DateFilter("created_at", "Angelegt"), AmountFilter("total", "Betrag"))
    buttons = INVOICE_BUTTONS
    search, search_hint = ("customer.search",), worded("Kunde, {participant}")
    default_sort = "-created_at"
    record_template = "office/positions/draft.html"
    fields = (
        Column("method_locked", "Zahlungsmethode eingeschränkt"),
        Column("send_mail", "E-Mail nach dem Ausstellen"),
        Column("instalments", "Raten", quiet=True),
    )
    cards = (
        Card("Entwurf", "customer", "created_at"),
        Card("Zahlung", "payment_method", "method_locked", "instalments", "send_mail"),
    )
    empty = "Kein Entwurf. Entwürfe haben keine Nummer und reservieren nichts."

    def shown(self, draft: Invoice) -> ShownDraft:
        """Its lines and totals, for the template."""
        return ShownDraft(draft)

    def scope(self, query):
        return query.where(Invoice.state == InvoiceState.DRAFT)
