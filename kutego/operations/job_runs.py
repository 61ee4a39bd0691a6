"""Runs of jobs: what the job page shows, and how a daily job knows that it is due."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import JobRun

PROBLEMS = 200  # lines that are kept of one run


@dataclass
class Result:
    """What a run of a job did, record by record. `plan`: what a dry run would do, line by line."""

    done: int = 0
    refused: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.done or self.refused or self.failed or self.problems)


def start_run(name: str, on: date) -> int:
    """Note that a job begins, so that a run that was killed shows as one without an end."""
    with transaction() as session:
        run = JobRun(name=name, on=on, started_at=clock.now())
        session.add(run)
        session.flush()
        return run.id


def finish_run(run_id: int, result: Result) -> None:
    """Note what a run did."""
    with transaction() as session:
        _fill(session.get_one(JobRun, run_id), result)


def note_run(name: str, on: date, started_at: datetime, result: Result) -> None:
    """Note a run that did something; one that fails like the last one only renews its end."""
    newest = last_runs(name, 1)
    with transaction():
        if newest and not result.done and _same(newest[0], result):
            newest[0].finished_at = clock.now()
            return
        run = JobRun(name=name, on=on, started_at=started_at)
        db.session.add(run)
        _fill(run, result)


def has_run(name: str, on: date, since: datetime, until: datetime) -> bool:
    """Whether the job went through for the day `on`, begun between two moments.

    A run by hand as of a day that is still to come carries that day's moment and does not count.
    """
    query = select(JobRun.id).where(
        JobRun.name == name,
        JobRun.on == on,
        JobRun.started_at.between(since, until),
        JobRun.finished_at.is_not(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def last_runs(name: str, count: int = 10) -> list[JobRun]:
    """The newest runs of a job, newest first."""
    query = select(JobRun).where(JobRun.name == name).order_by(JobRun.id.desc())
    return list(db.session.scalars(query.limit(count)))


def newest_runs() -> dict[str, JobRun]:
    """The last run of every job, by name."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.name)
    runs = db.session.scalars(select(JobRun).where(JobRun.id.in_(newest)))
    return {run.name: run for run in runs}


def _fill(run: JobRun, result: Result) -> None:
    run.finished_at = clock.now()
    run.done, run.refused, run.failed = result.done, result.refused, result.failed
    run.problems = result.problems[:PROBLEMS]


def _same(run: JobRun, result: Result) -> bool:
    return (run.done, run.refused, run.failed, run.problems) == (
        0, result.refused, result.failed, result.problems[:PROBLEMS]
    )  # fmt: skip
