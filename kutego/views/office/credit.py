"""Credit: what customers have with us, entry by entry, with receipts and refunds."""

from kutego.models import (
    CustomerState,
    DepositKind,
    Right,
)
from kutego.money import CENT
from kutego.operations.credit import (
    deposit_credit,
    open_invoices,
    pay_out_credit,
    set_off_credit,
)
from kutego.texts import gettext as _
from kutego.views.panel import (
    Button,
    CheckField,
    ChoiceField,
    DateField,
    MoneyField,
    PanelForm,
    RecordsField,
    TextField,
    today,
)

CASH_HINT = _(
    "Wer hier Bargeld annimmt, braucht unter Umständen eine technische Sicherheitseinrichtung "
    "(§ 146a AO). Eine zertifizierte Kasse vermeidet das."
)


class DepositForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    kind = ChoiceField(
        "Einzahlart", DepositKind, default=DepositKind.BANK_TRANSFER, description=CASH_HINT
    )
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
