"""What runs by itself. A job picks what is due and calls one operation for each record.

It is target minus actual: run twice it changes nothing, run after months it catches up once.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.models import Contract, Invoice, MassRun, RunState, due_contracts
from kutego.operations.billing import due_periods
from kutego.operations.billing_run import SLICE, BillingRun, FuseBlown
from kutego.operations.cleaning import count_old_rows, delete_old_rows
from kutego.operations.delivery import deliver_due
from kutego.operations.documents import pending_renditions, render_pending
from kutego.operations.job_runs import Result, finish_run, note_run, start_run
from kutego.operations.outbox import due_messages
from kutego.operations.reminders import invoices_to_remind, remind_invoice
from kutego.operations.runs import work_open_runs
from kutego.operations.sealing import seal_chains as seal
from kutego.operations.sealing import unsealed_chains
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


def bill_contracts(on: date, dry_run: bool = False) -> Result:
    """Make the invoices of every contract that is due; a fuse stops a run that makes too many."""
    if dry_run:
        return Result(plan=_due_lines(on))
    ids = list(db.session.scalars(due_contracts(on)))
    run, result = BillingRun(on, SYSTEM, len(ids)), Result()
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        try:
            result.done += run.bill(some)
        except Exception:  # one of them; the others must not wait for it
            if not _each(Contract, some, lambda contract_id: run.bill([contract_id]), result):
                break
    return result


def remind_overdue(on: date, dry_run: bool = False) -> Result:
    """Remind of invoices some days after they were due, by mail, each once."""
    if dry_run:
        late = select(Invoice).where(Invoice.id.in_(invoices_to_remind(on)))
        invoices = db.session.scalars(late.options(joinedload(Invoice.customer)))
        return Result(plan=[f"{invoice}: {invoice.customer.name}" for invoice in invoices])
    ids = list(db.session.scalars(invoices_to_remind(on)))

    def remind(invoice_id: int) -> int:
        remind_invoice(db.session.get_one(Invoice, invoice_id), on=on, by=SYSTEM)
        return 1

    result = Result()
    _each(Invoice, ids, remind, result)
    return result


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


def work_mass_runs(on: date, dry_run: bool = False) -> Result:
    """Go on with the mass runs that the office has started."""
    if dry_run:
        open_runs = select(MassRun).where(MassRun.state == RunState.RUNNING).order_by(MassRun.id)
        return Result(plan=[str(run) for run in db.session.scalars(open_runs)])
    return Result(done=work_open_runs())


def seal_chains(on: date, dry_run: bool = False) -> Result:
    """Note the heads of the customers' chains in the house's chain."""
    chains = db.session.scalars(unsealed_chains()).all()
    if dry_run:
        return Result(plan=[_("%(count)s Ketten versiegeln", count=len(chains))] if chains else [])
    return Result(done=seal(chains))


def clean_up(on: date, dry_run: bool = False) -> Result:
    """Delete failed logins and used submission keys after 30 days."""
    if dry_run:
        return Result(
            plan=[f"{name}: {count}" for name, count in count_old_rows().items() if count]
        )
    return Result(done=delete_old_rows())


JOBS = (
    Job("bill_contracts", marked("Verträge abrechnen"), bill_contracts, at=time(5)),
    Job("remind_overdue", marked("An offene Rechnungen erinnern"), remind_overdue, at=time(6)),
    Job("render_documents", marked("Dokumente erstellen"), render_documents,
        every=timedelta(seconds=15)),
    Job("send_messages", marked("Nachrichten senden"), send_messages,
        every=timedelta(seconds=15)),
    Job("work_mass_runs", marked("Massenläufe fortsetzen"), work_mass_runs,
        every=timedelta(seconds=2)),
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
        result = Result(failed=1, problems=[_problem(name, error)])
    db.session.rollback()
    if run_id is not None:
        finish_run(run_id, result)
    elif quiet and not result.is_empty:
        note_run(name, on, started_at, result)
    return result


# --- parts ------------------------------------------------------------------------------------


def _each(
    model: type[Base], ids: Iterable[int], work: Callable[[int], int], result: Result
) -> bool:
    """Do one record after the other; one that is refused or fails does not stop the rest.

    Returns whether it went through; only a blown fuse stops it.
    """
    for record_id in ids:
        try:
            result.done += work(record_id)
        except FuseBlown as fuse:
            log.error("%s", fuse)
            result.failed += 1
            result.problems.append(str(fuse))
            return False
        except DomainError as refusal:
            result.refused += 1
            result.problems.append(f"{_name(model, record_id)}: {refusal}")
        except Exception as error:
            log.exception("%s %s", model.__tablename__, record_id)
            result.failed += 1
            result.problems.append(_problem(_name(model, record_id), error))
    return True


def _name(model: type[Base], record_id: int) -> str:
    return str(db.session.get(model, record_id) or f"{model.__tablename__} {record_id}")


def _problem(name: str, error: Exception) -> str:
    return f"{name}: {type(error).__name__}: {error}"[:500]


def _due_lines(on: date) -> list[str]:
    due = select(Contract).where(Contract.id.in_(due_contracts(on))).order_by(Contract.id)
    lines = []
    for contract in db.session.scalars(due.options(joinedload(Contract.customer))):
        who = f"{contract}: {contract.customer.name}, {contract.text}"
        lines += [f"{who}, {period}" for period in due_periods(contract, on)] or [
            _("%(contract)s endet", contract=contract)
        ]
    return lines
