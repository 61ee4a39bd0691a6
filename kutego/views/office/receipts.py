"""Receipts: what was given for money that came in or went back."""

from kutego.models import (
    DepositKind,
    Receipt,
    Right,
)
from kutego.views.office.columns import CUSTOMER, DOCUMENTS
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


class ReceiptView(RecordView):
    model = Receipt
    slug, title, one, icon = "receipts", "Quittungen", "Quittung", "cash-coin"
    category = "Finanzen"
    right = Right.CREDIT_VIEW
    columns = (
        Column("number", "Nr."),
        Column("issued_on", "Datum"),
        CUSTOMER,
        Column("payment_kind", "Zahlungsart"),
        Column("amount", "Betrag", total=True),
        Column(
            "status",
            "Status",
            badge=True,
            load=("refund",),
            value=lambda r: r.refund.state if r.refund else r.status,
        ),
    )
    fields = (DOCUMENTS,)
    filters = (
        TextFilter("number", "Nummer"),
        DateFilter("issued_on", "Datum"),
        ChoiceFilter("payment_kind", "Zahlungsart", DepositKind),
        AmountFilter("amount", "Betrag"),
    )
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-number"
    cards = (Card("Quittung", "number", "issued_on", "customer", "payment_kind", "amount",
                  "status", "documents"),)  # fmt: skip
    empty = "Noch keine Quittung."
