"""Refunds: money that goes back by transfer, and the file for the bank."""

from wtforms.validators import ValidationError

from kutego.models import (
    Customer,
    Refund,
    RefundState,
    Right,
)
from kutego.operations.refunds import make_transfer_file, mark_refunded, set_account, take_back
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateField,
    DateFilter,
    PanelForm,
    Place,
    RecordView,
    TextField,
    today,
)


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
    search, search_hint = ("purpose", "customer.search"), "Verwendungszweck, Kunde"
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
        Button(take_back, ReasonForm, label="Einreichung zurücknehmen",
               icon="arrow-counterclockwise",
               done="Die Erstattung ist wieder offen.", right=Right.CREDIT_PAY_OUT, mass=True,
               shown=lambda r: r.state is RefundState.SUBMITTED, danger=True),
    )  # fmt: skip
    cards = (
        Card("Erstattung", "customer", "purpose", "amount", "state", "created_on", "refunded_on"),
        Card("Konto", "account_holder", "iban", right=Right.BANK_DATA),
    )
    empty = "Nichts zu erstatten."
