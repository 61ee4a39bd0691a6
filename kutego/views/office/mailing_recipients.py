"""Everybody of a mailing: who got it, what became of it, who was left out and why."""

from kutego.models import (
    LeftOut,
    MailingRecipient,
    Message,
    MessageState,
    RecipientState,
    Right,
)
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.message_columns import standing
from kutego.views.panel import (
    Badge,
    ChoiceFilter,
    Column,
    TabView,
    TextFilter,
    YesNoFilter,
    place_of,
)

TROUBLE = (MessageState.FAILED, MessageState.UNCLEAR, MessageState.SUPPRESSED)


def fate(recipient: MailingRecipient) -> Badge:
    """What became of the mail, or that there is none."""
    message = recipient.message
    return Badge.of(recipient.state) if message is None else standing(message)


def why(recipient: MailingRecipient) -> str | None:
    """Why nothing was sent, or what the mail server said."""
    if recipient.reason is not None:
        return recipient.reason.label
    return recipient.message.error if recipient.message is not None else None


class MailingRecipients(TabView):
    model = MailingRecipient
    slug, title, one = "recipients", "Empfänger", "Empfänger"
    parent_key = "mailing_id"
    right = Right.MESSAGES_MASS
    columns = (
        CUSTOMER,
        Column("number", "Kundennr.", value=lambda r: r.customer.number, sort="customer.number",
               load=("customer",), shown=False),
        Column("email", "E-Mail"),
        Column("state", "Ergebnis", value=fate, badge=True, sort="state", load=("message",)),
        Column("reason", "Grund", value=why, load=("message",), sort="reason"),
        Column("sent_at", "Gesendet", value=lambda r: r.message and r.message.sent_at,
               kind="moment", load=("message",), sort="message.sent_at"),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Stand", RecipientState),
        ChoiceFilter("reason", "Grund", LeftOut),
        YesNoFilter("trouble", "Nicht angekommen", where=MailingRecipient.message.has(
            Message.state.in_(TROUBLE) | Message.bounced_at.is_not(None))),
        TextFilter("email", "E-Mail"),
    )  # fmt: skip
    search, search_hint = ("email", "customer.search"), "Name, Adresse"
    default_sort = "customer"
    empty = "Wer die Mitteilung bekommt, steht hier, sobald der Versand begonnen hat."

    def record_url(self, record):
        """The mail itself, or the customer who got none."""
        return place_of(record.message) or place_of(record.customer) or ""

    def export_links(self, listing):
        """The report of who was left out, as a file of its own."""
        url = self.url_to("export_view", **{"f.state": RecipientState.LEFT_OUT.value})
        return [(url, _("Ausgelassene als CSV"), "download")]
