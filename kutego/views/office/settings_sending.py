"""The settings of what goes out: numbers, the look, standing texts."""

from typing import Any

from wtforms.widgets import ColorInput

from kutego import clock
from kutego.models import DEFAULT_FORMATS, NumberKind
from kutego.operations.logos import store_logo
from kutego.operations.number_formats import example
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import (
    CheckField,
    LongTextField,
    TextField,
    UploadField,
)

NUMBERS_NOTE = m(
    "{year} steht für das Jahr; mit ihm beginnt die Zählung jedes Jahr neu. {number} steht für die "
    "laufende Nummer, {number:05d} für fünf Stellen. Ein neues Muster gilt ab der nächsten Nummer; "
    "vergebene Nummern bleiben, wie sie sind."
)


class NumbersForm(SettingsForm):
    """One pattern per range; the keys are the values of `NumberKind`."""

    customer = TextField(NumberKind.CUSTOMER.label, most=40)
    contract = TextField(NumberKind.CONTRACT.label, most=40)
    offer = TextField(NumberKind.OFFER.label, most=40)
    invoice = TextField(NumberKind.INVOICE.label, most=40)
    cancellation = TextField(NumberKind.CANCELLATION.label, most=40)
    receipt = TextField(NumberKind.RECEIPT.label, most=40)
    booking = TextField(NumberKind.BOOKING.label, most=40)

    def prepare(self) -> None:
        stored = self.record.number_formats
        for kind in NumberKind:
            pattern = stored.get(kind.value) or DEFAULT_FORMATS[kind]
            field = self[kind.value]
            if not self.is_submitted():
                field.data = pattern
            first = example(pattern, clock.today().year, 1)
            field.description = _("Bisher zum Beispiel: %(number)s", number=first)

    def settings(self) -> dict[str, Any]:
        patterns = super().settings()
        return {"number_formats": {kind: text for kind, text in patterns.items() if text}}


class AppearanceForm(SettingsForm):
    accent = TextField(
        m("Farbe"), most=7, widget=ColorInput(),
        description=m("Auf Knöpfen, Dokumenten und den Seiten für Ihre Kunden."),
    )  # fmt: skip
    logo = UploadField(
        m("Logo"), required=False, render_kw={"accept": "image/png,image/jpeg"},
        description=m("PNG oder JPEG, höchstens 1 MB. Durchsichtiges wird weiß."),
    )  # fmt: skip
    without_logo = CheckField(m("Logo entfernen"))

    def prepare(self) -> None:
        if not self.record.logo_sha256:
            del self.without_logo

    def settings(self) -> dict[str, Any]:
        values = {"accent": self.accent.data}
        if self.logo.data:
            values["logo_sha256"] = store_logo(self.logo.data[1])
        elif "without_logo" in self and self.without_logo.data:
            values["logo_sha256"] = None
        return values


class TextsForm(SettingsForm):
    invoice_intro = LongTextField(m("Einleitung der Rechnung"), most=2000)
    invoice_closing = LongTextField(m("Schluss der Rechnung"), most=2000)
    receipt_text = LongTextField(m("Text der Quittung"), most=2000)
    booking_text = LongTextField(m("Einleitung der Buchungsbestätigung"), most=2000)
