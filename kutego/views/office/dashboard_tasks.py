"""What waits for a person, on the first page of the day."""

from collections.abc import Iterator

from flask import url_for
from flask_login import current_user

from kutego.jobs import JOBS
from kutego.models import BookingState, MessageState, RefundState, Right, overview
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.formats import euro, german_count
from kutego.views.frame import the_company
from kutego.views.menu import address
from kutego.views.office.paid_tasks import paid_tasks
from kutego.views.office.task import Task
from kutego.views.office.thread_tasks import thread_tasks


def tasks() -> Iterator[Task]:
    """What waits, the most urgent first; nothing where nothing waits."""
    if current_user.may(Right.JOBS):
        for run in overview.troubled_jobs():
            title = _(
                "Auftrag „%(name)s“: Beim letzten Lauf gab es Fehler", name=job_title(run.name)
            )
            detail = run.problems[0] if run.problems else ""
            yield Task(
                "exclamation-triangle", title, address("jobs"), german_count(run.failed), detail
            )
    if current_user.may(Right.MESSAGES_VIEW):
        yield from thread_tasks()
        yield from _message_tasks(overview.message_counts())
        yield from paid_tasks()
    if current_user.may(Right.INVOICES_VIEW):
        yield from _booking_tasks()
    if current_user.may(Right.CREDIT_VIEW) and (refunds := overview.refunds_to_transfer()).number:
        title = ngettext(
            "%(count)s Erstattung ist zu überweisen", "%(count)s Erstattungen sind zu überweisen",
            refunds.number,
        )  # fmt: skip
        url = address("refunds", **{"f.state": RefundState.TO_REFUND})
        yield Task("arrow-return-left", title, url, euro(refunds.amount))


def _booking_tasks() -> Iterator[Task]:
    if count := overview.bookings_open():
        url = address("bookings", **{"f.state": BookingState.OPEN})
        title = ngettext(
            "%(count)s Buchung ohne Rechnung ist offen",
            "%(count)s Buchungen ohne Rechnung sind offen", count,
        )  # fmt: skip
        yield Task("bookmark", title, url, german_count(count))


def _message_tasks(counts: dict[MessageState, int]) -> Iterator[Task]:
    failed, unclear = counts[MessageState.FAILED], counts[MessageState.UNCLEAR]
    company = the_company()
    if failed:
        title = _("E-Mails konnten nicht gesendet werden")
        url = address("messages", **{"f.state": MessageState.FAILED})
        yield Task("envelope-exclamation", title, url, german_count(failed))
    if unclear:
        detail = _("Der Server hat nach dem Text nicht mehr geantwortet. Bitte prüfen.")
        url = address("messages", **{"f.state": MessageState.UNCLEAR})
        yield Task(
            "envelope",
            _("Bei E-Mails ist unklar, ob sie ankamen"),
            url,
            german_count(unclear),
            detail,
        )
    if counts[MessageState.QUEUED] and company and not company.smtp_host:
        detail = _("Richten Sie den Postausgang ein, dann gehen sie hinaus.")
        waiting = german_count(counts[MessageState.QUEUED])
        yield Task(
            "send",
            _("E-Mails warten: Es fehlt der Postausgang"),
            url_for("settings.section", slug="mail") if current_user.may(Right.SETTINGS) else None,
            waiting,
            detail,
        )


def job_title(name: str) -> str:
    """What a job is called on the screen."""
    return next((_(job.title) for job in JOBS if job.name == name), name)
