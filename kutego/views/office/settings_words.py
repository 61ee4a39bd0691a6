"""The industry, and what the house calls whoever comes to class (spec PAR-02)."""

from kutego.models import Industry
from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import ChoiceField, TextField

WORDS_NOTE = m(
    "Diese Wörter stehen überall: in Listen, Filtern und Formularen, in Exporten, E-Mails und auf "
    "Belegen. Wenn Sie eine andere Branche wählen und die Wörter nicht anfassen, kommen die dazu "
    "passenden; ändern können Sie sie danach immer."
)
UNASKED = m("Ohne Überschrift wird nicht danach gefragt.")


class WordsForm(SettingsForm):
    industry = ChoiceField(m("Branche"), Industry, required=False)
    participant_word = TextField(
        m("So heißt, wer zum Kurs kommt"), most=40,
        description=m("Zum Beispiel: Teilnehmer, Hund, Kind"),
    )  # fmt: skip
    participants_word = TextField(
        m("Und mehrere davon"), most=40, required=False,
        description=m("Zum Beispiel: Hunde, Kinder. Leer: dasselbe Wort."),
    )  # fmt: skip
    participant_first_name_label = TextField(
        m("Überschrift des Vornamens"), most=40, description=m("Zum Beispiel: Vorname, Rufname")
    )
    participant_last_name_label = TextField(
        m("Überschrift des Nachnamens"), most=40, required=False, description=UNASKED
    )
    participant_breed_label = TextField(
        m("Überschrift des Zusatzfelds"), required=False, most=40,
        description=m("Zum Beispiel: Rasse, Instrument. Ohne Überschrift wird nicht danach "
                      "gefragt."),
    )  # fmt: skip
    participant_level_label = TextField(
        m("Überschrift der Stufe"), most=40, required=False, description=UNASKED
    )
