"""Mail that came back: the message failed after all, and its address is marked (spec COM-19)."""

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.channels.incoming import Incoming, Report
from kutego.db import db, operation
from kutego.models import EntryDirection, Message, MessageState, Thread, ThreadState
from kutego.operations.activity import log_activity
from kutego.operations.threads import add_entry
from kutego.texts import gettext as _

ENOUGH = 3  # mails in a row that come back for now count as one that comes back for good


def bounced_message(mail: Incoming) -> Message | None:
    """The message of ours that came back, where the report names it."""
    known = select(Message).where(Message.message_id.in_(mail.reported))
    return db.session.scalar(known.order_by(Message.id.desc()).limit(1)) if mail.reported else None


@operation
def note_bounce(message: Message, *, report: Report, by: Actor) -> None:
    """A mail came back: it was not delivered, whatever the server said at first.

    A mail that is only delayed is none of ours to note; the same mail comes back but once.
    """
    if report.action != "failed" or message.bounced_at is not None:
        return
    if message.can(MessageState.FAILED):
        message.move_to(MessageState.FAILED)
    reason = report.reason or report.status or _("ohne Angabe eines Grunds")
    message.bounced_at = clock.now()
    message.error = _("Unzustellbar: %(reason)s", reason=reason)
    message.claimed_until = message.next_attempt_at = None
    log_activity(message, "message.bounced", by=by, personal={"reason": reason})
    _mark_address(message, report, reason)
    _tell_thread(message, by)


def _mark_address(message: Message, report: Report, reason: str) -> None:
    """The address that it went to, where it is still the customer's."""
    customer = message.customer
    if customer is None or customer.email != message.recipient:
        return
    customer.email_bounces += 1
    if report.is_for_good or customer.email_bounces >= ENOUGH:
        customer.email_problem = reason


def _tell_thread(message: Message, by: Actor) -> None:
    thread = db.session.get(Thread, message.thread_id) if message.thread_id else None
    if thread is None:
        return
    add_entry(thread, EntryDirection.NOTE, message.error, author=by.name)
    if thread.can(ThreadState.NEW):
        thread.state = ThreadState.NEW
