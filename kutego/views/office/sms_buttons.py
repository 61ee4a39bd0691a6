"""SMS, before they are sent: form, to which number, what they cost."""

from kutego.channels.sms_text import size_of
from kutego.models import CustomerState, EnrolmentState, Right, SmsTrigger
from kutego.money import fine_euro
from kutego.operations.sms import (
    cost_of,
    mobile_number,
    no_number,
    refuse_text,
    send_sms,
    text_participant,
    tidy,
)
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.frame import the_company
from kutego.views.panel import Button, ChoiceField, LongTextField, PanelForm


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


class CourseSmsForm(SmsForm):
    trigger = ChoiceField("Anlass", SmsTrigger, default=SmsTrigger.COURSE_CANCELLED)


TEXT_PARTICIPANT = Button(
    text_participant, CourseSmsForm, label="SMS senden", icon="phone", mass=True,
    preview=lambda enrolment, text: sms_preview(enrolment.customer, text),
    done="Die SMS wird gesendet.", right=Right.MESSAGES_PAID,
    shown=lambda e: sms_on() and e.state is EnrolmentState.ACTIVE,
    help="Wer mehrfach im Kurs ist, bekommt die SMS einmal.",
)  # fmt: skip
