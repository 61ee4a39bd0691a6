"""Doing the same thing several times at once, in threads and in processes of their own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier

from kutego import create_core
from kutego.db import db
from kutego.errors import DomainError

SECRET = "x" * 40
TIMEOUT = 60


def in_threads(app, *calls):
    """Run every call in a thread and session of its own, all let go at the same moment.

    Returns what each returned, or the refusal or error it raised.
    """
    start = Barrier(len(calls))

    def run(call):
        with app.app_context():
            start.wait(TIMEOUT)
            try:
                return call()
            except Exception as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(TIMEOUT) for done in [pool.submit(run, call) for call in calls]]


def in_processes(app, *calls):
    """The same in processes. A call is a module's function and its arguments, as these travel."""
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    folder = str(app.config["KUTEGO"].instance)
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(len(calls), context) as pool:
        start = manager.Barrier(len(calls))
        jobs = [
            pool.submit(_run, database, folder, start, function, arguments)
            for function, *arguments in calls
        ]
        return [job.result(TIMEOUT) for job in jobs]


def _run(database, folder, start, function, arguments):
    app = create_core(database_url=database, instance=folder, secret_key=SECRET)
    with app.app_context():
        start.wait(TIMEOUT)
        try:
            return function(*arguments)
        except DomainError as refusal:
            return str(refusal)
        finally:
            db.session.remove()
            db.engine.dispose()
