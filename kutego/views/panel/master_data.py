"""Master data: Flask-Admin's form from the model, saved through the one operation."""

from functools import partial
from typing import Any

from flask import abort, flash, redirect
from flask_admin import expose
from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model.form import converts
from markupsafe import Markup
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField

from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.operations.master_data import save_record
from kutego.operations.submissions import once
from kutego.texts import gettext as _
from kutego.views.panel import fields
from kutego.views.panel.declared import Declared
from kutego.views.panel.forms import PanelForm, actor
from kutego.views.panel.places import place_of
from kutego.views.security import own_path

LONG = 300  # characters from which a text gets several lines


class Converter(AdminModelConverter):
    """Columns to our own fields. Flask-Admin takes the alphabetically last of two methods for one
    type, so ours carry its names."""

    def convert(self, model, mapper, name, prop, field_args, hidden_pk):
        """A foreign key becomes a select, or a search where the view names it in `lookups`."""
        columns = getattr(prop, "columns", ())
        if not columns or not columns[0].foreign_keys:
            return super().convert(model, mapper, name, prop, field_args, hidden_pk)
        arguments = self._arguments(columns[0], field_args or {})
        target = target_of(columns[0])
        if name in self.view.lookups:
            return fields.LookupField(model=target, as_id=True, **arguments)
        return fields.RecordField(load=partial(everything, target), as_id=True, text=marked,
                                  **arguments)  # fmt: skip

    @converts("Money")
    def convert_money(self, column, field_args, **extra):
        return fields.MoneyField(**self._arguments(column, field_args))

    @converts("Hundredths")
    def convert_percent(self, column, field_args, **extra):
        return fields.PercentField(**self._arguments(column, field_args))

    @converts("String")
    def conv_String(self, column, field_args, **extra):  # noqa: N802  # Flask-Admin's own name
        most = column.type.length or 5000
        kind = fields.LongTextField if most > LONG else fields.TextField
        return kind(**self._arguments(column, field_args), most=most)

    @converts("Text", "LargeBinary", "Binary", "CIText")
    def conv_Text(self, column, field_args, **extra):  # noqa: N802  # Flask-Admin's own name
        return fields.LongTextField(**self._arguments(column, field_args))

    @converts("Boolean")
    def conv_Boolean(self, column, field_args, **extra):  # noqa: N802  # Flask-Admin's own name
        return fields.CheckField(**self._plain(field_args))

    @converts("Integer", "SmallInteger", "BigInteger")
    def handle_integer_types(self, column, field_args, **extra):
        return fields.NumberField(**self._arguments(column, field_args))

    @converts("Date")
    def convert_date(self, column, field_args, **extra):
        return fields.DateField(**self._arguments(column, field_args))

    @converts("Time")
    def convert_time(self, column, field_args, **extra):
        return fields.TimeField(**self._arguments(column, field_args))

    @converts("sqlalchemy.sql.sqltypes.Enum", "Enum")
    def convert_enum(self, column, field_args, **extra):
        return fields.ChoiceField(
            kind=column.type.enum_class, **self._arguments(column, field_args)
        )

    def _arguments(self, column: Any, field_args: dict[str, Any]) -> dict[str, Any]:
        return {"required": not column.nullable, **self._plain(field_args)}

    def _plain(self, field_args: dict[str, Any]) -> dict[str, Any]:
        """What our fields understand; they bring their own validators."""
        names = ("label", "description", "default", "render_kw", "required", "only")
        return {name: field_args[name] for name in names if field_args.get(name) is not None}


def target_of(column: Any) -> Any:
    """The model that a foreign key points to."""
    [key] = column.foreign_keys
    mappers = Base.registry.mappers
    return next(m.class_ for m in mappers if m.local_table is key.column.table)


def everything(model: Any) -> list[Any]:
    """All records of a short table, by name."""
    names = ("sort_name", "name", "title", "id")
    name = next(getattr(model, name) for name in names if hasattr(model, name))
    name = name if hasattr(name, "asc") else model.id
    return list(db.session.scalars(select(model).order_by(name, model.id)))


def marked(record: Any) -> str:
    """The name of a choice, and whether it is out of use."""
    return str(record) if getattr(record, "is_active", True) else _("%(r)s (inaktiv)", r=record)


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
        self.form_base_class = type("MasterForm", (PanelForm,), {"revision": HiddenField()})
        own = {c.key: {"label": c.label} for c in (*self.columns, *self.fields)}
        given = self.form_args or {}
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
                return redirect(own_path() or url)
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

    def saved(self, record: Any, values: dict[str, Any], *, revision: int | None) -> Any:
        """Hook: the operation behind the form. A view may name one with rules of its own."""
        return save_record(record, values, revision=revision, by=actor())
