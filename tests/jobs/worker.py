"""A process of its own: `python -m tests.jobs.worker URL INSTANCE WHAT [DATE]`.

It says "ready" and waits for a line; then it does what it was told, a job or "lead".
"""

import sys
from datetime import date
from pathlib import Path

from kutego import create_core, jobs
from kutego.db import db
from kutego.scheduler import Claim


def main(url, instance, what, on=None):
    app = create_core(database_url=url, instance=Path(instance), secret_key="x" * 40)
    with app.app_context():
        say("ready")
        sys.stdin.readline()
        if what == "lead":
            lead()
        else:
            say("started")
            result = jobs.job_named(what).run(date.fromisoformat(on), False)
            say(f"{result.done} {result.refused} {result.failed} {result.problems}")


def lead():
    """Hold the leader's lock until the process ends."""
    claim = Claim.take(db.engine)
    say("leading" if claim else "waiting")
    sys.stdin.readline()


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
