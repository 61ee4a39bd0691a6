"""What every list of invoices shows, filters by and offers."""

from sqlalchemy import or_, select

from kutego.models import (
    Invoice,
    InvoiceOrigin,
    InvoiceState,
    InvoiceVersion,
    PaymentMethod,
    PaymentStatus,
    Right,
    payment_status_is,
)
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import delete_draft, issue_invoice, resend_invoice
from kutego.operations.payments import record_payment
from kutego.views.office.collection import HAND_OVER
from kutego.views.office.dunning_buttons import DUNNING_BUTTONS
from kutego.views.office.dunning_columns import DUNNING_COLUMNS, DUNNING_FILTERS
from kutego.views.office.forms import ResendForm
from kutego.views.office.instalment_forms import AGREE_INSTALMENTS
from kutego.views.office.invoice_cancelling import CANCEL, CANCEL_CONTRACT
from kutego.views.office.letter_buttons import POST_INVOICE
from kutego.views.office.payment_forms import PaidForm, PaymentForm
from kutego.views.office.voucher_payments import REDEEM_BUTTON
from kutego.views.panel import (
    AmountFilter,
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
    TextFilter,
    YesNoFilter,
    today,
)


class StatusFilter(ChoiceFilter):
    """The payment status, computed for today in SQL as for one record in Python."""

    def condition(self, model, values):
        return or_(*(payment_status_is(status, today()) for status in self._chosen(values)))


ISSUED = InvoiceState.ISSUED
CHANGED_ON = (  # when the version that counts was written, where it is not the first (INV-40)
    select(InvoiceVersion.issued_on)
    .where(
        InvoiceVersion.invoice_id == Invoice.id,
        InvoiceVersion.version == Invoice.version,
        InvoiceVersion.version > 1,
    )
    .correlate(Invoice)
    .scalar_subquery()
)

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
    Column("changed_on", "Geändert am", kind="date", load=("current",), sort=CHANGED_ON,
           value=lambda i: i.current.issued_on if i.version > 1 else None, shown=False),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("origin", "Herkunft", shown=False),
    Column("contract", "Vertrag", value=lambda i: i.contract and i.contract.number,
           load=("contract",), link=lambda i: i.contract, sort="contract.number", shown=False),
    *DUNNING_COLUMNS,
)  # fmt: skip


INVOICE_FILTERS = (
    StatusFilter("status", "Status", PaymentStatus),
    TextFilter("number", "Nummer"),
    DateFilter("issued_on", "Datum"),
    DateFilter("due_on", "Fällig"),
    DateFilter("changed_on", "Geändert am", column=CHANGED_ON),
    AmountFilter("total", "Betrag"),
    AmountFilter("open_amount", "Offen"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
    ChoiceFilter("origin", "Herkunft", InvoiceOrigin),
    YesNoFilter("partly", "Teilweise storniert",
                where=(Invoice.cancelled > 0) & (Invoice.cancelled < Invoice.total)),
    *DUNNING_FILTERS,
)  # fmt: skip


INVOICE_BUTTONS = (
    Button(record_payment, PaymentForm, label="Zahlung verbuchen", icon="check-circle",
           done="Die Zahlung ist verbucht.", right=Right.PAYMENTS, primary=True,
           mass=True, many=PaidForm,
           shown=lambda i: i.open_amount > 0),
    REDEEM_BUTTON,
    Button(issue_invoice, None, label="Ausstellen", icon="send", primary=True, mass=True,
           done="Die Rechnung ist ausgestellt.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is InvoiceState.DRAFT),
    Button(edit_invoice, label="Bearbeiten", icon="pencil", name="edit", place=Place.PAGE, done="",
           right=Right.INVOICES_EDIT, shown=lambda i: i.state is InvoiceState.DRAFT
           or (i.open_amount > 0 and i.cancelled == 0)),
    Button(resend_invoice, ResendForm, label="Noch einmal senden", icon="envelope", mass=True,
           done="Die Rechnung wird versendet.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is ISSUED),
    AGREE_INSTALMENTS,
    *DUNNING_BUTTONS,
    HAND_OVER,
    POST_INVOICE,
    CANCEL,
    CANCEL_CONTRACT,
    Button(delete_draft, None, label="Entwurf löschen", icon="trash", danger=True, mass=True,
           done="Der Entwurf ist gelöscht.", right=Right.INVOICES_EDIT,
           shown=lambda i: i.state is InvoiceState.DRAFT),
)  # fmt: skip
