"""What Flask-Admin 2.2.1 does wrong, put right once. The table is in docs/flask-admin.md."""

from typing import Any

import flask_admin.actions
import flask_admin.babel
import flask_admin.helpers
import flask_admin.model.base
from flask import abort, g, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from kutego.views.security import own_path


def install() -> None:
    """Put our own test of addresses in the place of Flask-Admin's, which lets `http:/evil` pass."""
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


class Cured:
    """Before `ModelView` in the bases: the one gate that every page goes through."""

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the page; Flask-Admin would catch a `TypeError` of ours and hide its cause."""
        return fn(self, *args, **kwargs)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Rights first, then the token: nobody learns what exists before they may see it."""
        if (refusal := super()._handle_view(name, **kwargs)) is not None:  # type: ignore[misc]
            return refusal
        require_token()
        return None


install()
