"""Delivery of e-mails: claimed, sent, noted. No lock is held while a mail server answers.

At least once, with a Message-ID that stays the same over every try; see `outbox` for what happens
when a process or a server dies half way.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.channels import site
from kutego.channels.email import Email, File
from kutego.channels.smtp import Fate, Outcome, SafeConnection, server_of
from kutego.db import db
from kutego.models import Company, Message, company
from kutego.operations.attachments import attached, rendition_ids, stored_content
from kutego.operations.documents import render_pending
from kutego.operations.dunning_check import is_overtaken, withdraw_overtaken
from kutego.operations.messages import suppress_message
from kutego.operations.outbox import (
    Claim,
    ClaimLost,
    claim_due,
    note_abandoned,
    note_failed,
    note_handing_over,
    note_sent,
    note_unclear,
    release,
)
from kutego.rendering.mail import mail_html

log = logging.getLogger(__name__)

BATCH = 20


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


# --- parts ------------------------------------------------------------------------------------


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
            release(claims[place + 1 :])
            return False
    return True


def _deliver(connection: SafeConnection, claim: Claim) -> Outcome | None:
    """What became of one message, or None where it was not for us to send."""
    message = db.session.get_one(Message, claim.message_id)
    if message.customer is not None and message.customer.is_locked:
        suppress_message(message)
        return None
    if is_overtaken(message):
        withdraw_overtaken(message, on=clock.today(), by=SYSTEM)
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
    return Email(
        message_id=message.message_id,
        sender=(house.mail_from_name or house.name, house.mail_from or ""),
        recipient=(message.recipient_name or "", message.recipient or ""),
        subject=message.subject,
        text=message.body,
        html=mail_html(message.subject, message.body, house, pixel=_pixel(message, house)),
        reply_to=answers if (answers := house.answers_to) != house.mail_from else None,
        files=tuple(
            File(file.name, file.media_type, stored_content(file)) for file in attached(message)
        ),
        headers=_threading(message) + _unsubscribing(message),
        is_personal=message.template == "contact",
    )


def _pixel(message: Message, house: Company) -> str | None:
    """The address that tells when the mail is opened, where the office wants to know (D-19)."""
    wanted = house.track_opens and message.open_token
    return site.opened_link(message.open_token) if wanted and message.open_token else None


def _threading(message: Message) -> tuple[tuple[str, str], ...]:
    """What the mail answers, so that mail programs show the talk as one (RFC 5322, 3.6.4)."""
    if not message.answers:
        return ()
    newest = message.answers.rpartition(" ")[2]
    return (("In-Reply-To", newest), ("References", message.answers))


def _unsubscribing(message: Message) -> tuple[tuple[str, str], ...]:
    """Lets mail programs offer a button that ends the newsletter (RFC 8058)."""
    if not message.unsubscribe_path:
        return ()
    link = site.link(message.unsubscribe_path)
    return (
        ("List-Unsubscribe", f"<{link}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
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


def _render_attachments(claims: Sequence[Claim]) -> None:
    """Make the files that the messages wait for, in several processes."""
    ids = [claim.message_id for claim in claims]
    lists = db.session.scalars(select(Message.attachments).where(Message.id.in_(ids)))
    wanted = {id_ for attachments in lists for id_ in rendition_ids(attachments)}
    if wanted:
        render_pending(wanted)
