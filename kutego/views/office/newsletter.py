"""The newsletter: who agreed when and how, and what the office can do about it (spec CUS-22)."""

from kutego.models import (
    ConsentAction,
    ConsentSource,
    NewsletterConsent,
    Right,
)
from kutego.views.office.columns import COMMUNICATION, CUSTOMER
from kutego.views.panel import (
    Badge,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TabView,
    TextFilter,
    place_of,
)

TONES = {ConsentAction.CONFIRMED: "success", ConsentAction.WITHDRAWN: "secondary"}


def done(consent: NewsletterConsent) -> Badge:
    """What was done, in its colour."""
    return Badge(consent.action.label, TONES.get(consent.action, "warning"))


CONSENT_COLUMNS = (
    Column("given_on", "Tag"),
    Column("action", "Was", value=done, badge=True, sort="action"),
    Column("source", "Wie"),
    Column("address", "Adresse"),
    Column("note", "Notiz"),
    Column("recorded_by", "Von"),
    Column("at", "Aufgeschrieben", shown=False),
    Column("ip", "IP-Adresse", shown=False),
    Column("text", "Wortlaut", shown=False),
)
CONSENT_FILTERS = (
    ChoiceFilter("action", "Was", ConsentAction),
    ChoiceFilter("source", "Wie", ConsentSource),
    TextFilter("address", "Adresse"),
    DateFilter("given_on", "Tag"),
)


class CustomerConsents(TabView):
    model = NewsletterConsent
    slug, title, one = "newsletter", "Newsletter", "Einwilligung"
    parent_key, group = "customer_id", COMMUNICATION
    right = Right.MESSAGES_VIEW
    columns, filters = CONSENT_COLUMNS, CONSENT_FILTERS
    default_sort = "-at"
    empty = "Dieser Kunde hat nicht in den Newsletter eingewilligt."

    def record_url(self, record):
        return place_of(record) or super().record_url(record)

    def counter(self, record):
        """The log is no heap of open things: no number."""
        return super().counter(record).where(NewsletterConsent.id < 0)


class NewsletterView(RecordView):
    model = NewsletterConsent
    slug, title, one, icon = "newsletter", "Newsletter", "Einwilligung", "envelope-check"
    category = COMMUNICATION
    right = Right.MESSAGES_VIEW
    columns = (CONSENT_COLUMNS[0], CUSTOMER, *CONSENT_COLUMNS[1:])
    filters = CONSENT_FILTERS
    search, search_hint = ("address", "customer.search"), "Adresse, Kunde"
    default_sort = "-at"
    cards = (
        Card("Einwilligung", "action", "given_on", "source", "address", "note"),
        Card("Nachweis", "customer", "at", "recorded_by", "ip", "text"),
    )
    empty = "Noch keine Einwilligung. In der Akte eines Kunden tragen Sie eine ein oder fordern \
die Bestätigung an."

    def badges(self, record):
        return [done(record)]
