"""The jobs: what runs by itself, how it went, run now or tried out."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kutego import jobs as work
from kutego import scheduler
from kutego.errors import DomainError
from kutego.jobs import JOBS, Job
from kutego.models import Right
from kutego.operations.job_runs import last_runs, newest_runs
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.gate import needs
from kutego.views.panel import today

PATIENCE = 2.0  # seconds in which a short run is over before the page comes
SHOWN = 500  # lines of a dry run

jobs = Blueprint("jobs", __name__, url_prefix="/buero/auftraege")


@jobs.get("/")
@needs(Right.JOBS)
def index() -> str:
    """Every job with its last run."""
    newest = newest_runs()
    rows = [(job, newest.get(job.name)) for job in JOBS]
    return render_template("office/jobs/list.html", rows=rows, rhythm=rhythm)


@jobs.get("/<name>/")
@needs(Right.JOBS)
def runs(name: str) -> str:
    """The last runs of one job, with what went wrong."""
    job = _job(name)
    return render_template(
        "office/jobs/runs.html", job=job, runs=last_runs(name, 20), rhythm=rhythm
    )


@jobs.post("/<name>/run/")
@needs(Right.JOBS)
def run(name: str) -> Response:
    """Run the job now, in the background. Sent twice it does nothing twice, as no job does."""
    job = _job(name)
    thread = scheduler.run_now(current_app._get_current_object(), job.name)  # type: ignore[attr-defined]
    thread.join(PATIENCE)
    if thread.is_alive():
        flash(_("„%(job)s“ läuft. Diese Seite zeigt das Ergebnis.", job=_(job.title)), "info")
    else:
        flash(_("„%(job)s“ ist durchgelaufen.", job=_(job.title)), "success")
    return redirect(url_for("jobs.runs", name=name))


@jobs.post("/<name>/dry-run/")
@needs(Right.JOBS)
def dry_run(name: str) -> str:
    """List what the job would do now; nothing is written."""
    job = _job(name)
    result = work.run_job(name, today(), True)
    return render_template("office/jobs/dry_run.html", job=job, result=result, shown=SHOWN)


def rhythm(job: Job) -> str:
    """How often a job runs, in words."""
    if job.at is not None:
        return _("täglich um %(at)s Uhr", at=f"{job.at:%H:%M}")
    every = job.every or timedelta(minutes=1)
    seconds = int(every.total_seconds())
    return ngettext("jede Sekunde", "alle %(count)s Sekunden", seconds)


def _job(name: str) -> Job:
    try:
        return work.job_named(name)
    except DomainError:
        abort(404)
