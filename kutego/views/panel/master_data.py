"""Master data: Flask-Admin's form from the model, saved through the one operation."""

from typing import Any

from flask import abort, flash, redirect
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField

from kutego.errors import DomainError
from kutego.operations.master_data import save_record
from kutego.operations.submissions import once
from kutego.texts import gettext as _
from kutego.views.panel.converter import Converter
from kutego.views.panel.declared import Declared
from kutego.views.panel.forms import PanelForm, actor
from kutego.views.panel.places import place_of
from kutego.views.security import own_path


class RevisedForm(PanelForm):
    """A form that knows which revision of the record it was opened with."""

    revision = HiddenField()


class MasterDataPages(Declared):
    """Part of `RecordView`: create and edit, for views that name `form_columns`."""

    model_form_converter = Converter
    lookups: tuple[str, ...] = ()  # foreign keys to big tables
    creates = True
    edits = True
    form_template = "office/panel/master_data.html"

    def scaffold_form(self) -> Any:
        """Flask-Admin's form, only of what is declared, with the revision it was opened with."""
        if not self.form_columns:
            return PanelForm
        self.form_base_class = RevisedForm
        own = {c.key: {"label": c.label} for c in (*self.columns, *self.fields)}
        given: dict[str, Any] = getattr(self, "form_args", None) or {}
        self.form_args = {k: {**own.get(k, {}), **given.get(k, {})} for k in {**own, **given}}
        return super().scaffold_form()

    def initial(self) -> dict[str, Any]:
        """Hook: values of a new record that no field asks for, such as a tab's parent."""
        return {}

    @property
    def may_create(self) -> bool:
        """Whether the user may open the empty form."""
        return bool(self.form_columns) and self.creates and self.may(self.edit_right)

    @property
    def may_edit(self) -> bool:
        """Whether the user may change a record through the form."""
        return bool(self.form_columns) and self.edits and self.may(self.edit_right)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """An empty form, and the record it makes."""
        self._require(self.may_create, self.creates)
        return self._form_page(self.model(), self._stripped(self.create_form()))

    @expose("/<int(max=2147483647):record_id>/edit/", methods=("GET", "POST"))
    def edit_view(self, record_id: int) -> Any:
        """The form of a record, and what was changed in it."""
        self._require(self.may_edit, self.edits)
        record = self.get_one(record_id)
        if record is None:
            abort(404)
        return self._form_page(record, self._stripped(self.edit_form(record)))

    def _require(self, allowed: bool, offered: bool) -> None:
        if not allowed:
            abort(403 if self.form_columns and offered else 404)

    def _stripped(self, form: Any) -> Any:
        """Without the fields that the role may not see: what is not in the form is not changed."""
        for name in [f.name for f in form.shown_fields if not self.may_see(f.name)]:
            del form[name]
        return form

    def _form_page(self, record: Any, form: Any) -> Any:
        is_new = inspect(record).transient
        if form.validate_on_submit():
            try:
                saved = self._save(record, form, is_new)
            except DomainError as error:
                form.form_errors.append(str(error))
            except IntegrityError:
                form.form_errors.append(_("Das gibt es schon, oder es wird noch gebraucht."))
            else:
                page = self.record_url(saved) if self.has_records else self.list_url
                url = place_of(saved) or page
                link = Markup('<a href="%s">%s</a>') % (url, self.called(saved))
                flash(Markup("%s %s") % (link, _("ist gespeichert.")), "success")
                return redirect(self.after_save(saved) or own_path() or url)
        back = own_path() or (self.list_url if is_new else self.record_url(record))
        page = self.render(
            self.form_template, form=form, record=None if is_new else record, back=back,
            origin=own_path() or "",
        )  # fmt: skip
        return page, 422 if form.errors or form.form_errors else 200

    def _save(self, record: Any, form: Any, is_new: bool) -> Any:
        values = {n: v for n, v in form.values().items() if n != "revision"}
        revision = form.revision.data or ""
        if is_new:
            values = {**self.initial(), **values}
        elif not revision.isdigit():
            raise DomainError(_("Bitte laden Sie die Seite neu und speichern Sie noch einmal."))
        number = None if is_new else int(revision)
        return once(
            form.submission.data,
            lambda: self.saved(record, values, revision=number),
        )

    def after_save(self, record: Any) -> str | None:
        """Hook: where to go when the record is saved; None: where the user came from."""
        return None

    def saved(self, record: Any, values: dict[str, Any], *, revision: int | None) -> Any:
        """Hook: the operation behind the form. A view may name one with rules of its own."""
        return save_record(record, values, revision=revision, by=actor())
