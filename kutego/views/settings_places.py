"""What is set once and seldom changed: the groups of the page of all settings."""

from kutego.models import Right
from kutego.texts import marked as m
from kutego.views.menu_places import Entry


def part(slug: str, name: str, icon: str, hint: str) -> Entry:
    """A page of the settings of the business."""
    return Entry("settings.section", name, icon, Right.SETTINGS, hint, slug)


R = Right
SETTINGS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (m("Ihr Betrieb"), (
        part("company", m("Betrieb"), "house", m("Name, Anschrift, Bundesland, Zeitzone")),
        part("words", m("Branche und Wörter"), "tag", m("Wie Ihre Teilnehmenden heißen")),
        part("appearance", m("Aussehen"), "circle-half", m("Farbe und Logo")),
        Entry("employees", m("Mitarbeiter"), "person-badge", R.STAFF,
              m("Anmeldungen, Rollen und Rechte")),
        Entry("locations", m("Standorte"), "geo-alt", R.COURSES_VIEW,
              m("Wo Ihre Kurse stattfinden")),
        Entry("rooms", m("Räume"), "building", R.COURSES_VIEW, m("Mit Plätzen und Belegung")),
        Entry("closing_times", m("Schließzeiten"), "calendar-x", R.COURSES_VIEW,
              m("Betriebsferien und Ruhetage")),
        Entry("school_holidays", m("Schulferien"), "calendar-range", R.COURSES_VIEW,
              m("In denen manche Kurse pausieren")),
    )),
    (m("Kurse und Termine"), (
        Entry("course_categories", m("Kurskategorien"), "tags", R.COURSES_VIEW,
              m("Welche Arten von Kursen es gibt")),
        Entry("term_templates", m("Laufzeitvorlagen"), "calendar-range", R.COURSES_VIEW,
              m("Laufzeit, Zahlweise und Kündigung von Verträgen")),
        Entry("membership_templates", m("Mitgliedschaften"), "credit-card", R.COURSES_VIEW,
              m("Beiträge und Laufzeiten")),
        Entry("appointment_templates", m("Terminvorlagen"), "file-earmark-text", R.COURSES_VIEW,
              m("Einzelstunden mit Dauer und Preis")),
        part("appointments", m("Einzeltermine"), "calendar-check", m("Erinnerung per E-Mail")),
        part("make_ups", m("Nachholtage"), "calendar-plus", m("Fristen und Regeln")),
    )),
    (m("Kunden"), (
        Entry("customer_groups", m("Kundengruppen"), "tags", R.CUSTOMERS_VIEW,
              m("Mit gemeinsamen Rabatten")),
        Entry("custom_fields", m("Zusatzfelder"), "plus-circle", R.SETTINGS,
              m("Eigene Angaben zu Kunden und Teilnehmenden")),
        Entry("legal_texts", m("Rechtstexte"), "file-ruled", R.SETTINGS,
              m("AGB, Datenschutz, Widerruf")),
    )),
    (m("Geld und Belege"), (
        part("tax", m("Steuern"), "percent", m("Umsatzsteuer, Steuernummer, Fristen")),
        part("payment", m("Zahlung"), "cash-stack", m("Welche Zahlungsarten Sie anbieten")),
        part("bank", m("Bank"), "bank", m("IBAN und Gläubiger-Identifikationsnummer")),
        part("numbers", m("Nummern"), "hash", m("Wie Rechnungen und Kunden gezählt werden")),
        part("texts", m("Texte"), "file-earmark-text", m("Worte auf Rechnungen und Quittungen")),
        Entry("enclosures", m("Beilagen"), "paperclip", R.SETTINGS,
              m("Was Rechnungen und Angeboten beiliegt")),
        Entry("dunning_runs", m("Mahnläufe"), "sort-down", R.DUNNING,
              m("Stufen, Gebühren und Zinsen")),
        Entry("base_rates", m("Basiszinssatz"), "percent", R.DUNNING, m("Für Verzugszinsen")),
        Entry("voucher_templates", m("Gutschein-Vorlagen"), "gift", R.VOUCHERS,
              m("Werte und Gültigkeit")),
    )),
    (m("Nachrichten"), (
        part("mail", m("E-Mail"), "envelope", m("Postausgang und Absender")),
        part("inbox", m("Posteingang"), "envelope-check", m("Antworten Ihrer Kunden abholen")),
        part("letters", m("Briefe"), "printer", m("Briefdienst und Porto")),
        part("sms", m("SMS"), "phone", m("SMS-Dienst und Absender")),
        Entry("mail_texts", m("System-Mails"), "envelope", R.SETTINGS,
              m("Was Kutego von selbst schreibt")),
        Entry("message_templates", m("Mitteilungsvorlagen"), "file-earmark-text", R.MESSAGES_VIEW,
              m("Für E-Mails, die Sie öfter schreiben")),
    )),
)  # fmt: skip
