"""The last look before a dunning letter leaves: whoever has paid meanwhile gets none (DUN-14)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.models import (
    Channel,
    DunningCase,
    DunningNotice,
    Invoice,
    Message,
    MessageState,
)
from kutego.money import ZERO
from kutego.operations.dunning_claims import claim_of
from kutego.operations.dunning_letters import send_notice, write_notice
from kutego.operations.messages import suppress_message
from kutego.texts import gettext as _


def is_overtaken(message: Message) -> bool:
    """Whether a queued message demands what is not owed, or not dunned, any more."""
    if message.subject_type != DunningNotice.__tablename__:
        return False
    notice = db.session.get_one(DunningNotice, message.subject_id)
    return any(_standing(line) < Decimal(line["open"]) for line in notice.snapshot["dunning"])


@operation
def withdraw_overtaken(message: Message, *, on: date, by: Actor) -> DunningNotice | None:
    """Keep back a queued dunning message that payments have overtaken.

    What the customer still owes of it is demanded by a new letter of the same stages, which is
    returned; without another fee, as the stages have fired already.
    """
    if message.state is not MessageState.QUEUED or not is_overtaken(message):
        return None
    notice = db.session.get_one(DunningNotice, message.subject_id)
    waiting = select(Message).where(
        Message.subject_type == notice.__tablename__,
        Message.subject_id == notice.id,
        Message.state == MessageState.QUEUED,
        Message.handed_over_at.is_(None) | (Message.id == message.id),
    )
    kept_back = db.session.scalars(waiting.order_by(Message.id)).all()
    for each in kept_back:
        suppress_message(each, _("Inzwischen bezahlt, gestoppt oder übergeben."))
    left = [line for line in notice.snapshot["dunning"] if _standing(line) > 0]
    if not left:
        return None
    stages = {entry.invoice_id: entry.stage for entry in _first_of(notice).entries}
    claims = [
        claim_of(db.session.get_one(Invoice, line["invoice_id"]), stages[line["invoice_id"]], on)
        for line in left
    ]
    again = write_notice(notice.customer, claims, replaces=notice, on=on, by=by)
    channels = {each.channel for each in kept_back}
    send_notice(
        again, notice.customer, claims, mails=Channel.EMAIL in channels,
        posts=Channel.LETTER in channels, on=on, by=by,
    )  # fmt: skip
    return again


# --- parts ------------------------------------------------------------------------------------


def _standing(line: dict[str, str]) -> Decimal:
    """What may be demanded now for a line of a notice."""
    invoice = db.session.get_one(Invoice, line["invoice_id"])
    query = select(DunningCase).where(DunningCase.invoice_id == invoice.id)
    case = db.session.scalar(query)
    halted = case is not None and (case.in_collection or case.stopped_at is not None)
    if halted or invoice.customer.dunning_stopped_at is not None:
        return ZERO
    return invoice.open_amount


def _first_of(notice: DunningNotice) -> DunningNotice:
    """The letter with which the stages fired."""
    while notice.replaces_id is not None:
        notice = db.session.get_one(DunningNotice, notice.replaces_id)
    return notice
