"""Documents are made, messages go out, and mail comes in."""

from collections.abc import Callable
from datetime import date

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Channel, Message
from kutego.operations import posting
from kutego.operations.delivery import Delivered, deliver_due
from kutego.operations.documents import pending_renditions, render_pending
from kutego.operations.inbox import fetch_due, waiting_mails
from kutego.operations.job_runs import Result
from kutego.operations.outbox import due_messages
from kutego.operations.tracking import ask_services, due_questions
from kutego.texts import gettext as _


def render_documents(on: date, dry_run: bool = False) -> Result:
    """Make the files of issued documents that are still to be made."""
    if dry_run:
        return Result(plan=[rendition.name for rendition in pending_renditions()])
    rendered = render_pending()
    return Result(done=rendered.done, failed=len(rendered.problems), problems=rendered.problems)


def send_messages(on: date, dry_run: bool = False) -> Result:
    """Send the e-mails that are due. What fails stays in the queue and is tried again."""
    if dry_run:
        return Result(plan=[f"{message.recipient}: {message}" for message in due_messages()])
    try:
        delivered = deliver_due()
    except DomainError as error:  # the settings of the mail server cannot work
        return Result(failed=1, problems=[str(error)])
    return Result(done=delivered.sent, failed=len(delivered.problems), problems=delivered.problems)


def fetch_mail(on: date, dry_run: bool = False) -> Result:
    """Read the mailbox: answers go to their threads, mail that came back to its message."""
    try:
        if dry_run:
            count = waiting_mails()
            return Result(plan=[_("%(count)s E-Mails abholen", count=count)] if count else [])
        fetched = fetch_due()
    except DomainError as error:  # the settings of the mailbox cannot work
        return Result(failed=1, problems=[str(error)])
    return Result(done=fetched.taken, failed=len(fetched.problems), problems=fetched.problems)


def send_letters(on: date, dry_run: bool = False) -> Result:
    """Hand the letters that wait over to the post, or lay them into their folder."""
    return _send_paid(Channel.LETTER, posting.send_letters, dry_run)


def send_sms(on: date, dry_run: bool = False) -> Result:
    """Send the SMS that wait."""
    return _send_paid(Channel.SMS, posting.send_sms, dry_run)


def _send_paid(channel: Channel, send: Callable[[], Delivered], dry_run: bool) -> Result:
    if dry_run:
        due = due_messages(channel)
        return Result(plan=[f"{message.recipient_name}: {message}" for message in due])
    try:
        sent = send()
    except DomainError as error:  # the settings cannot work
        return Result(failed=1, problems=[str(error)])
    return Result(done=sent.sent, failed=len(sent.problems), problems=sent.problems)


def track_deliveries(on: date, dry_run: bool = False) -> Result:
    """Ask the services what became of letters and SMS that they took."""
    if dry_run:
        ids = db.session.scalars(due_questions()).all()
        return Result(plan=[str(db.session.get_one(Message, id_)) for id_ in ids])
    try:
        moved, problems = ask_services()
    except DomainError as error:
        return Result(failed=1, problems=[str(error)])
    return Result(done=moved, failed=len(problems), problems=problems)
