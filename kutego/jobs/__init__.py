"""What runs by itself. A job picks what is due and calls one operation for each record.

It is target minus actual: run twice it changes nothing, run after months it catches up once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs.appointments import remind_appointments
from kutego.jobs.billing import bill_contracts
from kutego.jobs.compensations import compensate_days
from kutego.jobs.courses import make_course_days
from kutego.jobs.delivery import (
    fetch_mail,
    render_documents,
    send_letters,
    send_messages,
    send_sms,
    track_deliveries,
)
from kutego.jobs.dunning import dun_overdue
from kutego.jobs.loop import problem
from kutego.jobs.mailings import announce_days, inform_agents, queue_mailings
from kutego.jobs.records import answer_searches, find_duplicates, work_imports
from kutego.jobs.tasks import mail_tasks, raise_tasks
from kutego.jobs.upkeep import clean_up, make_exports, seal_chains, work_mass_runs
from kutego.jobs.vouchers import mail_vouchers
from kutego.jobs.waitlist import offer_places, remind_make_ups
from kutego.operations.job_runs import Result, finish_run, note_run, start_run
from kutego.texts import gettext as _
from kutego.texts import marked

log = logging.getLogger(__name__)


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


JOBS = (
    Job("bill_contracts", marked("Verträge abrechnen"), bill_contracts, at=time(5)),
    Job("compensate_days", marked("Abgesagte Kurstage ausgleichen"), compensate_days,
        at=time(5, 30)),
    Job("dunning", marked("Erinnern und mahnen"), dun_overdue, at=time(6)),
    Job("make_course_days", marked("Kurstage anlegen"), make_course_days, at=time(1)),
    Job("raise_tasks", marked("Wiedervorlagen vorlegen"), raise_tasks, at=time(0, 10)),
    Job("mail_tasks", marked("An Aufgaben erinnern"), mail_tasks, at=time(6, 45)),
    Job("render_documents", marked("Dokumente erstellen"), render_documents,
        every=timedelta(seconds=15)),
    Job("send_messages", marked("Nachrichten senden"), send_messages,
        every=timedelta(seconds=15)),
    Job("queue_mailings", marked("Mitteilungen versenden"), queue_mailings,
        every=timedelta(seconds=5)),
    Job("announce_days", marked("Mitteilungen zu Kurstagen"), announce_days,
        every=timedelta(minutes=1)),
    Job("inform_agents", marked("InfoAgents benachrichtigen"), inform_agents,
        every=timedelta(minutes=5)),
    Job("offer_places", marked("Freie Plätze an Wartelisten geben"), offer_places,
        every=timedelta(minutes=2)),
    Job("remind_make_ups", marked("An verfallende Nachholtage erinnern"), remind_make_ups,
        at=time(8)),
    Job("remind_appointments", marked("An Termine erinnern"), remind_appointments, at=time(8, 30)),
    Job("mail_vouchers", marked("Bezahlte Gutscheine senden"), mail_vouchers,
        every=timedelta(minutes=1)),
    Job("fetch_mail", marked("E-Mails abholen"), fetch_mail, every=timedelta(minutes=3)),
    Job("send_letters", marked("Briefe übergeben"), send_letters, every=timedelta(seconds=30)),
    Job("send_sms", marked("SMS senden"), send_sms, every=timedelta(seconds=15)),
    Job("track_deliveries", marked("Zustellung von Briefen und SMS erfragen"), track_deliveries,
        every=timedelta(minutes=1)),
    Job("work_mass_runs", marked("Massenläufe fortsetzen"), work_mass_runs,
        every=timedelta(seconds=2)),
    Job("make_exports", marked("Datenauskünfte erstellen"), make_exports,
        every=timedelta(seconds=5)),
    Job("work_imports", marked("Importe fortsetzen"), work_imports, every=timedelta(seconds=2)),
    Job("answer_searches", marked("Gewünschte Dublettensuche"), answer_searches,
        every=timedelta(seconds=5)),
    Job("find_duplicates", marked("Dubletten suchen"), find_duplicates, at=time(3, 30)),
    Job("seal_chains", marked("Historie versiegeln"), seal_chains, at=time(4)),
    Job("clean_up", marked("Aufräumen"), clean_up, at=time(4, 30)),
)  # fmt: skip


def job_named(name: str) -> Job:
    """The job, or a refusal that lists what there is."""
    for job in JOBS:
        if job.name == name:
            return job
    names = ", ".join(job.name for job in JOBS)
    raise DomainError(_("Den Auftrag „%(name)s“ gibt es nicht. Es gibt: %(names)s", name=name,
                        names=names))  # fmt: skip


def run_job(name: str, on: date, dry_run: bool = False, *, quiet: bool = False) -> Result:
    """Run a job as of the day `on` and note what it did; `quiet`: only where it did something.

    It raises nothing: what went wrong stands in the result and in the log.
    """
    job = job_named(name)
    started_at = clock.now()
    run_id = None if dry_run or quiet else start_run(name, on)
    try:
        result = job.run(on, dry_run)
    except Exception as error:
        log.exception("The job %s broke off", name)
        result = Result(failed=1, problems=[problem(name, error)])
    db.session.rollback()
    if run_id is not None:
        finish_run(run_id, result)
    elif quiet and not result.is_empty:
        note_run(name, on, started_at, result)
    return result
