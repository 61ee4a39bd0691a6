"""Messages: written down with the change they tell of, repeated, taken off the record.

What sends them is `kutego.operations.delivery`.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.channels import site
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    Channel,
    Company,
    Customer,
    Message,
    MessageState,
    company,
)
from kutego.models.ids import give_id
from kutego.operations.activity import log_activity
from kutego.operations.attachments import Attachment, names_of
from kutego.operations.documents import renditions_of
from kutego.operations.mail_texts import own_words
from kutego.operations.paid_messages import free_posted
from kutego.rendering.mail import mail_text
from kutego.texts import gettext as _


def queue_message(
    customer: Customer | None,
    template: str,
    *,
    subject_of: Base | None = None,
    attachments: Sequence[Attachment] | None = None,
    recipient: str | None = None,
    **context: Any,
) -> Message:
    """Write an e-mail down for delivery. Joins the transaction of the change it tells of.

    The text is `templates/mail/<template>.txt` with `context`. Without `attachments`, the files of
    `subject_of` go along where it is a document itself. Without `recipient` it goes to the
    customer's address. For a locked customer it is kept as suppressed (spec D-07).
    """
    house = company()
    subject, body = mail_text(
        template, company=house, customer=customer, own=own_words(template),
        offer_link=site.offer_link, **context,
    )  # fmt: skip
    if subject_of is not None and subject_of.id is None:  # type: ignore[attr-defined]
        db.session.flush()
    files = renditions_of(subject_of) if attachments is None else attachments
    message = Message(
        customer=customer,
        template=template,
        subject=subject,
        body=body,
        attachments=names_of(files),
        subject_type=subject_of.__tablename__ if subject_of else None,
        subject_id=subject_of.id if subject_of else None,  # type: ignore[attr-defined]
    )
    _address(message, customer, recipient)
    _add(message, house)
    return message


@operation
def resend_message(message: Message, *, to_current: bool, on: date, by: Actor) -> Message:
    """Send the same content once more, as a new row linked to the first.

    It goes to the address of the first, or to the customer's of today (spec D-06).
    """
    customer = message.customer
    _refuse_paid(message)
    if message.state is MessageState.QUEUED:
        raise DomainError(_("Die Nachricht wartet noch auf den Versand."))
    if customer is not None and customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    recipient = customer.email if to_current and customer else message.recipient
    if not recipient:
        raise DomainError(_("Es ist keine E-Mail-Adresse bekannt."))
    _refuse_unwanted(message, recipient)
    again = Message(
        customer=customer,
        template=message.template,
        subject=message.subject,
        body=message.body,
        attachments=message.attachments,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        resend_of_id=message.resend_of_id or message.id,
        thread_id=message.thread_id,
        answers=message.answers,
        unsubscribe_path=message.unsubscribe_path,
    )
    _address(again, customer, recipient)
    _add(again, company())
    log_activity(again, "message.resent", by=by, personal={"recipient": recipient})
    return again


@operation
def hide_message(message: Message, *, on: date, by: Actor) -> None:
    """Take the message off the customer's record. The log of its invoice or offer keeps it."""
    _refuse_paid(message)
    if message.state is MessageState.QUEUED:
        raise DomainError(_("Die Nachricht wartet noch auf den Versand und kann nicht weg."))
    if message.hidden_at is not None:
        raise DomainError(_("Die Nachricht ist schon gelöscht."))
    message.hidden_at = clock.now()
    log_activity(message, "message.hidden", by=by, personal={"subject": message.subject})


@operation
def settle_unclear(message: Message, *, was_sent: bool, on: date, by: Actor) -> None:
    """Say what became of a message whose delivery is unclear. One that failed can be resent."""
    if message.state is not MessageState.UNCLEAR:
        raise DomainError(_("Bei dieser Nachricht ist nichts zu klären."))
    if was_sent:
        message.move_to(MessageState.SENT)
        message.sent_at = message.handed_over_at
        message.error = None
    else:
        message.move_to(MessageState.FAILED)
        message.error = _("Nicht angekommen, sagt %(name)s.", name=by.name)
        free_posted(message)
    message.poll_at = None
    log_activity(message, f"{message.noun}.settled", by=by, was_sent=was_sent)


@operation
def suppress_message(message: Message, reason: str | None = None) -> None:
    """Keep a message from going out, visibly: to a locked customer (spec D-07), or for `reason`."""
    message.move_to(MessageState.SUPPRESSED)
    message.error = reason or _("Der Kunde ist gesperrt.")
    message.next_attempt_at = message.claimed_until = None
    free_posted(message)
    db.session.flush()
    log_activity(
        message, f"{message.noun}.suppressed", by=SYSTEM, personal={"subject": message.subject}
    )


def new_message_id(house: Company) -> str:
    """A Message-ID that no other message has; it stays the same over every try."""
    domain = (house.mail_from or house.email or "kutego.invalid").rpartition("@")[2]
    return f"<{uuid4().hex}@{domain.encode('idna').decode()}>"


# --- parts ------------------------------------------------------------------------------------


def _refuse_paid(message: Message) -> None:
    """The log of what cost money is a proof, and a letter never goes twice (SMS-07, LET-07)."""
    if message.channel is not Channel.EMAIL:
        raise DomainError(
            _("Briefe und SMS bleiben in der Akte, wie sie gesendet wurden: Sie sind Nachweis und "
              "Grundlage der Abrechnung.")
        )  # fmt: skip


def _refuse_unwanted(message: Message, recipient: str) -> None:
    """A newsletter is not repeated to an address without consent, or not any more."""
    from kutego.operations.newsletter import UNSUBSCRIBE, is_subscribed  # which writes messages

    customer = message.customer
    if not (message.unsubscribe_path or "").startswith(UNSUBSCRIBE):
        return
    if customer is None or recipient != customer.email or not is_subscribed(customer):
        raise DomainError(
            _("Das ist ein Newsletter, und für %(address)s gibt es keine Einwilligung.",
              address=recipient)
        )  # fmt: skip


def _address(message: Message, customer: Customer | None, recipient: str | None) -> None:
    message.recipient = recipient or (customer.email if customer else None)
    message.recipient_name = customer.name if customer else None


def _add(message: Message, house: Company) -> None:
    """Queue the message, or keep it as what nobody will ever get."""
    now = clock.now()
    message.message_id = new_message_id(house)
    message.created_at = message.next_attempt_at = now
    message.state = MessageState.QUEUED
    message.open_token = secrets.token_urlsafe(32) if house.track_opens else None
    give_id(message)
    db.session.add(message)
    if message.customer is not None and message.customer.is_locked:
        suppress_message(message)
    elif not message.recipient:
        message.move_to(MessageState.FAILED)
        message.error = _("Es ist keine E-Mail-Adresse bekannt.")
        message.next_attempt_at = None
