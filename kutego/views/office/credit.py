"""Credit: what customers have with us, entry by entry, with receipts and refunds."""

from wtforms.validators import ValidationError

from kutego.models import (
    CreditEntry,
    Customer,
    CustomerState,
    DepositKind,
    EntryKind,
    Receipt,
    Refund,
    RefundState,
    Right,
)
from kutego.money import CENT
from kutego.operations.credit import (
    correct_entry,
    deposit_credit,
    open_invoices,
    pay_out_credit,
    set_off_credit,
)
from kutego.operations.refunds import make_transfer_file, mark_refunded, set_account, take_back
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER, documents_field
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    CheckField,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateField,
    DateFilter,
    MoneyField,
    PanelForm,
    Place,
    RecordsField,
    RecordView,
    TabView,
    TextField,
    TextFilter,
    today,
)

CASH_HINT = _(
    "Wer hier Bargeld annimmt, braucht unter Umständen eine technische Sicherheitseinrichtung "
    "(§ 146a AO). Eine zertifizierte Kasse vermeidet das."
)


class DepositForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    kind = ChoiceField("Einzahlart", DepositKind, description=CASH_HINT)
    received_on = DateField("Eingegangen am", default=today)
    text = TextField("Verwendungszweck", required=False)
    send_receipt = CheckField("Quittung per E-Mail senden")


class PayOutForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    iban = TextField("IBAN", most=42)
    account_holder = TextField("Kontoinhaber", most=70)
    text = TextField("Verwendungszweck", required=False, most=100)
    send_receipt = CheckField("Auszahlungsbeleg per E-Mail senden")

    @classmethod
    def initial(cls, records):
        customer = records[0]
        return {
            "amount": customer.credit or None,
            "iban": customer.iban,
            "account_holder": customer.account_holder or customer.name,
        }


class SetOffForm(PanelForm):
    amount = MoneyField("Höchstens", required=False, least=CENT,
                        description="Leer: so viel wie möglich.")  # fmt: skip
    invoices = RecordsField(
        "Offene Rechnungen", required=False,
        text=lambda i: f"{i.number}, fällig {i.due_on:%d.%m.%Y}",
        description="Ohne Auswahl: die älteste Fälligkeit zuerst.",
    )  # fmt: skip

    def prepare(self):
        if self.is_many:
            del self.invoices
        elif self.record is not None:
            self.invoices.records = open_invoices(self.record)

    def values(self):
        found = super().values()
        found["invoices"] = found.get("invoices") or None
        return found


class ReasonForm(PanelForm):
    reason = TextField("Grund", most=500)


CREDIT_BUTTONS = (
    Button(deposit_credit, DepositForm, label="Guthaben einzahlen", right=Right.CREDIT_BOOK,
           done="Das Guthaben ist eingezahlt.", icon="plus-circle", primary=True, mass=True,
           shown=lambda c: c.state is not CustomerState.ERASED),
    Button(set_off_credit, SetOffForm, label="Guthaben verrechnen", right=Right.CREDIT_BOOK,
           done="Das Guthaben ist verrechnet.", icon="check2-circle", mass=True,
           shown=lambda c: c.credit > 0),
    Button(pay_out_credit, PayOutForm, label="Guthaben auszahlen", right=Right.CREDIT_PAY_OUT,
           done="Die Auszahlung steht in der Erstattungsliste.", icon="arrow-return-left",
           shown=lambda c: c.credit > 0),
)  # fmt: skip

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
ENTRY_BUTTONS = (
    Button(correct_entry, ReasonForm, label="Gegenbuchung", right=Right.CREDIT_BOOK,
           done="Die Buchung ist durch ihr Gegenteil ausgeglichen.", icon="arrow-counterclockwise",
           shown=lambda e: e.kind is EntryKind.DEPOSIT, danger=True),
)  # fmt: skip


class CustomerCredit(TabView):
    model = CreditEntry
    slug, title, one = "credit", "Guthaben", "Guthabenbuchung"
    parent_key = "customer_id"
    right = Right.CREDIT_VIEW
    columns, filters = ENTRY_COLUMNS, ENTRY_FILTERS
    buttons = ENTRY_BUTTONS
    default_sort = "-booked_on"
    empty = "Noch keine Guthabenbuchung. Mit „Guthaben einzahlen“ beginnt das Konto."


class CreditEntryView(RecordView):
    model = CreditEntry
    slug, title, one = "credit_entries", "Guthabenbuchungen", "Guthabenbuchung"
    icon, category = "piggy-bank", "Finanzen"
    right = Right.CREDIT_VIEW
    columns = (ENTRY_COLUMNS[0], CUSTOMER, *ENTRY_COLUMNS[1:])
    filters, buttons = ENTRY_FILTERS, ENTRY_BUTTONS
    default_sort = "-booked_on"
    cards = (
        Card("Buchung", "customer", "booked_on", "kind", "payment_kind", "text"),
        Card("Betrag", "amount", "balance", "receipt", "invoice", "actor", "at"),
    )
    empty = "Noch keine Guthabenbuchung."


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
        Column("status", "Status", badge=True, load=("refund",)),
    )
    fields = (documents_field("receipt"),)
    filters = (
        TextFilter("number", "Nummer"),
        DateFilter("issued_on", "Datum"),
        ChoiceFilter("payment_kind", "Zahlungsart", DepositKind),
        AmountFilter("amount", "Betrag"),
    )
    search = "number"
    search_hint = "Nummer"
    default_sort = "-number"
    cards = (Card("Quittung", "number", "issued_on", "customer", "payment_kind", "amount",
                  "status", "documents"),)  # fmt: skip
    empty = "Noch keine Quittung."


class AccountForm(PanelForm):
    iban = TextField("IBAN", most=42)
    account_holder = TextField("Kontoinhaber", most=70)

    @classmethod
    def initial(cls, records):
        refund = records[0]
        customer: Customer = refund.customer
        return {
            "iban": refund.iban or customer.iban,
            "account_holder": refund.account_holder or customer.account_holder or customer.name,
        }


class TransferForm(PanelForm):
    execution_on = DateField("Ausführen am", default=today)

    def validate_execution_on(self, field):
        if field.data and field.data < today():
            raise ValidationError(_("Der Tag liegt in der Vergangenheit."))


class RefundedForm(PanelForm):
    refunded_on = DateField("Erstattet am", default=today)


class RefundView(RecordView):
    model = Refund
    slug, title, one, icon = "refunds", "Erstattungen", "Erstattung", "arrow-return-left"
    category = "Finanzen"
    right = Right.CREDIT_VIEW
    columns = (
        Column("created_on", "Datum"),
        CUSTOMER,
        Column("purpose", "Verwendungszweck"),
        Column("account_holder", "Kontoinhaber", right=Right.BANK_DATA),
        Column("iban", "IBAN", right=Right.BANK_DATA),
        Column("amount", "Betrag", total=True),
        Column("state", "Status", badge=True),
        Column("refunded_on", "Erstattet am"),
    )
    filters = (
        ChoiceFilter("state", "Status", RefundState),
        DateFilter("created_on", "Datum"),
        AmountFilter("amount", "Betrag"),
    )
    default_sort = "-created_on"
    buttons = (
        Button(make_transfer_file, TransferForm, label="Überweisungsdatei (SEPA)",
               done="Die Überweisungsdatei ist erstellt.", right=Right.CREDIT_PAY_OUT,
               place=Place.TOGETHER, icon="bank",
               shown=lambda r: r.state is RefundState.TO_REFUND),
        Button(mark_refunded, RefundedForm, label="Als erstattet markieren", icon="check2",
               done="Die Erstattung ist erledigt.", right=Right.CREDIT_PAY_OUT, mass=True,
               shown=lambda r: r.can(RefundState.REFUNDED)),
        Button(set_account, AccountForm, label="Bankverbindung eintragen", icon="pencil",
               done="Die Bankverbindung ist eingetragen.", right=Right.CREDIT_PAY_OUT,
               shown=lambda r: r.state is RefundState.TO_REFUND),
        Button(take_back, ReasonForm, label="Einreichung zurücknehmen", icon="arrow-counterclockwise",
               done="Die Erstattung ist wieder offen.", right=Right.CREDIT_PAY_OUT, mass=True,
               shown=lambda r: r.state is RefundState.SUBMITTED, danger=True),
    )  # fmt: skip
    cards = (
        Card("Erstattung", "customer", "purpose", "amount", "state", "created_on", "refunded_on"),
        Card("Konto", "account_holder", "iban", right=Right.BANK_DATA),
    )
    empty = "Nichts zu erstatten."
