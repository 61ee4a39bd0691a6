"""E-mails: what went out, what waits, what is unclear."""

from kutego.db import Base, db
from kutego.models import Channel, Message, Right
from kutego.operations.attachments import attached
from kutego.views.office.columns import COMMUNICATION
from kutego.views.office.documents import file_url
from kutego.views.office.message_columns import (
    IS_EMAIL,
    MESSAGE_BUTTONS,
    MESSAGE_COLUMNS,
    MESSAGE_FILTERS,
)
from kutego.views.panel import Card, Column, RecordView, TabView
from kutego.views.panel.places import all_views, called, place_of


def told_of(message: Message) -> Base | None:
    """The invoice, offer or other record that the message tells of, where it has a page."""
    models = {view.model.__tablename__: view.model for view in all_views().values()}
    model = models.get(message.subject_type or "")
    return db.session.get(model, message.subject_id) if model is not None else None


class CustomerMessages(TabView):
    model = Message
    slug, title, one = "messages", "E-Mails", "E-Mail"
    icon = "envelope"
    parent_key, group = "customer_id", COMMUNICATION
    right = Right.MESSAGES_VIEW
    columns, filters, buttons = MESSAGE_COLUMNS, MESSAGE_FILTERS, MESSAGE_BUTTONS
    default_sort = "-created_at"
    empty = "Noch keine E-Mail."

    def scope(self, query):
        return super().scope(query).where(Message.hidden_at.is_(None), IS_EMAIL)

    def counter(self, record):
        return super().counter(record).where(Message.hidden_at.is_(None), IS_EMAIL)

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class MessageView(RecordView):
    model = Message
    slug, title, one, icon = "messages", "E-Mails", "E-Mail", "envelope"
    category = "Kommunikation"
    right = Right.MESSAGES_VIEW
    columns = (
        *MESSAGE_COLUMNS[:1],
        Column("customer", "Kunde", value=lambda m: m.customer and m.customer.name,
               load=("customer",), link=lambda m: m.customer, sort="customer.sort_name"),
        *MESSAGE_COLUMNS[1:],
    )  # fmt: skip
    fields = (
        Column("told_of", "Zu", value=lambda m: (of := told_of(m)) and called(of), link=told_of),
    )
    filters, buttons = MESSAGE_FILTERS, MESSAGE_BUTTONS
    search, search_hint = ("subject", "recipient", "customer.search"), "Betreff, Adresse, Kunde"
    default_sort = "-created_at"
    cards = (
        Card("Versand", "state", "created_at", "sent_at", "opened_at", "attempts", "error"),
        Card("Empfänger", "customer", "recipient", "told_of"),
    )
    record_template = "office/messages/record.html"
    empty = "Noch keine E-Mail."

    def scope(self, query):
        return query.where(IS_EMAIL)

    def claims(self, record):
        return record.channel is Channel.EMAIL

    def record_context(self, record):
        """The files that go along."""
        return {"files": [(file.name, file_url(file)) for file in attached(record)]}
