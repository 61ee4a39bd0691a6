"""Every place of the office: what stands in the menu, beside what, and among the settings."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_login import current_user

from kutego.models import Right
from kutego.texts import gettext as _
from kutego.texts import marked as m

HOME = "office.index"


@dataclass(frozen=True)
class Entry:
    """A place: shown when the view exists and the person may see it."""

    view: str  # the name of the view's blueprint, or an endpoint
    name: str
    icon: str
    right: Right | None = None
    hint: str = ""  # what one finds there, for the page of all settings
    section: str = ""  # of the settings

    @property
    def label(self) -> str:
        return _(self.name)

    @property
    def endpoint(self) -> str | None:
        """Where it leads, or None as long as no such view is registered."""
        known = current_app.view_functions
        names = (self.view, f"{self.view}.index_view", f"{self.view}.index")
        return next((name for name in names if name in known), None)

    @property
    def url(self) -> str:
        if self.section:
            return url_for(self.view, slug=self.section)
        return url_for(self.endpoint or HOME)

    @property
    def is_open(self) -> bool:
        return self.endpoint is not None and (self.right is None or current_user.may(self.right))


@dataclass(frozen=True)
class Place:
    """A line of the menu: one entry, or several that are tabs of each other."""

    entries: tuple[Entry, ...]
    name: str = ""
    icon: str = ""


def alone(view: str, name: str, icon: str, right: Right | None = None) -> Place:
    """A place without neighbours."""
    return Place((Entry(view, name, icon, right),))


def together(name: str, icon: str, *entries: Entry) -> Place:
    """What belongs together is one line of the menu."""
    return Place(entries, name, icon)


R = Right
ALL_SETTINGS = alone("settings", m("Einstellungen"), "gear", R.COURSES_VIEW)
MENU: tuple[tuple[str, tuple[Place, ...]], ...] = (  # the order of spec.md 1.1
    ("", (
        alone(HOME, m("Dashboard"), "speedometer2"),
    )),
    (m("Kunden"), (
        together(m("Kunden"), "people",
            Entry("customers", m("Kunden"), "people", R.CUSTOMERS_VIEW),
            Entry("customer_groups", m("Kundengruppen"), "tags", R.CUSTOMERS_VIEW),
            Entry("duplicates", m("Dubletten"), "copy", R.CUSTOMERS_MERGE),
            Entry("customer_imports", m("Import"), "upload", R.CUSTOMERS_IMPORT),
            Entry("gdpr_exports", m("DSGVO-Auskünfte"), "file-earmark-zip", R.CUSTOMERS_EXPORT),
        ),
        alone("participants", m("{participants}"), "person", R.CUSTOMERS_VIEW),
        together(m("Aufgaben"), "check2-circle",
            Entry("my_tasks", m("Meine Aufgaben"), "bell", R.NOTES),
            Entry("tasks", m("Alle Aufgaben"), "check2-circle", R.NOTES),
            Entry("notes", m("Notizen und Wiedervorlagen"), "sticky", R.NOTES),
        ),
        alone("customer_files", m("Dokumente"), "files", R.DOCUMENTS_VIEW),
    )),
    (m("Kurse"), (
        together(m("Kalender"), "calendar-week",
            Entry("calendar", m("Kalender"), "calendar-week", R.COURSES_VIEW),
            Entry("absences", m("Abwesenheiten"), "calendar-x", R.COURSES_ALL),
            Entry("calendar_feeds", m("Kalender-Abos"), "link-45deg", R.COURSES_VIEW),
        ),
        together(m("Kurstermine"), "calendar3",
            Entry("course_dates", m("Kurstermine"), "calendar3", R.COURSES_VIEW),
            Entry("course_categories", m("Kurskategorien"), "tags", R.COURSES_VIEW),
        ),
        alone("waitlist", m("Wartelisten"), "hourglass-split", R.COURSES_VIEW),
        alone("make_ups", m("Nachholung"), "calendar-plus", R.COURSES_VIEW),
        together(m("Verträge"), "arrow-repeat",
            Entry("contracts", m("Verträge"), "arrow-repeat", R.CONTRACTS_VIEW),
            Entry("term_templates", m("Laufzeitvorlagen"), "calendar-range", R.COURSES_VIEW),
        ),
        together(m("Mitglieder"), "person-badge",
            Entry("members", m("Mitglieder"), "person-badge", R.CONTRACTS_VIEW),
            Entry("membership_templates", m("Mitgliedschaften"), "credit-card", R.COURSES_VIEW),
        ),
        together(m("Einzeltermine"), "calendar-check",
            Entry("appointments", m("Einzeltermine"), "calendar-check", R.COURSES_VIEW),
            Entry("appointment_templates", m("Terminvorlagen"), "file-earmark-text",
                  R.COURSES_VIEW),
            Entry("appointment_categories", m("Terminkategorien"), "tags", R.COURSES_VIEW),
            Entry("lecturer_hours", m("Zeiten der Lehrkräfte"), "clock", R.COURSES_VIEW),
        ),
        together(m("Veranstaltungen"), "star",
            Entry("events", m("Veranstaltungen"), "star", R.COURSES_VIEW),
            Entry("tickets", m("Tickets"), "tag", R.COURSES_VIEW),
            Entry("room_rentals", m("Raumvermietung"), "key", R.COURSES_VIEW),
        ),
        together(m("Produkte"), "box-seam",
            Entry("products", m("Produkte"), "box-seam", R.COURSES_VIEW),
            Entry("packages", m("Pakete"), "collection-play", R.COURSES_VIEW),
        ),
    )),
    (m("Finanzen"), (
        together(m("Rechnungen"), "receipt",
            Entry("invoices", m("Rechnungen"), "receipt", R.INVOICES_VIEW),
            Entry("invoice_drafts", m("Entwürfe"), "pencil-square", R.INVOICES_VIEW),
            Entry("bookings", m("Buchungen"), "bookmark", R.INVOICES_VIEW),
            Entry("cancellations", m("Stornierungen"), "file-earmark-x", R.INVOICES_VIEW),
            Entry("instalments", m("Ratenvereinbarungen"), "calendar-range", R.CONTRACTS_VIEW),
        ),
        alone("offers", m("Angebote"), "file-earmark-text", R.OFFERS_VIEW),
        together(m("Mahnwesen"), "bell",
            Entry("dunning_proposals", m("Mahnvorschlag"), "bell", R.DUNNING),
            Entry("dunning_notices", m("Mahnungen"), "envelope-exclamation", R.INVOICES_VIEW),
            Entry("collection_cases", m("Inkasso"), "box-arrow-up-right", R.DUNNING),
            Entry("dunning_runs", m("Mahnläufe"), "sort-down", R.DUNNING),
            Entry("base_rates", m("Basiszinssatz"), "percent", R.DUNNING),
        ),
        together(m("Guthaben"), "piggy-bank",
            Entry("credit_entries", m("Guthabenbuchungen"), "piggy-bank", R.CREDIT_VIEW),
            Entry("receipts", m("Quittungen"), "cash-coin", R.CREDIT_VIEW),
            Entry("refunds", m("Erstattungen"), "arrow-return-left", R.CREDIT_VIEW),
            Entry("transfer_files", m("Überweisungsdateien"), "bank", R.CREDIT_PAY_OUT),
        ),
        together(m("Gutscheine"), "gift",
            Entry("vouchers", m("Gutscheine"), "gift", R.VOUCHERS),
            Entry("voucher_templates", m("Gutschein-Vorlagen"), "tags", R.VOUCHERS),
        ),
    )),
    (m("Kommunikation"), (
        together(m("Anfragen"), "chat-left-text",
            Entry("threads", m("Kontaktanfragen"), "chat-left-text", R.MESSAGES_VIEW),
            Entry("callbacks", m("Rückrufbitten"), "telephone", R.MESSAGES_VIEW),
        ),
        together(m("Nachrichten"), "envelope",
            Entry("messages", m("E-Mails"), "envelope", R.MESSAGES_VIEW),
            Entry("sms", m("SMS"), "phone", R.MESSAGES_VIEW),
            Entry("letters", m("Briefe"), "printer", R.MESSAGES_VIEW),
            Entry("paid.costs", m("Kosten"), "cash-coin", R.MESSAGES_PAID),
        ),
        together(m("Mitteilungen"), "send",
            Entry("mailings", m("Mitteilungen"), "send", R.MESSAGES_MASS),
            Entry("newsletter", m("Newsletter"), "envelope-check", R.MESSAGES_VIEW),
            Entry("info_agents", m("InfoAgents"), "bell", R.MESSAGES_VIEW),
            Entry("recipient_groups", m("Empfängergruppen"), "people", R.CUSTOMERS_VIEW),
            Entry("message_templates", m("Mitteilungsvorlagen"), "file-earmark-text",
                  R.MESSAGES_VIEW),
        ),
    )),
    (m("Unternehmen"), (
        ALL_SETTINGS,
        together(m("Protokoll"), "journal-text",
            Entry("protocol", m("Protokoll"), "journal-text", R.SETTINGS),
            Entry("jobs", m("Aufträge"), "clock-history", R.JOBS),
            Entry("mass-runs", m("Sammelaktionen"), "collection-play"),
        ),
    )),
)  # fmt: skip
NEW = (
    Entry("customers.create_view", m("Kunde"), "person-plus", R.CUSTOMERS_EDIT),
    Entry("invoices.create_view", m("Rechnung"), "receipt", R.INVOICES_EDIT),
    Entry("offers.create_view", m("Angebot"), "file-earmark-text", R.OFFERS_EDIT),
    Entry("course_dates.create_view", m("Kurstermin"), "calendar3", R.COURSES_EDIT),
    Entry("products.create_view", m("Produkt"), "box-seam", R.COURSES_EDIT),
)
