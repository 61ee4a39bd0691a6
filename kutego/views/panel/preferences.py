"""What each user keeps about a list: its columns, their widths, and its saved views."""

from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_admin import expose
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import ListPreference, Right, SavedView
from kutego.operations import preferences, saved_views
from kutego.texts import gettext as _
from kutego.views.panel.declared import Declared
from kutego.views.panel.forms import actor
from kutego.views.panel.listing import Listing, bound_columns, chosen_columns
from kutego.views.panel.state import SIZE, SIZES, ListState
from kutego.views.security import own_path


class PreferencePages(Declared):
    """Part of `RecordView`. The pages that write are no buttons: they change no business."""

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
            widths=(preference and preference.widths) or {},
            size=(preference and preference.page_size) or SIZE,
            back=self._list(),
        )

    def _save_columns(self) -> Any:
        known = bound_columns(self)
        is_reset = "reset" in request.form
        columns = [key for key in dict.fromkeys(request.form.getlist("column")) if key in known]
        typed = {key: request.form.get(f"width.{key}", type=int) for key in known}
        size = request.form.get("size", type=int)
        try:
            preferences.save_columns(
                current_user._get_current_object(),
                view=self.endpoint,
                columns=[] if is_reset else columns,
                page_size=size if size in SIZES else None,
                widths={} if is_reset else {k: px for k, px in typed.items() if px is not None},
                by=actor(),
            )
        except DomainError as error:
            flash(str(error), "danger")
        return redirect(self._list())

    @expose("/columns/width/", methods=("POST",))
    def save_width(self) -> Any:
        """Keep the width that a column was dragged to."""
        column = request.form.get("column", "")
        if column not in bound_columns(self):
            abort(404)
        try:
            preferences.save_width(
                current_user._get_current_object(),
                view=self.endpoint,
                column=column,
                width=request.form.get("width", type=int),
                by=actor(),
            )
        except DomainError:
            abort(422)
        return "", 204

    @expose("/widths.css")
    def widths_css(self) -> Any:
        """The widths of the shown columns, as a stylesheet: pages may not carry styles."""
        response = Response(Listing(self, self.state()).width_rules, mimetype="text/css")
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    @expose("/views/", methods=("POST",))
    def save_view(self) -> Any:
        """Keep search, filters and sort of the list under a name."""
        try:
            view = saved_views.save_view(
                current_user._get_current_object(),
                view=self.endpoint,
                name=request.form.get("name", ""),
                query=self.state().kept(),
                shared="shared" in request.form,
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
        saved_views.delete_view(current_user._get_current_object(), view=view, by=actor())
        flash(_("Die Ansicht ist gelöscht."), "success")
        return redirect(self.list_url)

    @expose("/views/default/", methods=("POST",))
    def default_view(self) -> Any:
        """Choose the view that the list opens with, for oneself or for all."""
        number = request.form.get("view", type=int)
        saved = db.session.get(SavedView, number) if number else None
        choose = {"me": saved_views.begin_with, "all": saved_views.begin_with_for_all}
        begin = choose.get(request.form.get("who", ""))
        if begin is None or (number and saved is None):
            abort(404)
        try:
            begin(current_user._get_current_object(), view=self.endpoint, saved=saved, by=actor())
        except DomainError as error:
            flash(str(error), "danger")
        else:
            flash(
                _("Diese Liste beginnt ab jetzt mit „%(name)s“.", name=saved.name)
                if saved
                else _("Diese Liste beginnt ab jetzt mit allen Zeilen."),
                "success",
            )
        return redirect(self.view_url(saved) if saved else self.all_url)

    @property
    def may_share(self) -> bool:
        """Whether the user may let colleagues have a view."""
        return self.may(saved_views.SHARING)

    @property
    def may_set_default(self) -> bool:
        """Whether the user may choose the view that a list opens with for all."""
        return self.may(Right.SETTINGS)

    @property
    def all_url(self) -> str:
        """The plain list, also where it would open with a view."""
        return f"{self.list_url}?view=0"

    def view_url(self, view: SavedView) -> str:
        """The address of the list as a saved view keeps it. Bad or old filters are left out."""
        kept = MultiDict([(n, v) for n, values in view.query.items() for v in values])
        kept["view"] = str(view.id)
        state = ListState.read(kept, self.filter_map())
        return self.list_url + state.query

    def _list(self) -> str:
        """The list as the user left it."""
        return own_path() or self.list_url + self.state().query
