"""The words of dunning: the placeholders a stage may use, and the texts of the standard run."""

from kutego.models import StageKind
from kutego.texts import marked as m

KNOWN = {
    "rechnung": "R-2026-00012",
    "rechnungen": m("die Liste der Rechnungen mit Beträgen"),
    "rechnungsdatum": "23.11.2026",
    "faellig_am": "07.12.2026",
    "betrag_offen": "49,00 €",
    "forderung": m("54,00 € (mit Gebühr, Zinsen und Pauschale)"),
    "gebuehr": "5,00 €",
    "zinsen": "1,20 €",
    "zahlbar_bis": "21.12.2026",
    "bankverbindung": m("Konto und Verwendungszweck, oder wie sonst gezahlt wird"),
}  # what only dunning knows, with an example for the screen

_OVERLAP = m(
    "Falls sich Ihre Zahlung mit diesem Schreiben überschnitten hat, betrachten Sie es bitte als "
    "gegenstandslos."
)

# kind, name, days after the due date (0: as the business reminded before), fee, subject, text
STANDARD = (
    (
        StageKind.REMINDER, m("Zahlungserinnerung"), 7, "0.00",
        m("Zahlungserinnerung zu {{ rechnung }}"),
        m("vielleicht ist es Ihnen entgangen: Bei uns ist noch etwas offen.\n\n"
          "{{ rechnungen }}\n\n"
          "{{ bankverbindung }}\n\n"
          "Die Rechnung liegt noch einmal bei. Falls sich Ihre Zahlung mit dieser E-Mail "
          "überschnitten hat, betrachten Sie diese Erinnerung bitte als gegenstandslos."),
    ),
    (
        StageKind.NOTICE, m("1. Mahnung"), 21, "0.00",
        m("Mahnung zu {{ rechnung }}"),
        m("leider haben wir bis heute keinen Zahlungseingang festgestellt. Bitte zahlen Sie den "
          "offenen Betrag von {{ forderung }} bis zum {{ zahlbar_bis }}.\n\n"
          "{{ rechnungen }}\n\n"
          "{{ bankverbindung }}\n\n" + _OVERLAP),
    ),
    (
        StageKind.NOTICE, m("2. Mahnung"), 35, "5.00",
        m("Letzte Mahnung zu {{ rechnung }}"),
        m("trotz unserer Schreiben ist die Zahlung ausgeblieben. Bitte zahlen Sie den Betrag von "
          "{{ forderung }} bis spätestens {{ zahlbar_bis }}. Danach behalten wir uns vor, die "
          "Forderung an ein Inkassounternehmen zu übergeben.\n\n"
          "{{ rechnungen }}\n\n"
          "{{ bankverbindung }}\n\n" + _OVERLAP),
    ),
)  # fmt: skip
