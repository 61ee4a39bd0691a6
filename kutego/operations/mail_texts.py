"""The mails that Kutego writes by itself, in the house's own words (spec COM-18).

The frame of a mail, the ways to pay and what the law wants in it stay as they are: they come as
placeholders or below the text.
"""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import Customer, MailText, Salutation, company
from kutego.operations.activity import log_activity
from kutego.operations.message_templates import check_texts
from kutego.rendering.mail import default_words, mail_text, placeholders_of
from kutego.rendering.placeholders import fill, names_in
from kutego.texts import gettext as _
from kutego.texts import marked as m

SYSTEM_MAILS = {
    "invoice_issued": m("Neue Rechnung"),
    "invoice_new_version": m("Geänderte Rechnung"),
    "invoice_cancelled": m("Stornorechnung"),
    "booking_made": m("Buchungsbestätigung (ohne Rechnung)"),
    "booking_cancelled": m("Buchung storniert"),
    "course_day_called_off": m("Kurstag abgesagt"),
    "course_day_moved": m("Kurstag verschoben"),
    "make_up_called_off": m("Kurstag abgesagt, den jemand nachholt"),
    "payment_confirmed": m("Zahlung eingegangen"),
    "voucher": m("Gutschein mit Code und PDF"),
    "receipt": m("Quittung oder Auszahlungsbeleg"),
    "offer_issued": m("Neues Angebot"),
    "offer_new_version": m("Geändertes Angebot"),
    "offer_accepted": m("Angebot angenommen: Buchungsbestätigung"),
    "offer_declined": m("Angebot abgelehnt"),
    "offer_withdrawn": m("Angebot zurückgezogen"),
    "enrolment_moved": m("Kursplatz verlegt"),
    "course_dates": m("Terminliste"),
    "contract_shifted": m("Vertrag verschoben"),
    "contract_paused": m("Vertrag ruht"),
    "contract_closed": m("Betrieb geschlossen: Vertrag ruht"),
    "contract_moved": m("Vertrag: anderer Kurs"),
    "contract_price": m("Vertrag: neuer Preis"),
    "contract_terminated": m("Kündigung bestätigt"),
    "contract_cancelled": m("Vertrag storniert"),
    "appointment_confirmed": m("Termin eingetragen"),
    "appointments_confirmed": m("Termine eingetragen (Reihe)"),
    "appointment_moved": m("Termin verschoben"),
    "appointment_cancelled": m("Termin abgesagt"),
    "appointment_reminder": m("Termin: Erinnerung"),
    "rental_confirmed": m("Raum gebucht"),
    "rental_moved": m("Raumbuchung geändert"),
    "rental_cancelled": m("Raumbuchung storniert"),
    "tickets": m("Tickets"),
    "event_moved": m("Veranstaltung verlegt"),
    "event_cancelled": m("Veranstaltung abgesagt"),
    "make_up_expiring": m("Nachholtag verfällt bald"),
    "waitlist_joined": m("Warteliste: eingetragen"),
    "waitlist_offer": m("Warteliste: Platz angeboten"),
    "waitlist_reminder": m("Warteliste: Frist läuft ab"),
    "waitlist_free": m("Warteliste: Platz frei (an alle)"),
    "waitlist_moved_up": m("Warteliste: nachgerückt"),
    "waitlist_removed": m("Warteliste: gestrichen"),
    "waitlist_closed": m("Warteliste: Kurs findet nicht statt"),
    "newsletter_confirm": m("Newsletter: Bitte um Bestätigung"),
    "info_agent": m("InfoAgent: passender Kurstermin"),
    "task_digest": m("Aufgaben des Tages (an Mitarbeiter)"),
}
EXAMPLES = {
    "rechnung": "RE-2026-0123", "fassung": "RE-2026-0123-2", "stornorechnung": "ST-2026-0007",
    "datum": "23.11.2026", "betrag": "149,00 €", "umfang": m("Ihre Rechnung"),
    "zahlung": m("Bitte überweisen Sie den offenen Betrag bis zum 07.12.2026 auf unser Konto: …"),
    "beilagen": m("Außerdem liegt bei: Hausordnung.pdf."),
    "abrechnung": m("Den bereits gezahlten Betrag von 149,00 € überweisen wir Ihnen zurück."),
    "stand": m("Die Rechnung ist damit vollständig bezahlt."),
    "beleg": "Q-2026-0042", "belegart": m("Ihre Quittung"),
    "hinweis": m("vielen Dank für Ihre Zahlung von 50,00 €. Anbei erhalten Sie die Quittung …"),
    "angebot": "AN-2026-0031", "frist": m(", bis einschließlich 07.12.2026"),
    "angebot_link": "https://example.org/angebot/…",
    "anlagen": m(", ebenso Ihre Rechnung"),
    "rechnungen": m("Rechnung RE-2026-0123 über 149,00 €: …"),
    "buchung": "B-2026-0017", "gebucht": m("- Welpenkurs (Bello)"),
    "warum": m("Die Buchung ist kostenlos, deshalb gibt es keine Rechnung."),
    "guthaben": m("49,00 € haben wir Ihrem Guthaben gutgeschrieben."),
    "tag": "01.12.2026", "vorher": "24.11.2026", "uhrzeit": "16:00 bis 17:00 Uhr",
    "uhrzeit_vorher": "17:00 bis 18:00 Uhr", "kursraum": m("Ort: Halle 1"),
    "teilnehmer": m("Bello"),
    "grund": m(" Grund: Die Trainerin ist krank."),
    "ausgleich": m("Ihr Ausgleich: 29,80 € Guthaben"),
    "vertrag": "V-2026-0015", "vertrag_text": m("Junghunde"),
    "verschiebung": m("2 Monate verschoben"),
    "pause": m("vom 01.02.2027 bis 28.02.2027"), "wechsel_am": "01.02.2027",
    "anlass": m("Betriebsferien"), "eingang": "01.12.2026", "vertragsende": "31.01.2027",
    "abrechnung_bis_zum_ende": m("Bis dahin rechnen wir wie bisher ab."),
    "alter_preis": "49,00 €", "neuer_preis": "52,00 €", "preis_ab": "01.02.2027",
    "alter_kurs": m("Welpenkurs am Montag"),
    "kurstage": m("- 01.12.2026, 16:00 bis 17:00 Uhr …"), "beginn": "01.12.2026",
    "zeitraum": m("Ihr laufender Zeitraum reicht jetzt bis einschließlich 31.01.2027."),
    "stornorechnungen": m("Anbei erhalten Sie die Stornorechnung: …"),
    "betrieb": m("Ihr Betrieb"), "tage": "7", "einwilligung": m("Ich möchte den Newsletter …"),
    "bestaetigen_link": "https://example.org/newsletter/…",
    "kurs": m("Welpenkurs"), "thema": m("Welpen, Erfurt"),
    "kursdaten": m("Welpenkurs\nBeginn: 01.12.2026"), "anruf": m(" oder rufen Sie uns an: …"),
    "termin": m("Einzelstunde"), "zeit": "01.12.2026 16:00–17:00",
    "zeiten": "01.12.2026 16:00–17:00 Uhr\n08.12.2026 16:00–17:00 Uhr",
    "zeit_vorher": "24.11.2026 16:00–17:00", "lehrkraft": m("Petra Kuhn"),
    "ort": m("Halle, Am Anger 3, 99084 Erfurt"),
    "geld": m("Um das Geld kümmern wir uns: Sie bekommen dazu eine eigene Nachricht. "),
    "raum": m("Saal 1"), "veranstaltung": m("Sommerfest"), "tickets": m("Ihre 2 Tickets"),
    "anzahl_gutscheine": m("Ihr Gutschein"),
    "gutscheine": m("Geschenkgutschein über 50,00 €\nCode: …"),
    "verfall": "07.12.2026", "platz": "3", "platz_bis": "25.11.2026, 12:00",
    "warteliste_link": "https://example.org/warteliste/…",
    "anzahl": m("2 Aufgaben warten"), "aufgaben": m("2 Aufgaben sind heute zu erledigen: …"),
    "aufgaben_link": "https://example.org/buero/my_tasks/",
}  # fmt: skip


def own_words(template: str) -> tuple[str, str] | None:
    """The house's own subject and text, where it has some; read once per transaction."""
    known: dict[str, tuple[str, str]] | None = db.session.info.get("mail_texts")
    if known is None:
        rows = db.session.execute(select(MailText.template, MailText.subject, MailText.text))
        known = {name: (subject, text) for name, subject, text in rows}
        if db.session.info.get("writing"):
            db.session.info["mail_texts"] = known
    return known.get(template)


@operation
def change_mail_text(*, template: str, subject: str, text: str, on: date, by: Actor) -> MailText:
    """Let a mail say it in other words from now on. Mails already written keep theirs.

    Refuses unknown placeholders, and a text without a link that the mail is sent for.
    """
    subject, text = check_words(template, subject, text)
    lock(db.session(), [company()])
    row = stored_words(template)
    if row is None:
        row = MailText(template=template)
        db.session.add(row)
    row.subject, row.text = subject, text
    row.changed_at, row.changed_by = clock.now(), by.name
    log_activity(row, "mail_text.changed", by=by, template=_(SYSTEM_MAILS[template]))
    db.session.info.pop("mail_texts", None)
    return row


@operation
def reset_mail_text(row: MailText, *, on: date, by: Actor) -> None:
    """Go back to the words that Kutego comes with."""
    log_activity(row, "mail_text.reset", by=by, template=_(SYSTEM_MAILS[row.template]))
    db.session.delete(row)
    db.session.info.pop("mail_texts", None)


def check_words(template: str, subject: str | None, text: str | None) -> tuple[str, str]:
    """Subject and text as they are kept. Raises `DomainError` where they cannot be used."""
    if template not in SYSTEM_MAILS:
        raise DomainError(_("Diese E-Mail gibt es nicht."))
    subject, text = (subject or "").strip(), (text or "").replace("\r\n", "\n").strip()
    check_texts(subject, text, placeholders_of(template))
    if len(subject) > 200 or len(text) > 10_000:
        raise DomainError(_("Bitte höchstens 200 Zeichen im Betreff und 10.000 im Text."))
    for name in names_in(default_words(template)[1]):
        if name.endswith("_link") and name not in names_in(text):
            raise DomainError(
                _("Ohne {{ %(name)s }} wäre die E-Mail nutzlos. Bitte in den Text aufnehmen.",
                  name=name)
            )  # fmt: skip
    return subject, text


def stored_words(template: str) -> MailText | None:
    """The row with the house's own words, where there is one."""
    return db.session.scalar(select(MailText).where(MailText.template == template))


def changed_mails() -> dict[str, MailText]:
    """The rows with the house's own words, by the mail they are for."""
    return {row.template: row for row in db.session.scalars(select(MailText))}


def preview_of(template: str, subject: str, text: str) -> tuple[str, str]:
    """How the mail would read, with examples in place of the facts."""
    subject, text = check_words(template, subject, text)
    examples = {name: _(EXAMPLES[name]) for name in placeholders_of(template)}
    reader = Customer(salutation=Salutation.MS, first_name="Anna", last_name="Muster")
    return mail_text(
        "own", company=company(), customer=reader,
        own_subject=fill(subject, examples), own_text=fill(text, examples),
    )  # fmt: skip
