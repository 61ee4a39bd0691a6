"""The queue of e-mails: who may send what, and what became of it.

A claim is a lease. Before the text goes to the server the row says so, in a transaction of its
own: a process that is killed before leaves a message that is simply sent later, and one that is
killed after leaves a message that shows as unclear, which is not sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db, operation, transaction
from kutego.models import Channel, Message, MessageState
from kutego.operations.activity import log_activity
from kutego.operations.paid_messages import free_posted
from kutego.texts import gettext as _

LEASE = timedelta(minutes=3)  # longer than all time-outs of one mail together
_MINUTES = (1, 5, 15, 60, *[240] * 12)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)  # two days, then given up


class ClaimLost(Exception):
    """The lease ran out and somebody else may have taken the message."""


def due_messages(channel: Channel = Channel.EMAIL) -> list[Message]:
    """What the next run would send."""
    now = clock.now()
    return list(db.session.scalars(_unclaimed(now, channel).where(_due(now))))


@dataclass(frozen=True)
class Claim:
    """The right to send one message until a moment, which no second process can have as well."""

    message_id: int
    until: datetime


def claim_due(
    most: int, *, only: int | None = None, channel: Channel = Channel.EMAIL
) -> list[Claim]:
    """Take up to `most` due messages, the longest waiting first, or `only` that one."""
    now = clock.now()
    until = now + LEASE
    query = _unclaimed(now, channel).where(_due(now) if only is None else Message.id == only)
    with transaction() as session:
        found = session.scalars(query.limit(most).with_for_update(skip_locked=True)).all()
        for message in found:
            message.claimed_until = until
        return [Claim(message.id, until) for message in found]


def note_handing_over(claim: Claim) -> Claim:
    """Write down that the text goes to the server now, and renew the lease. Raises `ClaimLost`."""
    with transaction() as session:
        message = session.get_one(
            Message, claim.message_id, with_for_update=True, populate_existing=True
        )
        if message.claimed_until != claim.until or message.state is not MessageState.QUEUED:
            raise ClaimLost
        message.handed_over_at = clock.now()
        message.claimed_until = message.handed_over_at + LEASE
        return Claim(message.id, message.claimed_until)


@operation
def note_sent(message: Message) -> None:
    """The server has taken the mail."""
    message.move_to(MessageState.SENT)
    message.sent_at = clock.now()
    message.attempts += 1
    message.error = message.claimed_until = message.next_attempt_at = None


@operation
def note_failed(message: Message, reason: str, *, for_good: bool = False) -> None:
    """The mail was refused; it is tried again after a pause that grows, and given up visibly."""
    pause = None if for_good or message.attempts >= len(PAUSES) else PAUSES[message.attempts]
    message.attempts += 1
    message.error = reason
    message.claimed_until = message.handed_over_at = None
    message.next_attempt_at = clock.now() + pause if pause else None
    if pause is None:
        message.move_to(MessageState.FAILED)
        free_posted(message)
        log_activity(message, f"{message.noun}.failed", by=SYSTEM, personal={"reason": reason})


@operation
def note_unclear(message: Message, reason: str) -> None:
    """The text was handed over and nobody knows whether the mail is on its way."""
    message.move_to(MessageState.UNCLEAR)
    message.attempts += 1
    message.error = reason
    message.claimed_until = message.next_attempt_at = None
    if message.channel is Channel.SMS:  # its service has a logbook where we look for it
        message.poll_at = clock.now()
    log_activity(message, f"{message.noun}.unclear", by=SYSTEM, personal={"reason": reason})


def note_abandoned() -> None:
    """Find messages whose process died while it handed the text over: they are unclear now."""
    lost = select(Message).where(
        Message.state == MessageState.QUEUED,
        Message.handed_over_at.is_not(None),
        Message.claimed_until < clock.now(),
    )
    for message in db.session.scalars(lost).all():
        with transaction(message) as session:
            session.refresh(message, with_for_update=True)
            if message.state is MessageState.QUEUED and _is_over(message):
                note_unclear(message, _("Das Programm wurde beim Senden unterbrochen."))


def release(claims: Sequence[Claim]) -> None:
    """Give back what was not tried."""
    with transaction() as session:
        for claim in claims:
            message = session.get_one(Message, claim.message_id, with_for_update=True)
            if message.claimed_until == claim.until:
                message.claimed_until = None


def _is_over(message: Message) -> bool:
    return message.claimed_until is not None and message.claimed_until < clock.now()


def _unclaimed(now: datetime, channel: Channel) -> Select[Message]:
    """Messages in the queue that nobody is sending, those that have waited longest first."""
    return (
        select(Message)
        .where(
            Message.state == MessageState.QUEUED,
            Message.channel == channel,
            Message.handed_over_at.is_(None),
            or_(Message.claimed_until.is_(None), Message.claimed_until < now),
        )
        .order_by(Message.next_attempt_at, Message.id)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    """What was never tried is due, also what a job wrote as of a later day."""
    return or_(Message.attempts == 0, Message.next_attempt_at <= now)
