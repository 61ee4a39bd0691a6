"""Doing the same thing several times at once, in threads and in processes of their own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from kutego import create_core
from kutego.db import db
from kutego.errors import DomainError
from tests import present  # noqa: F401  # for the processes, which begin here

SECRET = "x" * 40
TIMEOUT = 60

# A server that has imported the program once and forks each process from there. It is the one
# that rendering uses as well, hence what that wants to have loaded.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["kutego.rendering.preload", "tests.factories", "pytest"])


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
    """The same in processes. A call is a module's function and its arguments, as these travel.

    Returns what each returned, or the sentence of its refusal.
    """
    with CONTEXT.Manager() as manager, ProcessPoolExecutor(len(calls), CONTEXT) as pool:
        start = manager.Barrier(len(calls))
        jobs = [
            pool.submit(_run, *_place(app), _Together(start, function), arguments)
            for function, *arguments in calls
        ]
        return [job.result(TIMEOUT) for job in jobs]


@contextmanager
def process(app, function, *arguments):
    """A process that does this in the application; killed at the end where it still runs."""
    run = CONTEXT.Process(target=_run, args=(*_place(app), function, arguments))
    run.start()
    try:
        yield run
    finally:
        run.kill()
        run.join()


def _place(app):
    return app.config["SQLALCHEMY_DATABASE_URI"], str(app.config["KUTEGO"].instance)


class _Together:
    """A call that waits for the others first."""

    def __init__(self, start, call):
        self.start, self.call = start, call

    def __call__(self, *arguments):
        self.start.wait(TIMEOUT)
        return self.call(*arguments)


def _run(database, folder, function, arguments):
    app = create_core(database_url=database, instance=folder, secret_key=SECRET)
    with app.app_context():
        try:
            return function(*arguments)
        except DomainError as refusal:
            return str(refusal)
        finally:
            db.session.remove()
            db.engine.dispose()
