"""Templates of messages, and how they read for a real customer (spec COM-11)."""

from flask import request
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, MessageTemplate, Right
from kutego.operations.message_templates import CUSTOMER, FURTHER, delete_template, filled
from kutego.rendering.placeholders import listed
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Button,
    Card,
    Column,
    LongTextField,
    LookupField,
    PanelForm,
    RecordView,
    TextFilter,
)


class ReaderForm(PanelForm):
    """For whom the preview is."""

    customer = LookupField(m("Vorschau für"), Customer, required=False)


class MessageTemplateView(WithHistory, RecordView):
    model = MessageTemplate
    slug, title, one, icon = (
        "message_templates",
        "Mitteilungsvorlagen",
        "Vorlage",
        "file-earmark-text",
    )
    category = "Kommunikation"
    right, edit_right = Right.MESSAGES_VIEW, Right.MESSAGES_SEND
    creates = True
    columns = (
        Column("name", "Name"),
        Column("subject", "Betreff"),
        Column("created_at", "Angelegt"),
    )
    fields = (Column("text", "Text"),)
    filters = (TextFilter("subject", "Betreff"),)
    search, search_hint = ("name", "subject"), "Name, Betreff"
    default_sort = "name"
    form_columns = ("name", "subject", "text")
    form_overrides = {"text": LongTextField}
    form_args = {
        "name": {"description": m("Nur für das Büro, zum Beispiel: Zusage Welpenkurs")},
        "text": {"most": 20_000, "rows": 16, "required": True},
    }
    cards = (Card("Vorlage", "name", "created_at"),)
    buttons = (
        Button(delete_template, None, label="Löschen", icon="trash", danger=True, mass=True,
               done="Die Vorlage ist gelöscht.", right=Right.MESSAGES_SEND,
               help="Was mit ihr geschrieben wurde, bleibt."),
    )  # fmt: skip
    record_template = "office/message_templates/record.html"
    empty = "Noch keine Vorlage. Legen Sie an, was Sie Ihren Kunden immer wieder schreiben."

    def _stripped(self, form):
        form = super()._stripped(form)
        known = listed([*CUSTOMER, *FURTHER])
        form.text.description = _("Platzhalter: %(names)s", names=known)
        return form

    def record_context(self, record):
        """The text as a customer would read it: the chosen one, else any."""
        form = ReaderForm(request.args, meta={"csrf": False})
        chosen = form.customer.data if form.validate() else None
        reader = chosen if isinstance(chosen, Customer) else some_customer()
        subject, text, trouble = "", "", ""
        if reader is not None:
            try:
                subject, text = filled(record.subject, record.text, reader, **FURTHER)
            except DomainError as refusal:  # a placeholder that is no longer there
                trouble = str(refusal)
        context = {"form": form, "reader": reader, "subject": subject}
        return context | {"text": text, "trouble": trouble}


def some_customer():
    """Somebody real for the preview."""
    active = select(Customer).where(Customer.state == CustomerState.ACTIVE)
    return db.session.scalar(active.order_by(Customer.id.desc()).limit(1))
