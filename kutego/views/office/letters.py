"""Letters by post: what went where, what it cost, what became of it."""

from flask import url_for
from sqlalchemy import select

from kutego.models import (
    Channel,
    InvoiceVersion,
    LetterTrigger,
    Message,
    MessageState,
    PostedVersion,
)
from kutego.operations.posting import has_pages
from kutego.texts import gettext as _
from kutego.views.office.message_tabs import SubjectMessages, about_invoices
from kutego.views.office.messages import told_of
from kutego.views.office.paid import (
    COST,
    CUSTOMER_OF,
    PAID_BUTTONS,
    PaidTab,
    PaidView,
    service_of,
)
from kutego.views.panel import (
    AmountFilter,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    TextFilter,
)
from kutego.views.panel.places import called

LETTER_COLUMNS = (
    Column("created_at", "Geschrieben", link=lambda m: m),
    Column("state", "Status", badge=True),
    Column("subject", "Inhalt"),
    Column("recipient", "Anschrift"),
    Column("letter_trigger", "Anlass"),
    Column("stage", "Mahnstufe", shown=False),
    Column("pages", "Seiten"),
    COST,
    Column("handed_over_at", "Übergeben"),
    Column("printed_at", "Gedruckt", shown=False),
    Column("written_by", "Von", shown=False),
    Column("provider", "Dienst", value=service_of, sort="provider", shown=False),
    Column("reference", "Auftrag", shown=False),
    Column("error", "Fehler", shown=False),
)
LETTER_FILTERS = (
    ChoiceFilter("state", "Status", MessageState),
    ChoiceFilter("letter_trigger", "Anlass", LetterTrigger),
    DateFilter("created_at", "Geschrieben"),
    DateFilter("handed_over_at", "Übergeben"),
    AmountFilter("cost", "Kosten"),
    TextFilter("recipient", "Anschrift"),
)


class CustomerLetters(PaidTab):
    slug, title, one, icon = "letters", "Briefe", "Brief", "printer"
    channel, switch = Channel.LETTER, "letters_active"
    columns, filters, buttons = LETTER_COLUMNS, LETTER_FILTERS, PAID_BUTTONS
    empty = "Noch kein Brief."


class InvoiceLetters(SubjectMessages):
    """Every letter that carried this invoice, of all its versions."""

    slug, title, one, icon = "letters", "Briefe", "Brief", "printer"
    columns = LETTER_COLUMNS
    buttons = PAID_BUTTONS
    empty = "Noch nicht per Post gesendet."

    channel = Channel.LETTER

    def about(self, parent_id):
        carried = select(PostedVersion.message_id).join(
            InvoiceVersion, InvoiceVersion.id == PostedVersion.invoice_version_id
        )
        mine = carried.where(InvoiceVersion.invoice_id == parent_id)
        return about_invoices([parent_id]) | Message.id.in_(mine)


class LetterView(PaidView):
    slug, title, one, icon = "letters", "Briefe", "Brief", "printer"
    channel = Channel.LETTER
    columns = (LETTER_COLUMNS[0], CUSTOMER_OF, *LETTER_COLUMNS[1:])
    filters, buttons = LETTER_FILTERS, PAID_BUTTONS
    fields = (
        Column("address", "Im Fenster", value=lambda m: ", ".join(m.address)),
        Column("told_of", "Zu", value=lambda m: (of := told_of(m)) and called(of), link=told_of),
        Column("pdf", "PDF", value=lambda m: _("Brief ansehen") if has_pages(m) else None,
               link=lambda m: url_for("paid.letter", message_id=m.id)),
    )  # fmt: skip
    cards = (
        Card("Brief", "subject", "customer", "address", "told_of", "letter_trigger", "stage", "pdf",
             "pages"),
        Card("Versand", "state", "cost", "created_at", "written_by", "handed_over_at",
             "printed_at", "sent_at", "provider", "reference", "provider_state", "attempts",
             "error"),
    )  # fmt: skip
    search, search_hint = ("subject", "recipient", "customer.search"), "Inhalt, Anschrift, Kunde"
    empty = "Noch kein Brief. Sie schreiben einen beim Kunden oder senden eine Rechnung per Post."
