"""What is asked when money for an invoice has come in."""

from kutego.models import PaymentMethod
from kutego.money import CENT
from kutego.views.panel import CheckField, ChoiceField, DateField, MoneyField, PanelForm, today


class PaymentForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    method = ChoiceField("Zahlungsart", PaymentMethod)
    paid_on = DateField("Eingegangen am", default=today)
    send_mail = CheckField("Zahlungsbestätigung per E-Mail senden")

    @classmethod
    def initial(cls, records):
        return {"amount": records[0].open_amount or None, "method": records[0].payment_method}


class PaidForm(PaymentForm):
    """Many at once: each as paid by what is open of it, as it was to be paid."""

    amount = method = None  # type: ignore[assignment]  # WTForms: the fields are left out
