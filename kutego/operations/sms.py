"""SMS: to whom, how many parts, what it costs. `kutego.operations.posting` sends them."""

from datetime import date, timedelta
from decimal import Decimal

import phonenumbers
from phonenumbers import PhoneNumberType
from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.channels.sms_text import size_of
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    Channel,
    Company,
    Customer,
    Enrolment,
    Message,
    MessageState,
    SmsTrigger,
    company,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.messages import suppress_message
from kutego.operations.paid_messages import queue_paid
from kutego.texts import gettext as _

MOST_PARTS = 6
CALLED = 50  # characters
AGAIN = timedelta(days=1)
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@operation
def queue_sms(
    customer: Customer,
    text: str,
    *,
    subject_of: Base | None = None,
    trigger: SmsTrigger,
    on: date,
    by: Actor,
) -> Message:
    """Write an SMS down for delivery. Joins the transaction of the change it tells of.

    Without a mobile number it is kept as failed with the reason (spec SMS-04), for a locked
    customer as suppressed. Refuses where SMS are switched off, and a text that is too long.
    """
    house, text = company(), tidy(text)
    refuse_text(text, house)
    number = mobile_number(customer)
    parts = size_of(text).parts
    message = queue_paid(
        customer,
        Channel.SMS,
        subject=shortened(text.splitlines()[0]),
        body=text,
        subject_of=subject_of,
        by=by,
        sms_trigger=trigger,
        recipient=number,
        recipient_name=customer.name,
        sender=house.sms_sender,
        parts=parts,
        cost=house.sms_price * parts if number else None,
    )
    if customer.is_locked:
        message.cost = None
        suppress_message(message)
    elif number is None:
        message.move_to(MessageState.FAILED)
        message.error, message.next_attempt_at = no_number(customer), None
    log_activity(
        message, "sms.queued", by=by, trigger=trigger, parts=parts,
        personal={"recipient": number, "text": message.body},
    )  # fmt: skip
    return message


@operation
def send_sms(customer: Customer, *, text: str, on: date, by: Actor) -> Message:
    """Send an SMS to a customer who can get one; the refusal says why another cannot."""
    refuse_recipient(customer, text)
    return queue_sms(customer, text, trigger=SmsTrigger.SINGLE, on=on, by=by)


@operation
def text_participant(
    enrolment: Enrolment, *, text: str, trigger: SmsTrigger, on: date, by: Actor
) -> Message:
    """Send an SMS about a course to whoever booked a place in it (spec SMS-05).

    Who comes with two dogs gets it once: the same text about the same course is refused for a day.
    """
    customer, course = enrolment.customer, enrolment.course_date
    refuse_recipient(customer, text)
    same = select(Message.id).where(
        Message.customer_id == customer.id,
        Message.channel == Channel.SMS,
        Message.subject_type == course.__tablename__,
        Message.subject_id == course.id,
        Message.body == tidy(text),
        Message.created_at > clock.now() - AGAIN,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise DomainError(_("%(name)s bekommt diese SMS schon.", name=customer.name))
    return queue_sms(customer, text, subject_of=course, trigger=trigger, on=on, by=by)


def refuse_recipient(customer: Customer, text: str) -> None:
    """Say why a customer cannot get this SMS, where that is so."""
    refuse_text(text, company())
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if mobile_number(customer) is None:
        raise DomainError(no_number(customer))


def mobile_number(customer: Customer) -> str | None:
    """The number that takes SMS in E.164 (`+4915112345678`): mobile first, then the other."""
    for typed in (customer.mobile, customer.phone):
        if not typed:
            continue
        try:
            number = phonenumbers.parse(typed, customer.country or "DE")
        except phonenumbers.NumberParseException:
            continue
        kind = phonenumbers.number_type(number)
        if phonenumbers.is_valid_number(number) and kind in MOBILE:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def no_number(customer: Customer) -> str:
    """Why a customer gets no SMS."""
    if customer.mobile or customer.phone:
        return _("Die Nummer %(number)s ist keine Mobilnummer.",
                 number=customer.mobile or customer.phone)  # fmt: skip
    return _("Es ist keine Mobilnummer bekannt.")


def cost_of(text: str, house: Company) -> Decimal:
    """What an SMS with this text will probably cost."""
    return house.sms_price * size_of(tidy(text)).parts if text.strip() else ZERO


def shortened(line: str) -> str:
    """What the SMS is called in lists: its first words."""
    return line if len(line) <= CALLED else f"{line[: CALLED - 1].rstrip()}…"


def tidy(text: str) -> str:
    """As it is sent: a browser ends lines with two characters, and each would be paid for."""
    return text.replace("\r\n", "\n").strip()


def refuse_text(text: str, house: Company) -> None:
    """Refuse where SMS are switched off, an empty text, and one of more than six parts."""
    if not house.sms_active:
        raise DomainError(_("Der SMS-Versand ist ausgeschaltet. Sie schalten ihn in den "
                            "Einstellungen unter „SMS“ ein."))  # fmt: skip
    if not text.strip():
        raise DomainError(_("Bitte schreiben Sie einen Text."))
    parts = size_of(tidy(text)).parts
    if parts > MOST_PARTS:
        raise DomainError(
            _("Der Text braucht %(parts)s SMS. Bitte kürzen Sie ihn auf höchstens %(most)s.",
              parts=parts, most=MOST_PARTS)
        )  # fmt: skip
