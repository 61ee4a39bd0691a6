"""Documents are made, messages go out, and mail comes in."""

from datetime import date

from kutego.errors import DomainError
from kutego.operations.delivery import deliver_due
from kutego.operations.documents import pending_renditions, render_pending
from kutego.operations.inbox import fetch_due, waiting_mails
from kutego.operations.job_runs import Result
from kutego.operations.outbox import due_messages
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
            return Result(plan=[_("%(count)s E-Mails abholen", count=waiting_mails())])
        fetched = fetch_due()
    except DomainError as error:  # the settings of the mailbox cannot work
        return Result(failed=1, problems=[str(error)])
    return Result(done=fetched.taken, failed=len(fetched.problems), problems=fetched.problems)
