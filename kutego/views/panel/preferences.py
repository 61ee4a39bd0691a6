"""What each user keeps about a list: its columns and its saved views."""

from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import ListPreference, SavedView
from kutego.operations import preferences
from kutego.texts import gettext as _
from kutego.views.panel.declared import Declared
from kutego.views.panel.forms import actor
from kutego.views.panel.listing import bound_columns, chosen_columns
from kutego.views.panel.state import SIZE, SIZES, ListState
from kutego.views.security import own_path


class PreferencePages(Declared):
    """Part of `RecordView`. The three pages that write are no buttons: they change no business."""

    @expose("/columns/", methods=("GET", "POST"))
    def columns_view(self) -> Any:
        """Choose columns, their order, and the rows per page."""
        if request.method == "POST":
            return self._save_columns()
        preference = db.session.get(ListPreference, (current_user.id, self.endpoint))
        chosen = chosen_columns(self, preference)
        rest = [c for c in bound_columns(self).values() if c not in chosen]
        return self.render(
            "office/panel/columns.html",
            chosen=chosen,
            rest=rest,
            sizes=SIZES,
            size=(preference and preference.page_size) or SIZE,
            back=self._list(),
        )

    def _save_columns(self) -> Any:
        known = bound_columns(self)
        columns = [key for key in dict.fromkeys(request.form.getlist("column")) if key in known]
        size = request.form.get("size", type=int)
        preferences.save_columns(
            current_user._get_current_object(),
            view=self.endpoint,
            columns=[] if "reset" in request.form else columns,
            page_size=size if size in SIZES else None,
            by=actor(),
        )
        return redirect(self._list())

    @expose("/views/", methods=("POST",))
    def save_view(self) -> Any:
        """Keep search, filters and sort of the list under a name."""
        try:
            view = preferences.save_view(
                current_user._get_current_object(),
                view=self.endpoint,
                name=request.form.get("name", ""),
                query=self.state().kept(),
                by=actor(),
            )
        except DomainError as error:
            flash(str(error), "danger")
            return redirect(self._list())
        flash(_("Die Ansicht „%(name)s“ ist gespeichert.", name=view.name), "success")
        return redirect(self.view_url(view))

    @expose("/views/<int(max=2147483647):view_id>/delete/", methods=("POST",))
    def delete_saved_view(self, view_id: int) -> Any:
        """Forget a saved view of one's own."""
        view = db.session.get(SavedView, view_id)
        if view is None or (view.employee_id, view.view) != (current_user.id, self.endpoint):
            abort(404)
        preferences.delete_view(current_user._get_current_object(), view=view, by=actor())
        flash(_("Die Ansicht ist gelöscht."), "success")
        return redirect(self.list_url)

    def view_url(self, view: SavedView) -> str:
        """The address of the list as a saved view keeps it. Bad or old filters are left out."""
        kept = MultiDict([(n, v) for n, values in view.query.items() for v in values])
        kept["view"] = str(view.id)
        state = ListState.read(kept, self.filter_map())
        return self.list_url + state.query

    def _list(self) -> str:
        """The list as the user left it."""
        return own_path() or self.list_url + self.state().query
