"""What Flask-Admin 2.2.1 does wrong or too freely, put right once. docs/flask-admin.md has the table."""

import re

import flask_admin.actions
import flask_admin.babel
import flask_admin.helpers
import flask_admin.model.base
from flask import abort, g, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def own_path(param: str = "url") -> str | None:
    """The address to go back to, if it lies on this site: Flask-Admin's test lets `http:/evil` pass."""
    target = request.values.get(param) or ""
    return target if OWN_PATH.fullmatch(target) else None


def install() -> None:
    """Put our own test of addresses in the place of Flask-Admin's, in each module that has it."""
    for module in (flask_admin.helpers, flask_admin.model.base, flask_admin.actions):
        module.get_redirect_target = own_path  # type: ignore[attr-defined]


def require_token() -> None:
    """Refuse a POST without our token, whichever view it goes to."""
    if request.method == "GET" or g.get("csrf_valid"):
        return
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
    except ValidationError:
        abort(400, "Die Seite war zu lange offen. Bitte laden Sie sie neu.")


install()
