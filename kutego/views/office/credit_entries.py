"""Credit entries: the ledger of a customer and of the house."""

from kutego.models import (
    CreditEntry,
    DepositKind,
    EntryKind,
    Right,
)
from kutego.operations.credit import (
    correct_entry,
)
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.forms import ReasonForm
from kutego.views.office.house_words import worded
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TabView,
    TextFilter,
)

ENTRY_COLUMNS = (
    Column("booked_on", "Datum"),
    Column("kind", "Art", badge=True),
    Column("payment_kind", "Einzahlart"),
    Column("text", "Text"),
    Column("amount", "Betrag", total=True),
    Column("balance", "Stand danach"),
    Column("receipt", "Quittung", value=lambda e: e.receipt and e.receipt.number,
           load=("receipt",), link=lambda e: e.receipt, sort="receipt.number"),
    Column("invoice", "Rechnung", value=lambda e: e.invoice and e.invoice.number,
           load=("invoice",), link=lambda e: e.invoice, sort="invoice.number"),
    Column("actor", "Gebucht von"),
    Column("at", "Gebucht am", shown=False),
)  # fmt: skip


ENTRY_FILTERS = (
    ChoiceFilter("kind", "Art", EntryKind),
    ChoiceFilter("payment_kind", "Einzahlart", DepositKind),
    DateFilter("booked_on", "Datum"),
    AmountFilter("amount", "Betrag"),
    TextFilter("text", "Text"),
)


# by a counter-entry; others at their invoice
CORRECTED = (EntryKind.DEPOSIT, EntryKind.PAYOUT, EntryKind.VOUCHER)
ENTRY_BUTTONS = (
    Button(correct_entry, ReasonForm, label="Gegenbuchung", right=Right.CREDIT_BOOK,
           done="Die Buchung ist durch ihr Gegenteil ausgeglichen.", icon="arrow-counterclockwise",
           shown=lambda e: e.kind in CORRECTED and e.reversed_by is None, danger=True),
)  # fmt: skip


class CustomerCredit(TabView):
    model = CreditEntry
    slug, title, one = "credit", "Guthaben", "Guthabenbuchung"
    parent_key = "customer_id"
    right = Right.CREDIT_VIEW
    columns, filters = ENTRY_COLUMNS, ENTRY_FILTERS
    buttons, load = ENTRY_BUTTONS, ("reversed_by",)
    default_sort = "-booked_on"
    empty = "Noch keine Guthabenbuchung. Mit „Guthaben einzahlen“ beginnt das Konto."


class CreditEntryView(RecordView):
    model = CreditEntry
    slug, title, one = "credit_entries", "Guthabenbuchungen", "Guthabenbuchung"
    icon, category = "piggy-bank", "Finanzen"
    right = Right.CREDIT_VIEW
    columns = (ENTRY_COLUMNS[0], CUSTOMER, *ENTRY_COLUMNS[1:])
    filters, buttons, load = ENTRY_FILTERS, ENTRY_BUTTONS, ("reversed_by",)
    search, search_hint = ("text", "customer.search"), worded("Text, Kunde, {participant}")
    default_sort = "-booked_on"
    cards = (
        Card("Buchung", "customer", "booked_on", "kind", "payment_kind", "text"),
        Card("Betrag", "amount", "balance", "receipt", "invoice", "actor", "at"),
    )
    empty = "Noch keine Guthabenbuchung."
