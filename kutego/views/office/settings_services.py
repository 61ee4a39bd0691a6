"""The settings of what costs money each time: letters and SMS."""

from typing import Any

from wtforms import StringField
from wtforms.widgets import PasswordInput

from kutego.channels.letter import LETTERXPRESS
from kutego.channels.sms import SEVEN
from kutego.models import LetterService, SmsService
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import CheckField, ChoiceField, MoneyField, TextField
from kutego.views.panel.fields import PriceField

SECRET = {"autocomplete": "off", "maxlength": 200}


class ServiceForm(SettingsForm):
    """A service with a key, which is kept where none is typed."""

    key_name = ""

    def prepare(self) -> None:
        if getattr(self.record, self.key_name):
            self[self.key_name].description = _("Ist gespeichert. Leer lassen, um ihn zu behalten.")

    def settings(self) -> dict[str, Any]:
        values = super().settings()
        if not values[self.key_name]:
            del values[self.key_name]
        return values


class LetterForm(ServiceForm):
    key_name = "letter_key"

    letters_active = CheckField(
        m("Briefe senden"),
        description=m("Zeigt den Reiter „Briefe“ beim Kunden und „Per Post senden“ an Rechnungen."),
    )
    letter_price = MoneyField(
        m("Preis je Brief"),
        description=m("Steht vor dem Senden in der Rückfrage und bleibt am Brief stehen."),
    )
    letter_service = ChoiceField(m("Wer druckt und aufgibt"), LetterService)
    letter_user = TextField(m("Benutzername bei LetterXpress"), required=False)
    letter_key = StringField(
        m("API-Schlüssel von LetterXpress"), widget=PasswordInput(), render_kw=SECRET
    )
    letter_test = CheckField(
        m("Probebetrieb"),
        description=m("LetterXpress legt Briefe nur in den Warenkorb: Nichts wird gedruckt."),
    )
    letter_colour = CheckField(m("In Farbe drucken"))
    letter_duplex = CheckField(m("Beidseitig drucken"))
    letter_url = TextField(
        m("Adresse der Schnittstelle"), required=False, description=m("Sonst: ") + LETTERXPRESS
    )


class SmsForm(ServiceForm):
    key_name = "sms_key"

    sms_active = CheckField(
        m("SMS senden"), description=m("Zeigt den Reiter „SMS“ beim Kunden und „SMS senden“.")
    )
    sms_price = PriceField(
        m("Preis je SMS"),
        description=m("Eine lange SMS zählt mehrfach. Nennt der Dienst einen Preis, gilt dieser."),
    )
    sms_sender = TextField(
        m("Absender"), required=False, most=16,
        description=m("Höchstens 11 Buchstaben und Ziffern, oder eine Telefonnummer."),
    )  # fmt: skip
    sms_service = ChoiceField(m("Wer sendet"), SmsService)
    sms_key = StringField(m("API-Schlüssel von seven.io"), widget=PasswordInput(), render_kw=SECRET)
    sms_url = TextField(
        m("Adresse der Schnittstelle"), required=False, description=m("Sonst: ") + SEVEN
    )
