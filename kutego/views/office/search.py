"""The search over everything, behind Ctrl-K and the field in the top bar."""

from dataclasses import asdict
from typing import Any

from flask import abort, current_app, jsonify, request
from flask_admin import BaseView, expose
from flask_login import current_user

from kutego.texts import gettext as _
from kutego.views.office.search_hits import find
from kutego.views.security import wants_json

LONGEST = 100


class Search(BaseView):
    """Finds customers by what people remember of them, and documents by number."""

    def __init__(self) -> None:
        super().__init__(name="Suche", endpoint="search", url="suche")

    def is_visible(self) -> bool:
        return False

    def is_accessible(self) -> bool:
        return current_user.is_authenticated

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """A script must not be led to the log-in page: it reloads the page it stands on."""
        return abort(401) if wants_json() else current_app.login_manager.unauthorized()  # type: ignore[attr-defined]

    @expose()
    def index(self) -> Any:
        """The results as a page, or as JSON for the field in the top bar."""
        term = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST]
        as_json = wants_json()
        groups = find(term, most=6 if as_json else 30) if len(term) > 1 else []
        hint = _("Nichts gefunden für „%(term)s“.", term=term)
        if as_json:
            listed = [
                {"name": name, "hits": [asdict(hit) for hit in hits]} for name, hits in groups
            ]
            return jsonify(groups=listed, hint=hint)
        return self.render("office/search.html", term=term, groups=groups, hint=hint)
