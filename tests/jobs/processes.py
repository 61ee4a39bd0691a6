"""Real processes that work on the database of a test."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def worker(app, what, *arguments):
    """A started process that is ready and waits for `go`; killed at the end if it still runs."""
    settings = app.config["KUTEGO"]
    command = [sys.executable, "-m", "tests.jobs.worker", settings.database_url]
    process = subprocess.Popen(
        [*command, str(settings.instance), what, *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert hear(process) == "ready"
        yield process
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def hear(process):
    """The next line it says, or nothing where it has died."""
    return process.stdout.readline().strip()
