"""The settings of payment: which methods the house takes."""

from typing import Any

from kutego.models import PaymentMethod
from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import ChoicesField


class PaymentForm(SettingsForm):
    payment_methods = ChoicesField(
        m("Erlaubte Zahlungsmethoden"), PaymentMethod,
        description=m(
            "Unter diesen wählen Sie auf Rechnungen und Angeboten, und der Kunde, wenn Sie die "
            "Methode dort nicht einschränken. Lastschrift und externe Bezahlung wählt der Kunde "
            "nie von sich aus: Sie werden vorher vereinbart."
        ),
    )  # fmt: skip

    def settings(self) -> dict[str, Any]:
        values = super().settings()
        return values | {"payment_methods": [method.value for method in values["payment_methods"]]}
