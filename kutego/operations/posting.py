"""Letters and SMS leave the house: claimed, made, handed over, noted, one after the other.

No transaction is open while a service takes its time. What was handed over and never confirmed is
unclear and is not handed over again by itself.
"""

import io
import logging
from collections.abc import Callable

import pikepdf

from kutego import clock
from kutego.actor import SYSTEM
from kutego.channels import files, site
from kutego.channels.letter import Letter, LetterBox, letter_box
from kutego.channels.service import HandedOver
from kutego.channels.sms import SmsGateway, sms_gateway
from kutego.channels.smtp import Fate
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Channel,
    Message,
    company,
)
from kutego.operations.attachments import attached, rendition_ids, stored_content
from kutego.operations.delivery import Delivered
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
    note_unclear,
)
from kutego.operations.paid_messages import sms_of, written_on
from kutego.operations.tracking import note_taken
from kutego.workers import Item, render_many

log = logging.getLogger(__name__)

Send = Callable[[Message, Callable[[], object]], HandedOver]


def send_letters() -> Delivered:
    """Hand over the letters that wait."""
    box = letter_box(company())
    return _send(Channel.LETTER, box.name, lambda message, before: _post(box, message, before))


def send_sms() -> Delivered:
    """Send the SMS that wait."""
    gateway = sms_gateway(company())
    return _send(Channel.SMS, gateway.name, lambda message, before: _text(gateway, message, before))


def has_pages(message: Message) -> bool:
    """Whether there is something to show; of somebody erased there is not."""
    content = (message.sheet or {}).get("content")
    return bool(message.sha256 or message.attachments or content)


def letter_pdf(message: Message) -> bytes:
    """The letter as it left; as it would leave where it still waits."""
    return files.read(message.sha256) if message.sha256 else _made(message)


# --- parts ------------------------------------------------------------------------------------


def _send(channel: Channel, provider: str, send: Send) -> Delivered:
    result = Delivered()
    note_abandoned()
    while claims := claim_due(1, channel=channel):
        handed = _hand_over(claims[0], send)
        if handed is None:
            continue
        line = _note(db.session.get_one(Message, claims[0].message_id), handed, provider)
        if line is None:
            result.sent += 1
        else:
            result.problems.append(line)
        if handed.fate is Fate.NO_SERVER:
            break
    return result


def _hand_over(claim: Claim, send: Send) -> HandedOver | None:
    """What became of one message, or None where it was not for us to send."""
    message = db.session.get_one(Message, claim.message_id)
    if _stopped(message):
        return None
    try:
        return send(message, lambda: note_handing_over(claim))
    except ClaimLost:
        return None
    except DomainError as error:
        return HandedOver(Fate.LATER, str(error))
    except Exception as error:  # a page that cannot be made holds up this letter only
        log.exception("Message %s cannot be put together", claim.message_id)
        return HandedOver(Fate.LATER, f"{type(error).__name__}: {error}"[:500])


def _stopped(message: Message) -> bool:
    """Nobody locked gets an SMS (D-07), and nobody who has paid a dunning letter."""
    if message.channel is Channel.SMS and message.customer is not None:
        if message.customer.is_locked:
            suppress_message(message)
            return True
    elif is_overtaken(message):
        withdraw_overtaken(message, on=clock.today(), by=SYSTEM)
        return True
    return False


def _post(box: LetterBox, message: Message, before: Callable[[], object]) -> HandedOver:
    pdf = _made(message)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    sha256 = files.store(pdf)
    sheet = message.sheet or {}
    letter = Letter(
        number=message.id, written_on=written_on(message), pdf=pdf, address=message.address,
        country=sheet.get("country") or "DE", subject=message.subject, pages=pages,
    )  # fmt: skip
    _keep_pages(message.id, sha256, pages)
    db.session.rollback()  # no transaction stays open while the service answers
    return box.hand_over(letter, before)


def _text(gateway: SmsGateway, message: Message, before: Callable[[], object]) -> HandedOver:
    sms = sms_of(message)
    db.session.rollback()
    return gateway.hand_over(sms, before)


def _made(message: Message) -> bytes:
    """All pages as one PDF: our own words first, then the documents."""
    if wanted := rendition_ids(message.attachments):
        render_pending(wanted)
        message = db.session.get_one(Message, message.id)
    parts = [stored_content(file) for file in attached(message)]
    content = (message.sheet or {}).get("content")
    if content:
        parts.insert(0, _page(content))
    return parts[0] if len(parts) == 1 else _joined(parts)


def _page(content: dict) -> bytes:
    logo = content["seller"].get("logo_sha256")
    item = Item(0, content, "pdf", files.read(logo) if logo else None)
    [(_key, made)] = list(render_many([item], size=site.workers()))
    if isinstance(made, Exception):
        raise made
    return made


def _joined(parts: list[bytes]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as document:
                whole.pages.extend(document.pages)
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _keep_pages(message_id: int, sha256: str, pages: int) -> None:
    with transaction() as session:
        row = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)
        row.sha256, row.pages = sha256, pages


def _note(message: Message, handed: HandedOver, provider: str) -> str | None:
    """Write down what became of it; a line for the report where it was not taken."""
    reason = handed.reason or ""
    if handed.fate is Fate.SENT:
        note_taken(message, handed, provider=provider, by=SYSTEM)
        return None
    if handed.fate is Fate.UNCLEAR:
        note_unclear(message, reason)
    else:
        note_failed(message, reason, for_good=handed.fate is Fate.REFUSED)
    return f"{message.recipient_name or message.recipient}: {reason}"
