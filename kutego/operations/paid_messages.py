"""What letters and SMS share: the row in the log, which is a proof and is never deleted."""

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import delete

from kutego import clock
from kutego.actor import Actor
from kutego.channels.sms import Sms
from kutego.db import Base, db
from kutego.models import Channel, Customer, Message, MessageState, PostedVersion, company
from kutego.models.ids import give_id


def queue_paid(
    customer: Customer,
    channel: Channel,
    *,
    subject: str,
    body: str,
    subject_of: Base | None = None,
    by: Actor,
    **columns: Any,
) -> Message:
    """A letter or SMS in the queue. Joins the caller's transaction."""
    if subject_of is not None and subject_of.id is None:
        db.session.flush()
    now = clock.now()
    message = Message(
        customer=customer,
        customer_id=customer.id,
        channel=channel,
        state=MessageState.QUEUED,
        template=channel.value,
        subject=subject[:400],
        body=body,
        subject_type=subject_of.__tablename__ if subject_of is not None else None,
        subject_id=subject_of.id if subject_of is not None else None,
        message_id=f"<{uuid4().hex}@{channel.value}>",
        created_at=now,
        next_attempt_at=now,
        written_by=by.name,
        **columns,
    )
    give_id(message)
    db.session.add(message)
    return message


def free_posted(message: Message) -> None:
    """What did not go out costs nothing, and its invoices may be posted again."""
    if message.channel is Channel.EMAIL:
        return
    message.cost = message.poll_at = None
    if message.channel is Channel.LETTER:
        db.session.execute(delete(PostedVersion).where(PostedVersion.message_id == message.id))


def sms_of(message: Message) -> Sms:
    """An SMS as the service gets it."""
    return Sms(
        key=message.message_id.strip("<>")[:64],
        number=message.id,
        written_on=written_on(message),
        recipient=message.recipient or "",
        text=message.body,
        sender=message.sender,
    )


def written_on(message: Message) -> date:
    """The day on the clock of the business."""
    return message.created_at.astimezone(company().zone).date()
