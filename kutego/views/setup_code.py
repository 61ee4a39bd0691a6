"""The one-time code that proves who may set the business up: whoever reads the console.

Every process that serves an empty database prints a code of its own; all of them hold until the
business is set up, and then none. Only their hashes are kept, in the instance folder.
"""

import fcntl
import hashlib
import hmac
import os
import secrets
from pathlib import Path

import click
from flask import Flask

from kutego.views.gate import is_set_up

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1
KEPT = 16  # hashes; more processes do not serve an empty database


def announce(app: Flask) -> None:
    """Print the code at the start of a process that serves an empty database."""
    with app.app_context():
        if not is_set_up():
            print_code(app)


def print_code(app: Flask) -> None:
    """Print this process's code, the first time it is asked to."""
    if "kutego.code" in app.extensions:
        return
    code = "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _j in range(3))
    app.extensions["kutego.code"] = True
    _keep(_file(app), _hash(code))
    click.echo(
        "Kutego ist noch nicht eingerichtet. Öffnen Sie die Seite im Browser und geben Sie "
        f"diesen Code ein: {code}"
    )


def is_right(app: Flask, typed: str) -> bool:
    """Whether any process has printed this code; takes as long for every wrong one."""
    path = _file(app)
    known = path.read_text().split() if path.exists() else []
    given = _hash(typed.upper().replace(" ", ""))
    return sum(hmac.compare_digest(given, digest) for digest in known) > 0


def forget(app: Flask) -> None:
    """The codes have done their work."""
    _file(app).unlink(missing_ok=True)


def _keep(path: Path, digest: str) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = [*file.read().split(), digest][-KEPT:]
        file.seek(0)
        file.truncate()
        file.write("\n".join(known) + "\n")


def _hash(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()


def _file(app: Flask) -> Path:
    return app.config["KUTEGO"].instance / "setup-code"
