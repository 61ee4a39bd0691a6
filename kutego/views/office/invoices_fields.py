"""What the form of an invoice asks beside its lines."""

from flask_login import current_user

from kutego.models import PaymentMethod, Right, Voucher
from kutego.models.voucher_state import usable_vouchers
from kutego.money import ZERO, euro
from kutego.operations.down_payments import DownPayment
from kutego.texts import gettext as _
from kutego.views.office.position_form import PositionsForm
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    DateField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    today,
)


class InvoiceForm(PositionsForm):
    codes = TextField(
        "Gutscheine und Rabattcode", required=False, most=200,
        description="Codes, mehrere mit Komma getrennt. Eingelöst wird erst beim Ausstellen.",
    )  # fmt: skip
    credit = MoneyField("Guthaben verrechnen", required=False, least=ZERO)
    down_payment = MoneyField(
        "Anzahlung", required=False, least=ZERO,
        description="Geld, das der Kunde schon gegeben hat. Es wird beim Ausstellen verbucht.",
    )  # fmt: skip
    down_payment_method = ChoiceField("Anzahlung erhalten per", PaymentMethod, required=False)
    down_payment_on = DateField("Anzahlung erhalten am", required=False, default=today)
    instalments = NumberField(
        "In Raten zahlen", required=False, least=2, most=36,
        description="Anzahl der Raten. Leer: auf einmal. Die erste kommt mit dieser Rechnung.",
    )  # fmt: skip
    intro = LongTextField("Text über den Positionen", most=2000)
    closing = LongTextField("Text unter den Positionen", most=2000)
    send_mail = CheckField("E-Mail-Bestätigung: Rechnung nach dem Ausstellen senden", default=True)

    def prepare(self) -> None:
        """Say how much credit there is (spec CRD-16)."""
        super().prepare()
        available = self.customer.credit
        self.credit.description = _("Verfügbar: %(credit)s", credit=euro(available))
        if available <= 0:
            del self.credit
        if not current_user.may(Right.PAYMENTS):  # it is money received
            del self.down_payment, self.down_payment_method, self.down_payment_on

    @property
    def own_vouchers(self) -> list[Voucher]:
        """What the customer has got, for whoever may see codes."""
        if not current_user.may(Right.VOUCHERS):
            return []
        return usable_vouchers(self.customer, today())

    def paid_down(self, kept: DownPayment | None) -> DownPayment | None:
        """What the customer has paid already; without the right to ask, what was `kept`."""
        if "down_payment" not in self:
            return kept
        if not self.down_payment.data:
            return None
        method = self.down_payment_method.data or self.payment_method.data
        return DownPayment(self.down_payment.data, method, self.down_payment_on.data or today())
