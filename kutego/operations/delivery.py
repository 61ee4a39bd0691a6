"""Delivery of e-mails: claimed, sent, noted. No lock is held while a mail server answers.

At least once, with a Message-ID that stays the same. A claim is a lease; the row says, in a
transaction of its own, that the text is about to be handed over. So a process that is killed
before leaves a message that is simply sent later, and one that is killed after leaves a message
that shows as unclear: it is not sent again before a person says so.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.channels.email import Email, File
from kutego.channels.smtp import Fate, Outcome, SafeConnection, server_of
from kutego.db import db, operation, transaction
from kutego.models import (
    Channel,
    Company,
    Format,
    Message,
    MessageState,
    Rendition,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.documents import render_pending, stored_bytes
from kutego.operations.messages import suppress_message
from kutego.rendering.mail import mail_html
from kutego.texts import gettext as _

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than all time-outs of one mail together
BATCH = 20
_MINUTES = (1, 5, 15, 60, *[240] * 12)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)  # two days, then given up
CONTENT_TYPES = {Format.PDF: "application/pdf", Format.XML: "application/xml"}


class ClaimLost(Exception):
    """The lease ran out and somebody else may have taken the message."""


@dataclass
class Delivered:
    """What a run has done: mails sent, and a line for each that was not."""

    sent: int = 0
    problems: list[str] = field(default_factory=list)


def deliver_due(limit: int | None = None) -> Delivered:
    """Send what is due, at most `limit`. It stops early where the server takes no mail at all."""
    result = Delivered()
    note_abandoned()
    server = server_of(company())
    if server is None:
        return result
    left = limit
    with SafeConnection(server) as connection:
        while claims := claim_due(BATCH if left is None else min(BATCH, left)):
            left = None if left is None else left - len(claims)
            if not _deliver_batch(connection, claims, result):
                break
    return result


def due_messages() -> list[Message]:
    """What the next run would send."""
    now = clock.now()
    return list(db.session.scalars(_unclaimed(now).where(Message.next_attempt_at <= now)))


def deliver_now(message: Message) -> None:
    """Send one message while a person waits, a test mail for instance; its row says how it went."""
    server = server_of(company())
    if server is None:
        return
    with SafeConnection(server) as connection:
        _deliver_batch(connection, claim_due(1, only=message.id), Delivered())


# --- claim and note ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """The right to send one message until a moment, which no second process can have as well."""

    message_id: int
    until: datetime


def claim_due(most: int, *, only: int | None = None) -> list[Claim]:
    """Take up to `most` due messages, the longest waiting first, or `only` that one."""
    now = clock.now()
    until = now + LEASE
    query = _unclaimed(now).where(
        Message.next_attempt_at <= now if only is None else Message.id == only
    )
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
        log_activity(message, "message.failed", by=SYSTEM, personal={"reason": reason})


@operation
def note_unclear(message: Message, reason: str) -> None:
    """The text was handed over and nobody knows whether the mail is on its way."""
    message.move_to(MessageState.UNCLEAR)
    message.attempts += 1
    message.error = reason
    message.claimed_until = message.next_attempt_at = None
    log_activity(message, "message.unclear", by=SYSTEM, personal={"reason": reason})


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


# --- parts ------------------------------------------------------------------------------------


def _is_over(message: Message) -> bool:
    return message.claimed_until is not None and message.claimed_until < clock.now()


def _unclaimed(now: datetime) -> Select[Message]:
    """E-mails in the queue that nobody is sending, those that have waited longest first."""
    return (
        select(Message)
        .where(
            Message.state == MessageState.QUEUED,
            Message.channel == Channel.EMAIL,
            Message.handed_over_at.is_(None),
            or_(Message.claimed_until.is_(None), Message.claimed_until < now),
        )
        .order_by(Message.next_attempt_at, Message.id)
    )


def _deliver_batch(connection: SafeConnection, claims: Sequence[Claim], result: Delivered) -> bool:
    """Send the claimed messages; False where the server takes nothing at all."""
    _render_attachments(claims)
    for place, claim in enumerate(claims):
        outcome = _deliver(connection, claim)
        if outcome is None:
            continue
        line = _note(db.session.get_one(Message, claim.message_id), outcome)
        if line is None:
            result.sent += 1
        else:
            result.problems.append(line)
        if outcome.fate is Fate.NO_SERVER:
            _release(claims[place + 1 :])
            return False
    return True


def _deliver(connection: SafeConnection, claim: Claim) -> Outcome | None:
    """What became of one message, or None where it was not for us to send."""
    message = db.session.get_one(Message, claim.message_id)
    if message.customer is not None and message.customer.is_locked:
        suppress_message(message)
        return None
    try:
        email = _email(message, company())
    except Exception as error:  # a file that cannot be made holds up this message only
        log.exception("Message %s cannot be put together", claim.message_id)
        return Outcome(Fate.LATER, str(error))
    db.session.rollback()  # no transaction stays open while the server answers
    try:
        return connection.deliver(email, before_text=lambda: note_handing_over(claim))
    except ClaimLost:
        return None


def _email(message: Message, house: Company) -> Email:
    files = [db.session.get_one(Rendition, rendition_id) for rendition_id in message.attachments]
    return Email(
        message_id=message.message_id,
        sender=(house.mail_from_name or house.name, house.mail_from or ""),
        recipient=(message.recipient_name or "", message.recipient or ""),
        subject=message.subject,
        text=message.body,
        html=mail_html(message.subject, message.body, house),
        reply_to=house.email if house.email != house.mail_from else None,
        files=tuple(
            File(file.name, CONTENT_TYPES[file.format], stored_bytes(file)) for file in files
        ),
    )


def _note(message: Message, outcome: Outcome) -> str | None:
    """Write the outcome into the row; a line for the report where the mail was not sent."""
    reason = outcome.reason or ""
    if outcome.fate is Fate.SENT:
        note_sent(message)
        return None
    if outcome.fate is Fate.UNCLEAR:
        note_unclear(message, reason)
    else:
        note_failed(message, reason, for_good=outcome.fate is Fate.REFUSED)
    return f"{message.recipient}: {reason}"


def _release(claims: Sequence[Claim]) -> None:
    """Give back what was not tried."""
    with transaction() as session:
        for claim in claims:
            message = session.get_one(Message, claim.message_id, with_for_update=True)
            if message.claimed_until == claim.until:
                message.claimed_until = None


def _render_attachments(claims: Sequence[Claim]) -> None:
    """Make the files that the messages wait for, in several processes."""
    ids = [claim.message_id for claim in claims]
    lists = db.session.scalars(select(Message.attachments).where(Message.id.in_(ids)))
    wanted = {rendition_id for attachments in lists for rendition_id in attachments}
    if wanted:
        render_pending(wanted)
