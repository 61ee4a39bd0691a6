"""Jobs in processes of their own, which wait for a word before they begin."""

from contextlib import contextmanager
from pathlib import Path

from kutego import jobs
from kutego.db import db
from kutego.scheduler import Claim
from tests.racing import CONTEXT
from tests.racing import process as started

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def worker(app, what, *arguments):
    """A process that is ready and waits for `go`; killed at the end if it still runs.

    It does `what` it is told, a job by name or "lead". `line` is the wire to it.
    """
    ours, theirs = CONTEXT.Pipe()
    with ours, started(app, _work, theirs, what, *arguments) as process:
        theirs.close()
        process.line = ours
        assert hear(process) == "ready"
        yield process


def go(process):
    process.line.send("go")


def hear(process):
    """The next word it says, or nothing where it has died."""
    try:
        return process.line.recv()
    except EOFError:
        return ""


def _work(line, what, on=None):
    line.send("ready")
    line.recv()
    if what == "lead":
        _lead(line)
        return
    line.send("started")
    result = jobs.job_named(what).run(on, False)
    line.send(f"{result.done} {result.refused} {result.failed} {result.problems}")


def _lead(line):
    """Hold the leader's lock until the process ends."""
    claim = Claim.take(db.engine)
    line.send("leading" if claim else "waiting")
    line.recv()
