"""When jobs run: APScheduler inside the serving process, in exactly one process of many.

Whoever holds the leader's lock runs the jobs; the others try again every few seconds and take over
when the holder is gone, also after `kill -9`. SQLite: a lock on a file beside the database, which
the kernel takes back from the dead. PostgreSQL: an advisory lock, which ends with its connection.
"""

import fcntl
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import IO

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from kutego import clock
from kutego.db import db
from kutego.jobs import JOBS, Job, run_job
from kutego.models import Company
from kutego.operations.job_runs import has_run

KEY = 0x4B525356  # of PostgreSQL's advisory lock
RETRY = 5.0  # seconds between two tries for the lock, and between two looks whether it still holds
GRACE = 10.0  # seconds that running jobs have to end; a killed one is taken up at the next start

log = logging.getLogger(__name__)


class Claim:
    """The leader's lock, held."""

    def __init__(self, held: IO[str] | Connection) -> None:
        self._held = held

    @classmethod
    def take(cls, engine: Engine) -> "Claim | None":
        """The lock, or None where somebody else holds it."""
        if engine.dialect.name == "sqlite":
            file = open(f"{engine.url.database}.leader", "a")  # noqa: SIM115  # held open on purpose
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return None
            return cls(file)
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
            return cls(connection)
        connection.close()
        return None

    def holds(self) -> bool:
        """Whether it is still ours: PostgreSQL takes it away when the connection breaks."""
        if not isinstance(self._held, Connection):
            return True
        try:
            return bool(self._held.scalar(text("SELECT 1")))
        except SQLAlchemyError:
            return False

    def release(self) -> None:
        """Give the lock back. The connection is thrown away with it, not kept in the pool."""
        if isinstance(self._held, Connection):
            self._held.invalidate()
        self._held.close()


class Leader(threading.Thread):
    """Tries for the lock for ever; with it, runs the jobs until it is lost or `stop` is called."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="leader", daemon=True)
        self._app = app
        self._stopped = threading.Event()

    def run(self) -> None:
        with self._app.app_context():
            engine = db.engine
        while not self._stopped.is_set():
            try:
                claim = Claim.take(engine)
            except SQLAlchemyError:  # the database is away: keep trying
                log.warning("The database cannot be reached; no job runs.", exc_info=True)
                claim = None
            if claim is not None:
                self._lead(claim)
            self._stopped.wait(RETRY)

    def _lead(self, claim: Claim) -> None:
        scheduler = _scheduler(self._app)
        scheduler.start()
        try:
            while claim.holds() and not self._stopped.wait(RETRY):
                pass
        finally:
            scheduler.shutdown(wait=self._stopped.is_set())
            claim.release()

    def stop(self, grace: float = GRACE) -> bool:
        """Start nothing more and wait for what runs; False where it still runs after `grace`."""
        self._stopped.set()
        self.join(grace)
        return not self.is_alive()


def start(app: Flask) -> Leader:
    """Compete for the lock. Only a serving process calls this."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every tick it leaves out
    leader = Leader(app)
    leader.start()
    return leader


def run_now(app: Flask, name: str) -> threading.Thread:
    """Run a job at once in the background, whoever is the leader: no job minds a second runner."""
    thread = threading.Thread(target=_in_context(app, _run), args=(name, False), name=name)
    thread.daemon = True
    thread.start()
    return thread


def due_jobs(now: datetime) -> list[Job]:
    """The daily jobs whose time has come today, on the clock of the business, and that did not run.

    A day that was missed is caught up by the run of the next: jobs are target minus actual.
    """
    house = db.session.get(Company, 1)
    if house is None:
        return []  # not set up yet
    local = now.astimezone(house.zone)
    planned = [
        (datetime.combine(local.date(), job.at, house.zone), job)
        for job in JOBS
        if job.at is not None
    ]
    return [
        job
        for moment, job in sorted(planned, key=itemgetter(0))
        if moment <= local and not has_run(job.name, local.date(), moment, local)
    ]


# --- parts ------------------------------------------------------------------------------------


def _scheduler(app: Flask) -> BackgroundScheduler:
    """Frequent jobs by themselves, daily ones by a tick a minute that asks the database."""
    scheduler = BackgroundScheduler(
        timezone=clock.BERLIN,
        executors={"default": ThreadPoolExecutor(len(JOBS) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        if job.every is not None:
            _add(scheduler, _in_context(app, _run), job.every, job.name, (job.name, True))
    _add(scheduler, _in_context(app, _run_due), timedelta(minutes=1), "daily", ())
    return scheduler


def _add(
    scheduler: BackgroundScheduler,
    function: Callable[..., None],
    every: timedelta,
    name: str,
    arguments: tuple[object, ...],
) -> None:
    scheduler.add_job(
        function, "interval", seconds=every.total_seconds(), args=arguments, id=name,
        next_run_time=clock.now(),
    )  # fmt: skip


def _in_context(app: Flask, function: Callable[..., None]) -> Callable[..., None]:
    def call(*arguments: object) -> None:
        with app.app_context():
            try:
                function(*arguments)
            except Exception:
                log.exception("A job could not run")

    return call


def _run(name: str, quiet: bool) -> None:
    house = db.session.get(Company, 1)
    if house is not None:
        run_job(name, clock.today(house.zone), quiet=quiet)


def _run_due() -> None:
    for job in due_jobs(clock.now()):
        _run(job.name, False)
