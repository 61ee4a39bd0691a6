"""SMS: what was sent, in how many parts, what it cost and whether it arrived."""

from kutego.channels.sms_text import size_of
from kutego.models import Channel, CustomerState, MessageState, Right, SmsTrigger
from kutego.money import fine_euro
from kutego.operations.messages import settle_unclear
from kutego.operations.sms import cost_of, mobile_number, no_number, refuse_text, send_sms, tidy
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.frame import the_company
from kutego.views.office.messages import told_of
from kutego.views.office.paid import COST, CUSTOMER_OF, PaidSettleForm, PaidTab, PaidView
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    LongTextField,
    PanelForm,
    TextFilter,
)
from kutego.views.panel.places import called


class SmsForm(PanelForm):
    text = LongTextField("Text", required=True, most=1000, rows=4)

    def prepare(self):
        house = the_company()
        self.text.description = _(
            "160 Zeichen sind eine SMS zu %(price)s; mit Zeichen wie „ê“ oder Emojis 70. Längere "
            "Texte zählen mehrfach.", price=fine_euro(house.sms_price),
        )  # fmt: skip
        self.text.render_kw = {"rows": 4, "data-sms": str(house.sms_price)}


def sms_preview(customer, text):
    """To which number, in how many parts, for how much (spec SMS-06)."""
    house = the_company()
    refuse_text(text, house)
    number = mobile_number(customer)
    if number is None:
        return [no_number(customer)]
    size = size_of(tidy(text))
    parts = ngettext("1 SMS", "%(count)s SMS", size.parts)
    told = _("%(parts)s an %(number)s (%(length)s Zeichen)", parts=parts, number=number,
             length=size.length)  # fmt: skip
    return [(told, cost_of(text, house))]


def sms_on():
    """Whether SMS are switched on."""
    house = the_company()
    return house is not None and house.sms_active


SEND_SMS = Button(
    send_sms, SmsForm, label="SMS senden", icon="phone", mass=True, preview=sms_preview,
    done="Die SMS wird gesendet.", right=Right.MESSAGES_PAID,
    shown=lambda c: sms_on() and c.state is CustomerState.ACTIVE,
)  # fmt: skip

SMS_COLUMNS = (
    Column("created_at", "Geschrieben", link=lambda m: m),
    Column("state", "Status", badge=True),
    Column("body", "Text", value=lambda m: m.body[:80], sort=""),
    Column("recipient", "Nummer"),
    Column("parts", "Teile"),
    COST,
    Column("sms_trigger", "Anlass"),
    Column("sender", "Absender", shown=False),
    Column("sent_at", "Gesendet"),
    Column("delivered_at", "Zugestellt", shown=False),
    Column("written_by", "Von"),
    Column("provider", "Dienst", shown=False),
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
SMS_BUTTONS = (
    Button(settle_unclear, PaidSettleForm, label="Unklaren Versand klären", icon="question-circle",
           done="Der Versand ist geklärt.", right=Right.MESSAGES_PAID, mass=True,
           shown=lambda m: m.state is MessageState.UNCLEAR),
)  # fmt: skip


class CustomerSms(PaidTab):
    slug, title, one, icon = "sms", "SMS", "SMS", "phone"
    channel, switch = Channel.SMS, "sms_active"
    columns, filters, buttons = SMS_COLUMNS, SMS_FILTERS, SMS_BUTTONS
    empty = "Noch keine SMS."


class SmsView(PaidView):
    slug, title, one, icon = "sms", "SMS", "SMS", "phone"
    channel = Channel.SMS
    columns = (SMS_COLUMNS[0], CUSTOMER_OF, *SMS_COLUMNS[1:])
    filters, buttons = SMS_FILTERS, SMS_BUTTONS
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
