"""The settings of make-up days: what holds where no category and no course date says otherwise."""

from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import CheckField, NumberField

MAKE_UP_NOTE = m(
    "Wer sich rechtzeitig von einem Kurstag abmeldet, bekommt einen Nachholtag: Damit kommt er an "
    "einem anderen Tag derselben Kategorie, in Kursen mit der Angabe „{level}“ nur, wenn sie "
    "passt. Kategorien und Kurstermine können eigene Regeln haben."
)


class MakeUpForm(SettingsForm):
    make_ups = CheckField(m("Nachholtage geben"))
    make_up_notice_hours = NumberField(
        m("Abmelden bis so viele Stunden vorher"), most=1440,
        description=m("Gerechnet vom Beginn des Kurstags. Später entscheidet das Büro."),
    )  # fmt: skip
    make_up_valid_days = NumberField(
        m("Ein Nachholtag gilt so viele Tage"), least=1, most=731,
        description=m("Gerechnet vom versäumten Tag. Danach verfällt er."),
    )  # fmt: skip
    make_up_limit = NumberField(
        m("Nachholtage höchstens"), required=False, most=1000,
        description=m("Je Platz, in Dauerkursen je Abrechnungszeitraum, wenn die "
                      "Laufzeitvorlage nichts anderes sagt. Leer: ohne Grenze."),
    )  # fmt: skip
    make_up_reminder_days = NumberField(
        m("E-Mail so viele Tage vor dem Verfall"), required=False, least=1, most=60,
        description=m("Leer: keine E-Mail."),
    )  # fmt: skip
