"""The settings of the business itself: who it is, its taxes and its bank.

The fields of every form are columns of `Company`.
"""

from typing import Any
from zoneinfo import available_timezones

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from kutego.models import FederalState, PriceMode, TaxMode
from kutego.texts import marked as m
from kutego.views.office.countries import CountryField
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    EmailField,
    NumberField,
    PanelForm,
    TextField,
)
from kutego.views.panel.fields import Required

FIRST_ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")
CASH = m(
    "Barzahlung: Wer vor Ort Bargeld annimmt, kann unter die Pflicht zur technischen "
    "Sicherheitseinrichtung fallen (TSE, § 146a AO). Mit einer zertifizierten Kasse sind Sie auf "
    "der sicheren Seite. Fragen Sie im Zweifel Ihre Steuerberatung."
)


class SettingsForm(PanelForm):
    """A part of the settings; `revision` tells whether somebody else has saved in between."""

    revision = HiddenField()

    def settings(self) -> dict[str, Any]:
        """What was typed, as columns of `Company`. Raises `DomainError` where it cannot be used."""
        values = self.values()
        del values["revision"]
        return values


class CompanyForm(SettingsForm):
    name = TextField(m("Name des Betriebs"))
    legal_form = TextField(m("Rechtsform"), required=False)
    owner = TextField(m("Inhaber oder Geschäftsführung"), required=False)
    register = TextField(
        m("Registereintrag"), required=False, description=m("Zum Beispiel: AG Jena, HRB 12345")
    )
    street = TextField(m("Straße und Hausnummer"))
    postcode = TextField(m("Postleitzahl"), most=10)
    city = TextField(m("Ort"))
    country = CountryField(m("Land"))
    federal_state = ChoiceField(
        m("Bundesland"), FederalState, required=False,
        description=m("An seinen gesetzlichen Feiertagen entstehen keine Kurstage. Schulferien "
                      "tragen Sie als Schließzeit ein."),
    )  # fmt: skip
    phone = TextField(m("Telefon"), required=False, most=40)
    email = EmailField(m("E-Mail-Adresse"), required=False)
    website = TextField(m("Internetseite"), required=False)
    timezone = SelectField(
        m("Zeitzone"), [Required()],
        description=m("Danach richten sich das Datum auf Belegen und das Ende von Fristen."),
    )  # fmt: skip

    def prepare(self) -> None:
        zones = {zone for zone in available_timezones() if "/" in zone and zone[:4] != "Etc/"}
        here = [zone for zone in (self.record.timezone, *FIRST_ZONES) if zone]
        names = dict.fromkeys([*here, *sorted(zones)])
        self.timezone.choices = [SelectChoice(name, name) for name in names]


class TaxForm(SettingsForm):
    tax_mode = ChoiceField(m("Umsatzsteuer"), TaxMode)
    prices = ChoiceField(m("Preise"), PriceMode)
    tax_number = TextField(
        m("Steuernummer"), required=False,
        description=m("Jede Rechnung braucht die Steuernummer oder die USt-IdNr. (§ 14 UStG)."),
    )  # fmt: skip
    vat_id = TextField(m("USt-IdNr."), required=False)
    cancellation_fee_taxed = CheckField(
        m("Einbehaltene Stornogebühren mit Umsatzsteuer"),
        description=m("Vorschlag beim Stornieren; Sie wählen es dort jedes Mal."),
    )
    due_days = NumberField(m("Zahlungsfrist in Tagen"), most=365)
    offer_days = NumberField(m("Angebote gelten so viele Tage"), least=1, most=365)


class BankForm(SettingsForm):
    account_holder = TextField(m("Kontoinhaber"), required=False, most=70)
    iban = TextField(
        m("IBAN"), required=False, most=42, description=m("BIC und Bank ergeben sich daraus.")
    )
    bic = TextField(m("BIC"), required=False, most=11)
    bank_name = TextField(m("Bank"), required=False)
    creditor_id = TextField(
        m("Gläubiger-ID"), required=False, most=35,
        description=m("Nur für Lastschriften; die Bundesbank vergibt sie."),
    )  # fmt: skip
    paypal = TextField(
        m("PayPal"), required=False, most=100,
        description=m("Adresse oder PayPal.Me-Link; steht auf Rechnungen, die so bezahlt werden."),
    )  # fmt: skip
