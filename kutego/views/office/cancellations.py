"""Cancellation invoices: what was taken back, and where the money went."""

from kutego.models import Cancellation, DocumentKind, Right, Settlement
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER, DOCUMENTS
from kutego.views.office.document_archive import WithArchive
from kutego.views.office.house_words import worded
from kutego.views.panel import (
    AmountFilter,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TextFilter,
)


class CancellationView(WithArchive, RecordView):
    model = Cancellation
    slug, title, one = "cancellations", "Stornierungen", "Stornorechnung"
    icon, category = "file-earmark-x", "Finanzen"
    right = Right.INVOICES_VIEW
    document_kind = DocumentKind.CANCELLATION
    columns = (
        Column("number", "Nr."),
        Column("issued_on", "Datum"),
        CUSTOMER,
        Column("invoice", "Rechnung", value=lambda c: c.invoice.number, load=("invoice",),
               link=lambda c: c.invoice, sort="invoice.number"),
        Column("reason", "Grund"),
        Column("fee", "Gebühr", total=True),
        Column("total", "Storniert", total=True),
        Column("settlement", "Geld zurück", badge=True),
        Column("settled", "Betrag zurück", total=True, shown=False),
    )  # fmt: skip
    fields = (DOCUMENTS,)
    filters = (
        TextFilter("number", "Nummer"),
        DateFilter("issued_on", "Datum"),
        ChoiceFilter("settlement", "Geld zurück", Settlement),
        AmountFilter("total", "Storniert"),
    )
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-number"
    cards = (
        Card("Stornierung", "number", "issued_on", "customer", "invoice", "reason", "documents"),
        Card("Beträge", "total", "fee", "settlement", "settled"),
    )
    empty = _("Noch nichts storniert.")
