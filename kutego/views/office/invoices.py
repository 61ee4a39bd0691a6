"""Invoices: the list, one with everything about it, and what may be done now."""

from kutego.models import (
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    Payment,
    PaymentKind,
    PaymentMethod,
    PaymentStatus,
    Right,
    payment_status_is,
)
from kutego.money import CENT, euro
from kutego.operations.invoices import delete_draft, issue_invoice, resend_invoice
from kutego.operations.payments import record_payment, reverse_payment
from kutego.texts import gettext as _
from kutego.views.office.cancellations import CANCEL
from kutego.views.office.columns import CUSTOMER, document_links
from kutego.views.office.history import record_history
from kutego.views.panel import (
    AmountFilter,
    Badge,
    Button,
    Card,
    CheckField,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateField,
    DateFilter,
    KeyFigure,
    MoneyField,
    PanelForm,
    RecordView,
    TabView,
    TextField,
    TextFilter,
    YesNoFilter,
    today,
)


class StatusFilter(ChoiceFilter):
    """The payment status, computed for today in SQL as for one record in Python."""

    def condition(self, model, values):
        found = [payment_status_is(status, today()) for status in self._chosen(values)]
        return found[0] if len(found) == 1 else found[0] | self.condition_of_rest(found[1:])

    @staticmethod
    def condition_of_rest(conditions):
        """The others, joined by or."""
        joined = conditions[0]
        for condition in conditions[1:]:
            joined = joined | condition
        return joined


class PaymentForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    method = ChoiceField("Zahlungsart", PaymentMethod)
    paid_on = DateField("Eingegangen am", default=today)
    send_mail = CheckField("Zahlungsbestätigung per E-Mail senden")

    @classmethod
    def initial(cls, records):
        return {"amount": records[0].open_amount or None, "method": records[0].payment_method}


class ResendForm(PanelForm):
    to_current = CheckField("An die heutige Adresse des Kunden senden")


class ReversalForm(PanelForm):
    reason = TextField("Grund", most=500)


ISSUED = InvoiceState.ISSUED

INVOICE_COLUMNS = (
    Column("number", "Nr.", value=str, sort="number"),
    Column("issued_on", "Datum"),
    Column("due_on", "Fällig"),
    Column("total", "Betrag", total=True),
    Column("paid", "Bezahlt", total=True, shown=False),
    Column("cancelled", "Storniert", total=True, shown=False),
    Column("open_amount", "Offen", total=True),
    Column("status", "Status", value=lambda i: i.payment_status(today()), badge=True,
           sort="open_amount"),
    Column("version", "Version", shown=False),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("origin", "Herkunft", shown=False),
    Column("contract", "Vertrag", value=lambda i: i.contract and i.contract.number,
           load=("contract",), link=lambda i: i.contract, sort="contract.number", shown=False),
)  # fmt: skip
INVOICE_FILTERS = (
    StatusFilter("status", "Status", PaymentStatus),
    TextFilter("number", "Nummer"),
    DateFilter("issued_on", "Datum"),
    DateFilter("due_on", "Fällig"),
    AmountFilter("total", "Betrag"),
    AmountFilter("open_amount", "Offen"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
    ChoiceFilter("origin", "Herkunft", InvoiceOrigin),
    YesNoFilter("partly", "Teilweise storniert",
                where=(Invoice.cancelled > 0) & (Invoice.cancelled < Invoice.total)),
)  # fmt: skip
INVOICE_BUTTONS = (
    Button(record_payment, PaymentForm, label="Zahlung verbuchen", icon="check-circle",
           done="Die Zahlung ist verbucht.", right=Right.PAYMENTS, primary=True,
           shown=lambda i: i.open_amount > 0),
    Button(issue_invoice, None, label="Ausstellen", icon="send", primary=True, mass=True,
           done="Die Rechnung ist ausgestellt.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is InvoiceState.DRAFT),
    Button(resend_invoice, ResendForm, label="Noch einmal senden", icon="envelope", mass=True,
           done="Die Rechnung wird versendet.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is ISSUED),
    CANCEL,
    Button(delete_draft, None, label="Entwurf löschen", icon="trash", danger=True, mass=True,
           done="Der Entwurf ist gelöscht.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is InvoiceState.DRAFT),
)  # fmt: skip


class InvoicePositions(TabView):
    model = InvoicePosition
    slug, title, one = "positions", "Positionen", "Position"
    parent_key = "invoice_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("place", "Pos."),
        Column("text", "Text"),
        Column("participant", "Teilnehmer", value=lambda p: p.participant and p.participant.name,
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
        Column("documents", "Dokumente", value=lambda v: document_links("invoice_version", v),
               exported=False),
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
               shown=lambda p: p.kind in (PaymentKind.PAYMENT, PaymentKind.CREDIT)),
    )  # fmt: skip
    default_sort = "-paid_on"
    empty = "Noch keine Zahlung."


class CustomerInvoices(TabView):
    model = Invoice
    slug, title, one = "invoices", "Rechnungen/Buchungen", "Rechnung"
    parent_key = "customer_id"
    right = Right.INVOICES_VIEW
    columns, filters, buttons = INVOICE_COLUMNS, INVOICE_FILTERS, INVOICE_BUTTONS
    default_sort = "-issued_on"
    empty = "Noch keine Rechnung."


class InvoiceView(RecordView):
    model = Invoice
    slug, title, one, icon = "invoices", "Rechnungen", "Rechnung", "receipt"
    category = "Finanzen"
    right = Right.INVOICES_VIEW
    columns = (INVOICE_COLUMNS[0], CUSTOMER, *INVOICE_COLUMNS[1:])
    filters, buttons = INVOICE_FILTERS, INVOICE_BUTTONS
    search, search_hint = "number", "Rechnungsnummer"
    default_sort = "-issued_on"
    fields = (
        Column("email", "Rechnung geht an"),
        Column("fee", "Gebühr einbehalten"),
        Column("current", "Dokumente",
               value=lambda i: document_links("invoice_version", i.current)),
    )  # fmt: skip
    cards = (
        Card("Rechnung", "number", "customer", "issued_on", "due_on", "origin", "contract",
             "current"),
        Card("Zahlung", "payment_method", "email", "total", "paid", "cancelled", "fee",
             "open_amount"),
    )  # fmt: skip
    tabs = (InvoicePositions, InvoicePayments, InvoiceVersions)
    record_template = "office/record_with_history.html"
    empty = "Noch keine Rechnung. Legen Sie die erste an, oder lassen Sie Verträge abrechnen."

    def scope(self, query):
        return query.where(Invoice.state == InvoiceState.ISSUED)

    def badges(self, record):
        found = [Badge.of(record.payment_status(today()))]
        if record.is_partly_cancelled:
            found.append(Badge(_("Teilweise storniert"), "warning"))
        return found

    def key_figures(self, record):
        return [
            KeyFigure(_("Betrag"), euro(record.total)),
            KeyFigure(_("Bezahlt"), euro(record.paid), self.tab_url(record, "payments")),
            KeyFigure(_("Offen"), euro(record.open_amount),
                      tone="danger" if record.open_amount > 0 else ""),
        ]  # fmt: skip

    def history(self, record):
        """What was done to the invoice."""
        return record_history(record)


class DraftView(RecordView):
    model = Invoice
    slug, title, one = "invoice_drafts", "Rechnungsentwürfe", "Entwurf"
    icon, category = "pencil-square", "Finanzen"
    right = Right.INVOICES_VIEW
    columns = (
        Column("id", "Nr.", value=str),
        CUSTOMER,
        Column("created_at", "Angelegt"),
        Column("total", "Betrag", total=True),
        Column("payment_method", "Zahlungsmethode"),
    )
    filters = (DateFilter("created_at", "Angelegt"), AmountFilter("total", "Betrag"))
    buttons = INVOICE_BUTTONS
    default_sort = "-created_at"
    cards = (Card("Entwurf", "customer", "created_at", "total", "payment_method"),)
    empty = "Kein Entwurf. Entwürfe haben keine Nummer und reservieren nichts."

    def scope(self, query):
        return query.where(Invoice.state == InvoiceState.DRAFT)
