"""The menu of the office and its "+ Neu": one line per view, shown as far as rights go."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_login import current_user

from kutego.models import Right
from kutego.texts import gettext as _
from kutego.texts import marked as m

HOME = "office.index"
GROUPS = "kutego.menu"  # in the environment of a request


@dataclass(frozen=True)
class Entry:
    """A place in the menu: shown when the view exists and the person may see it."""

    view: str  # the name of the view's blueprint, or an endpoint
    name: str
    icon: str
    right: Right | None = None

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
        return url_for(self.endpoint or HOME)

    @property
    def is_open(self) -> bool:
        return self.endpoint is not None and (self.right is None or current_user.may(self.right))


R = Right
MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (  # the order of spec.md 1.1
    ("", (
        Entry(HOME, m("Dashboard"), "speedometer2"),
    )),
    (m("Kunden"), (
        Entry("customers", m("Kunden"), "people", R.CUSTOMERS_VIEW),
        Entry("participants", m("{participants}"), "person", R.CUSTOMERS_VIEW),
        Entry("notes", m("Notizen und Wiedervorlagen"), "sticky", R.NOTES),
        Entry("tasks", m("Aufgaben"), "check2-circle", R.NOTES),
        Entry("customer_files", m("Dokumente"), "files", R.DOCUMENTS_VIEW),
        Entry("duplicates", m("Dubletten"), "copy", R.CUSTOMERS_MERGE),
        Entry("customer_imports", m("Import"), "upload", R.CUSTOMERS_IMPORT),
        Entry("customer_groups", m("Kundengruppen"), "tags", R.CUSTOMERS_VIEW),
        Entry("recipient_groups", m("Empfängergruppen"), "send", R.CUSTOMERS_VIEW),
        Entry("gdpr_exports", m("DSGVO-Auskünfte"), "file-earmark-zip", R.CUSTOMERS_EXPORT),
    )),
    (m("Kurse"), (
        Entry("calendar", m("Kalender"), "calendar-week", R.COURSES_VIEW),
        Entry("course_dates", m("Kurstermine"), "calendar3", R.COURSES_VIEW),
        Entry("course_categories", m("Kategorien"), "tags", R.COURSES_VIEW),
        Entry("contracts", m("Verträge"), "arrow-repeat", R.CONTRACTS_VIEW),
        Entry("make_ups", m("Nachholung"), "calendar-plus", R.COURSES_VIEW),
        Entry("waitlist", m("Wartelisten"), "hourglass-split", R.COURSES_VIEW),
        Entry("members", m("Mitglieder"), "person-badge", R.CONTRACTS_VIEW),
        Entry("membership_templates", m("Mitgliedschaften"), "credit-card", R.COURSES_VIEW),
        Entry("term_templates", m("Laufzeitvorlagen"), "calendar-range", R.COURSES_VIEW),
        Entry("calendar_feeds", m("Kalender-Abos"), "link-45deg", R.COURSES_VIEW),
        Entry("absences", m("Abwesenheiten"), "calendar-x", R.COURSES_ALL),
        Entry("products", m("Produkte"), "box-seam", R.COURSES_VIEW),
        Entry("packages", m("Pakete"), "collection-play", R.COURSES_VIEW),
    )),
    (m("Einzeltermine"), (
        Entry("appointments", m("Termine"), "calendar-check", R.COURSES_VIEW),
        Entry("appointment_templates", m("Vorlagen"), "file-earmark-text", R.COURSES_VIEW),
        Entry("appointment_categories", m("Kategorien"), "tags", R.COURSES_VIEW),
        Entry("lecturer_hours", m("Zeiten der Lehrkräfte"), "clock", R.COURSES_VIEW),
    )),
    (m("Veranstaltungen"), (
        Entry("events", m("Veranstaltungen"), "star", R.COURSES_VIEW),
        Entry("tickets", m("Tickets"), "tag", R.COURSES_VIEW),
        Entry("room_rentals", m("Raumvermietung"), "key", R.COURSES_VIEW),
    )),
    (m("Finanzen"), (
        Entry("invoices", m("Rechnungen"), "receipt", R.INVOICES_VIEW),
        Entry("bookings", m("Buchungen"), "bookmark", R.INVOICES_VIEW),
        Entry("invoice_drafts", m("Entwürfe"), "pencil-square", R.INVOICES_VIEW),
        Entry("instalments", m("Ratenvereinbarungen"), "calendar-range", R.CONTRACTS_VIEW),
        Entry("dunning_proposals", m("Mahnvorschlag"), "bell", R.DUNNING),
        Entry("dunning_notices", m("Mahnungen"), "envelope-exclamation", R.INVOICES_VIEW),
        Entry("collection_cases", m("Inkasso"), "box-arrow-up-right", R.DUNNING),
        Entry("dunning_runs", m("Mahnläufe"), "sort-down", R.DUNNING),
        Entry("offers", m("Angebote"), "file-earmark-text", R.OFFERS_VIEW),
        Entry("cancellations", m("Stornierungen"), "file-earmark-x", R.INVOICES_VIEW),
        Entry("receipts", m("Quittungen"), "cash-coin", R.CREDIT_VIEW),
        Entry("vouchers", m("Gutscheine"), "gift", R.VOUCHERS),
        Entry("voucher_templates", m("Gutschein-Vorlagen"), "tags", R.VOUCHERS),
        Entry("refunds", m("Erstattungen"), "arrow-return-left", R.CREDIT_VIEW),
        Entry("transfer_files", m("Überweisungsdateien"), "bank", R.CREDIT_PAY_OUT),
        Entry("credit_entries", m("Guthabenbuchungen"), "piggy-bank", R.CREDIT_VIEW),
    )),
    (m("Kommunikation"), (
        Entry("mailings", m("Mitteilungen"), "send", R.MESSAGES_MASS),
        Entry("threads", m("Kontaktanfragen"), "chat-left-text", R.MESSAGES_VIEW),
        Entry("callbacks", m("Rückrufbitten"), "telephone", R.MESSAGES_VIEW),
        Entry("messages", m("E-Mails"), "envelope", R.MESSAGES_VIEW),
        Entry("letters", m("Briefe"), "printer", R.MESSAGES_VIEW),
        Entry("sms", m("SMS"), "phone", R.MESSAGES_VIEW),
        Entry("paid.costs", m("Kosten"), "cash-coin", R.MESSAGES_PAID),
        Entry("newsletter", m("Newsletter"), "envelope-check", R.MESSAGES_VIEW),
        Entry("info_agents", m("InfoAgents"), "bell", R.MESSAGES_VIEW),
        Entry("message_templates", m("Vorlagen"), "file-earmark-text", R.MESSAGES_VIEW),
        Entry("mail_texts", m("System-Mails"), "envelope-check", R.SETTINGS),
    )),
    (m("Unternehmen"), (
        Entry("settings", m("Einstellungen"), "gear", R.SETTINGS),
        Entry("employees", m("Mitarbeiter"), "person-badge", R.STAFF),
        Entry("locations", m("Standorte"), "geo-alt", R.COURSES_VIEW),
        Entry("rooms", m("Räume"), "building", R.COURSES_VIEW),
        Entry("closing_times", m("Schließzeiten"), "calendar-x", R.COURSES_VIEW),
        Entry("custom_fields", m("Zusatzfelder"), "plus-circle", R.SETTINGS),
        Entry("legal_texts", m("Rechtstexte"), "file-ruled", R.SETTINGS),
        Entry("enclosures", m("Beilagen"), "paperclip", R.SETTINGS),
        Entry("protocol", m("Protokoll"), "journal-text", R.SETTINGS),
        Entry("jobs", m("Aufträge"), "clock-history", R.JOBS),
        Entry("mass-runs", m("Sammelaktionen"), "collection-play"),
    )),
)  # fmt: skip

NEW = (
    Entry("customers.create_view", m("Kunde"), "person-plus", R.CUSTOMERS_EDIT),
    Entry("invoices.create_view", m("Rechnung"), "receipt", R.INVOICES_EDIT),
    Entry("offers.create_view", m("Angebot"), "file-earmark-text", R.OFFERS_EDIT),
    Entry("course_dates.create_view", m("Kurstermin"), "calendar3", R.COURSES_EDIT),
    Entry("products.create_view", m("Produkt"), "box-seam", R.COURSES_EDIT),
)


def address(view: str, **query: object) -> str | None:
    """The address of a view's list with its filters, or None where the person may not see it."""
    entry = next((e for _group, entries in MENU for e in entries if e.view == view), None)
    if entry is None or not entry.is_open:
        return None
    pairs = {key: getattr(value, "value", value) for key, value in query.items()}
    return f"{entry.url}?{urlencode(pairs)}" if pairs else entry.url


def new_entries() -> list[Entry]:
    """What this person may create."""
    return [entry for entry in NEW if entry.is_open]


def open_groups() -> list[tuple[str, list[tuple[Entry, bool]]]]:
    """The groups this person may open, every entry with whether we are there; once a request."""
    if GROUPS not in request.environ:
        request.environ[GROUPS] = _open_groups()
    return request.environ[GROUPS]


def _open_groups() -> list[tuple[str, list[tuple[Entry, bool]]]]:
    groups = [(name, [entry for entry in entries if entry.is_open]) for name, entries in MENU]
    here = current_entry([entry for _name, entries in groups for entry in entries])
    return [
        (_(name) if name else "", [(entry, entry is here) for entry in entries])
        for name, entries in groups
        if entries
    ]


def current_entry(entries: list[Entry]) -> Entry | None:
    """The entry below whose address we are; the dashboard's, which begins all, only right there."""
    here = request.path
    return next(
        (e for e in entries if here == e.url or (e.view != HOME and here.startswith(e.url))), None
    )
