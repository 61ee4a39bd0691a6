"""The settings of payment: which methods the house takes."""

from typing import Any

from kutego.models import CoveredRule, PaymentMethod
from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import CheckField, ChoiceField, ChoicesField


class PaymentForm(SettingsForm):
    payment_methods = ChoicesField(
        m("Erlaubte Zahlungsmethoden"), PaymentMethod,
        description=m(
            "Unter diesen wählen Sie auf Rechnungen und Angeboten, und der Kunde, wenn Sie die "
            "Methode dort nicht einschränken. Lastschrift und externe Bezahlung wählt der Kunde "
            "nie von sich aus: Sie werden vorher vereinbart."
        ),
    )  # fmt: skip

    finance_module = CheckField(
        m("Finanzmodul"), default=True,
        description=m(
            "Aus: Kutego schreibt keine Rechnungen. Alles, was gebucht wird, ist eine Buchung mit "
            "Bestätigung; abgerechnet wird woanders. Ausgestellte Rechnungen bleiben."
        ),
    )  # fmt: skip
    covered_rule = ChoiceField(
        m("Vollständig mit Guthaben oder Gutscheinen bezahlt"), CoveredRule,
        description=m(
            "Was kostenlos ist oder extern bezahlt wird, gibt immer eine Buchung ohne Rechnung. "
            "Fragen Sie im Zweifel Ihr Steuerbüro."
        ),
    )  # fmt: skip

    vouchers_wait = CheckField(
        m("Verkaufte Gutscheine gelten erst, wenn sie bezahlt sind"), default=True,
        description=m("Ohne Haken lässt sich ein Code sofort nach dem Verkauf einlösen."),
    )  # fmt: skip

    def settings(self) -> dict[str, Any]:
        values = super().settings()
        return values | {"payment_methods": [method.value for method in values["payment_methods"]]}
