"""The pages of the settings of the business, and by what words each is found."""

from dataclasses import dataclass

from wtforms.fields.core import UnboundField

from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.settings_appointments import AppointmentForm
from kutego.views.office.settings_business import CASH, BankForm, CompanyForm, SettingsForm, TaxForm
from kutego.views.office.settings_mail import INBOX_NOTE, InboxForm, MailForm
from kutego.views.office.settings_make_ups import MAKE_UP_NOTE, MakeUpForm
from kutego.views.office.settings_payment import PaymentForm
from kutego.views.office.settings_sending import (
    NUMBERS_NOTE,
    AppearanceForm,
    NumbersForm,
    TextsForm,
)
from kutego.views.office.settings_services import LetterForm, SmsForm
from kutego.views.office.settings_words import WORDS_NOTE, WordsForm


@dataclass(frozen=True)
class Section:
    """A page of the settings."""

    slug: str
    title: str
    form: type[SettingsForm]
    note: str = ""


SECTIONS = (
    Section("company", m("Betrieb"), CompanyForm),
    Section("words", m("Branche und Wörter"), WordsForm, WORDS_NOTE),
    Section("tax", m("Steuern"), TaxForm),
    Section("payment", m("Zahlung"), PaymentForm, CASH),
    Section("bank", m("Bank"), BankForm, CASH),
    Section("numbers", m("Nummern"), NumbersForm, NUMBERS_NOTE),
    Section("make_ups", m("Nachholtage"), MakeUpForm, MAKE_UP_NOTE),
    Section("appointments", m("Einzeltermine"), AppointmentForm),
    Section("mail", m("E-Mail"), MailForm),
    Section("inbox", m("Posteingang"), InboxForm, INBOX_NOTE),
    Section("letters", m("Briefe"), LetterForm),
    Section("sms", m("SMS"), SmsForm),
    Section("appearance", m("Aussehen"), AppearanceForm),
    Section("texts", m("Texte"), TextsForm),
)  # fmt: skip


def labels_of_fields() -> dict[str, str]:
    """By what else a section is found: what its fields are called."""
    return {
        each.slug: " ".join(
            str(_(field.args[0]))
            for field in vars(each.form).values()
            if isinstance(field, UnboundField) and field.args
        )
        for each in SECTIONS
    }
