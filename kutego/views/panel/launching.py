"""Working on mass runs in the background of a serving process."""

import logging
import threading

from flask import Flask, current_app

from kutego.operations.runs import work_open_runs

log = logging.getLogger(__name__)


def launch() -> None:
    """Work on the open runs in a thread of this process. Where it dies, the scheduler goes on."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
    if not app.testing:
        threading.Thread(target=_work, args=(app,), name="mass-runs", daemon=True).start()


def _work(app: Flask) -> None:
    with app.app_context():
        try:
            work_open_runs()
        except Exception:
            log.exception("the mass runs stopped; the scheduler takes them up again")
