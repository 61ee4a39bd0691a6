"""The tabs of an invoice: positions, versions, payments, cancellations."""

from kutego.models import (
    Cancellation,
    InvoicePosition,
    InvoiceVersion,
    Payment,
    Right,
)
from kutego.operations.payments import REVERSIBLE, reverse_payment
from kutego.views.office.columns import DOCUMENTS
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import (
    Button,
    Column,
    PanelForm,
    TabView,
    TextField,
)


class ReversalForm(PanelForm):
    reason = TextField("Grund", most=500)


class InvoicePositions(TabView):
    model = InvoicePosition
    slug, title, one = "positions", "Positionen", "Position"
    parent_key = "invoice_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("place", "Pos."),
        Column("text", "Text"),
        Column("participant", PARTICIPANT, value=lambda p: p.participant and p.participant.name,
               load=("participant",), sort="participant.first_name"),
        Column("version", "Version", value=lambda p: p.invoice_version.number,
               load=("invoice_version",), sort="version_id"),
        Column("quantity", "Menge", kind="number"),
        Column("unit_price", "Einzelpreis"),
        Column("discount_percent", "Rabatt", kind="percent", shown=False),
        Column("vat_rate", "USt.", kind="percent"),
        Column("gross", "Betrag"),
    )  # fmt: skip
    default_sort = "place"
    empty = "Keine Positionen."


class InvoiceVersions(TabView):
    model = InvoiceVersion
    slug, title, one = "versions", "Versionen", "Version"
    parent_key = "invoice_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("number", "Nummer"),
        Column("issued_on", "Datum"),
        Column("reason", "Grund"),
        Column("total", "Betrag"),
        DOCUMENTS,
    )  # fmt: skip
    default_sort = "-number"
    empty = "Noch nicht ausgestellt."


class InvoicePayments(TabView):
    model = Payment
    slug, title, one = "payments", "Zahlungen", "Zahlung"
    parent_key = "invoice_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("paid_on", "Datum"),
        Column("kind", "Art", badge=True),
        Column("method", "Zahlungsart"),
        Column("amount", "Betrag", total=True),
        Column("reason", "Grund"),
        Column("actor", "Gebucht von"),
    )
    buttons = (
        Button(reverse_payment, ReversalForm, label="Zurückbuchen", danger=True,
               icon="arrow-counterclockwise", done="Die Zahlung ist zurückgebucht.",
               right=Right.PAYMENTS,
               shown=lambda p: p.kind in REVERSIBLE),
    )  # fmt: skip
    default_sort = "-paid_on"
    empty = "Noch keine Zahlung."


class InvoiceCancellations(TabView):
    model = Cancellation
    slug, title, one = "cancellations", "Stornierungen", "Stornorechnung"
    parent_key = "invoice_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("number", "Nr.", link=lambda c: c),
        Column("issued_on", "Datum"),
        Column("reason", "Grund"),
        Column("fee", "Gebühr", total=True),
        Column("total", "Storniert", total=True),
        Column("settlement", "Geld zurück", badge=True),
        Column("settled", "Betrag zurück", total=True),
    )
    default_sort = "-number"
    empty = "Nichts storniert."
