"""What runs by itself. A job picks what is due and calls one operation for each record.

It is target minus actual: run twice it changes nothing, run after months it catches up once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from kutego.errors import DomainError
from kutego.operations.delivery import deliver_due, due_messages
from kutego.operations.documents import pending_renditions, render_pending
from kutego.operations.job_runs import Result
from kutego.texts import marked


@dataclass(frozen=True)
class Job:
    """Runs `every` so often, or once a day `at` a time on the clock of the business.

    `run(on, dry_run)` does the work as of a day; a dry run only lists what it would do.
    """

    name: str
    title: str
    run: Callable[[date, bool], Result]
    every: timedelta | None = None
    at: time | None = None


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


JOBS = (
    Job("render_documents", marked("Dokumente erstellen"), render_documents,
        every=timedelta(seconds=15)),
    Job("send_messages", marked("Nachrichten senden"), send_messages,
        every=timedelta(seconds=15)),
)  # fmt: skip
