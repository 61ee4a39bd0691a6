"""The gate in front of every page, and who a session belongs to.

What is not expressly public needs a login; before the business is set up, every page leads to
`kutego.views.setup`. A changed session stamp or a deactivated account ends a session at once.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from ipaddress import ip_address
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from kutego.db import db
from kutego.models import Company, Employee, Right
from kutego.views.security import OFFICE_PREFIX, wants_json

P = ParamSpec("P")
R = TypeVar("R")

WORKDAY = timedelta(hours=14)  # a session ends over night, also where the browser keeps cookies
PUBLIC_BLUEPRINTS = {"public", "setup"}
PUBLIC = {"auth.login", "appearance.accent_css", "appearance.logo", "home", "static"}
SETUP = {"setup.index", "appearance.accent_css", "static"}

logins = LoginManager()
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Put the gate in front of every page."""
    app.config["PERMANENT_SESSION_LIFETIME"] = WORKDAY
    logins.init_app(app)
    app.before_request(_gate)
    app.context_processor(lambda: {"is_unprotected": is_unprotected})


def needs(right: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer 403 to whoever has not got `right`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not (current_user.is_authenticated and current_user.may(right)):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _gate() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint.endswith(".static"):
        return None
    if not is_set_up():
        return None if endpoint in SETUP else redirect(url_for("setup.index"))
    if endpoint in PUBLIC or request.blueprint in PUBLIC_BLUEPRINTS:
        return None
    return None if current_user.is_authenticated else ask_to_log_in()


def is_set_up() -> bool:
    """Whether there is a company; once there is, it stays."""
    if not current_app.extensions.get("kutego.set_up"):
        current_app.extensions["kutego.set_up"] = db.session.get(Company, 1) is not None
    return current_app.extensions["kutego.set_up"]


@logins.unauthorized_handler
def ask_to_log_in() -> Response:
    """Lead to the login and from there back; what was posted cannot be repeated."""
    if wants_json():
        abort(401)
    here = request.full_path if request.query_string else request.path
    comes_back = request.method == "GET" and here != f"{OFFICE_PREFIX}/"
    return redirect(url_for("auth.login", url=here if comes_back else None))


@logins.user_loader
def load_employee(session_id: str) -> Employee | None:
    """The employee of a session, unless the stamp has changed or the account is closed."""
    number, _colon, stamp = session_id.partition(":")
    if not number.isdigit():
        return None
    employee = db.session.get(Employee, int(number), options=[joinedload(Employee.customer)])
    if employee is None or not employee.is_active or employee.session_stamp != stamp:
        return None
    return employee


def is_unprotected() -> bool:
    """Whether passwords travel readably: http, and not within this computer."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if request.is_secure or local:
        return False
    if not current_app.extensions.get("kutego.warned"):
        current_app.extensions["kutego.warned"] = True
        log.warning("Served over http on %s: passwords can be read on the way. Use https.", host)
    return True
