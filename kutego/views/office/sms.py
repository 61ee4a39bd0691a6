"""SMS: what was sent, in how many parts, what it cost and whether it arrived."""

from kutego.models import Channel, MessageState, SmsTrigger
from kutego.models.note import shortened
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
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    TextFilter,
)
from kutego.views.panel.places import called

SMS_COLUMNS = (
    Column("created_at", "Geschrieben", link=lambda m: m),
    Column("state", "Status", badge=True),
    Column("body", "Text", value=lambda m: shortened(" ".join(m.body.split())), sort=""),
    Column("recipient", "Nummer"),
    Column("parts", "Teile"),
    COST,
    Column("sms_trigger", "Anlass"),
    Column("sender", "Absender", shown=False),
    Column("sent_at", "Gesendet"),
    Column("delivered_at", "Zugestellt", shown=False),
    Column("written_by", "Von", shown=False),
    Column("provider", "Dienst", value=service_of, sort="provider", shown=False),
    Column("reference", "Nummer beim Dienst", shown=False),
    Column("error", "Fehler", shown=False),
)
SMS_FILTERS = (
    ChoiceFilter("state", "Status", MessageState),
    ChoiceFilter("sms_trigger", "Anlass", SmsTrigger),
    DateFilter("created_at", "Geschrieben"),
    DateFilter("sent_at", "Gesendet"),
    TextFilter("recipient", "Nummer"),
    TextFilter("body", "Text"),
)


class CustomerSms(PaidTab):
    slug, title, one, icon = "sms", "SMS", "SMS", "phone"
    channel, switch = Channel.SMS, "sms_active"
    columns, filters, buttons = SMS_COLUMNS, SMS_FILTERS, PAID_BUTTONS
    empty = "Noch keine SMS."


class SmsView(PaidView):
    slug, title, one, icon = "sms", "SMS", "SMS", "phone"
    channel = Channel.SMS
    columns = (SMS_COLUMNS[0], CUSTOMER_OF, *SMS_COLUMNS[1:])
    filters, buttons = SMS_FILTERS, PAID_BUTTONS
    fields = (
        Column("told_of", "Zu", value=lambda m: (of := told_of(m)) and called(of), link=told_of),
        Column("text", "Text", value=lambda m: m.body),
    )
    cards = (
        Card("SMS", "text", "customer", "recipient", "sender", "told_of", "sms_trigger"),
        Card("Versand", "state", "parts", "cost", "created_at", "written_by", "sent_at",
             "delivered_at", "provider", "reference", "provider_state", "attempts", "error"),
    )  # fmt: skip
    search, search_hint = ("body", "recipient", "customer.search"), "Text, Nummer, Kunde"
    empty = "Noch keine SMS. Sie senden eine beim Kunden, wenn SMS in den Einstellungen an sind."
