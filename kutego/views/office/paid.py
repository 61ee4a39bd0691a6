"""What the lists of letters and SMS share."""

from kutego.models import (
    Channel,
    LetterService,
    Message,
    MessageState,
    Right,
    SmsService,
)
from kutego.operations.messages import settle_unclear
from kutego.views.frame import the_company
from kutego.views.panel import Button, CheckField, Column, PanelForm, RecordView, TabView
from kutego.views.panel.places import place_of

COST = Column("cost", "Kosten", total=True)
CUSTOMER_OF = Column(
    "customer", "Kunde", value=lambda m: m.customer and m.customer.name, load=("customer",),
    link=lambda m: m.customer, sort="customer.sort_name",
)  # fmt: skip


def service_of(message: Message) -> str | None:
    """Who took it, in words."""
    kind = LetterService if message.channel is Channel.LETTER else SmsService
    return kind(message.provider).label if message.provider else None


class PaidSettleForm(PanelForm):
    was_sent = CheckField(
        "Der Dienst hat den Auftrag bekommen",
        description="Bitte sehen Sie im Kundenbereich des Dienstes nach. Ohne Haken gilt er als "
        "fehlgeschlagen und kostet nichts.",
    )


PAID_BUTTONS = (
    Button(settle_unclear, PaidSettleForm, label="Unklaren Versand klären", icon="question-circle",
           done="Der Versand ist geklärt.", right=Right.MESSAGES_PAID, mass=True,
           shown=lambda m: m.state is MessageState.UNCLEAR),
)  # fmt: skip


class PaidTab(TabView):
    """A tab of the customer; switched off, it stays only where there is something in it."""

    model = Message
    parent_key = "customer_id"
    right = Right.MESSAGES_VIEW
    default_sort = "-created_at"
    channel: Channel
    switch = ""

    def of_parent(self, query, parent_id):
        return super().of_parent(query, parent_id).where(Message.channel == self.channel)

    @property
    def is_hidden_empty(self):
        return not getattr(the_company(), self.switch)

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class PaidView(RecordView):
    """The list over all customers."""

    model = Message
    category = "Kommunikation"
    right = Right.MESSAGES_VIEW
    default_sort = "-created_at"
    is_home = False
    channel: Channel

    def scope(self, query):
        return query.where(Message.channel == self.channel)

    def claims(self, record):
        return record.channel is self.channel
