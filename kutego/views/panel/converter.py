"""From the model's columns to our own form fields, for Flask-Admin's scaffolding."""

from functools import partial
from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model.form import converts
from sqlalchemy import select

from kutego.db import Base, db
from kutego.texts import gettext as _
from kutego.views.panel import fields
from kutego.views.panel.record_fields import LookupField, RecordField

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
            return LookupField(model=target, as_id=True, **arguments)
        return RecordField(load=partial(everything, target), as_id=True, text=marked,
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
