"""The house's own fields as inputs of a form, one for each type (spec ADM-08)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kutego.models import CustomField, FieldKind
from kutego.operations.custom_values import REMOVED
from kutego.texts import gettext as _
from kutego.views.office.custom_entries import CheckedUpload, DecimalField, OptionField
from kutego.views.panel import CheckField, DateField, LongTextField, TextField

OUT = "_out"  # ends the name of the checkbox that takes a file out
FLAGS = {"yes": True, "no": False}


def inputs(fields: Sequence[CustomField], values: Mapping[int, Any]) -> dict[str, Any]:
    """The inputs by their names; `values` is what stands in the fields, by the field's id."""
    made: dict[str, Any] = {}
    for field in fields:
        present = values.get(field.id)
        required = field.is_required and not (field.kind is FieldKind.FILE and present)
        told = {"description": _hint(field), "required": required}
        made[field.key] = MAKERS[field.kind](field, present, told)
        if field.kind is FieldKind.FILE and present and not field.is_required:
            made[field.key + OUT] = CheckField(_("„%(file)s“ entfernen", file=present))
    return made


def defaults(fields: Sequence[CustomField], values: Mapping[int, Any]) -> dict[str, Any]:
    """What stands in the inputs when the form is opened."""
    shown = {}
    for field in fields:
        value = values.get(field.id)
        if isinstance(value, bool):
            value = next(word for word, flag in FLAGS.items() if flag is value)
        shown[field.key] = None if field.kind is FieldKind.FILE else value
    return shown


def entered(typed: Mapping[str, Any], fields: Sequence[CustomField]) -> dict[CustomField, Any]:
    """What was entered into those of the fields that the form had, as the operation takes it."""
    values = {}
    for field in fields:
        if field.key not in typed:
            continue
        value = typed[field.key]
        if field.kind is FieldKind.YES_NO:
            value = FLAGS.get(value)
        values[field] = REMOVED if value is None and typed.get(field.key + OUT) else value
    return values


def _hint(field: CustomField) -> str:
    """What stands below the input: the hint, and what a sensitive field is needed for."""
    purpose = _("Zweck: %(purpose)s", purpose=field.purpose) if field.purpose else ""
    return " ".join(filter(None, (field.hint, purpose)))


def _file(field: CustomField, present: Any, told: dict[str, Any]) -> Any:
    now = _("Jetzt: %(file)s. Eine neue Datei ersetzt sie.", file=present) if present else ""
    return CheckedUpload(field.label, **told | {"description": now or _hint(field)})


def _choice(field: CustomField, present: Any, told: dict[str, Any]) -> Any:
    options = dict.fromkeys([*field.options, *([present] if present else [])])
    return OptionField(field.label, {option: option for option in options}, **told)


def _flag(field: CustomField, present: Any, told: dict[str, Any]) -> Any:
    return OptionField(field.label, {"yes": _("Ja"), "no": _("Nein")}, **told)


MAKERS: dict[FieldKind, Callable[[CustomField, Any, dict[str, Any]], Any]] = {
    FieldKind.TEXT: lambda field, present, told: TextField(field.label, **told),
    FieldKind.LONG_TEXT: lambda field, present, told: LongTextField(field.label, **told),
    FieldKind.NUMBER: lambda field, present, told: DecimalField(field.label, **told),
    FieldKind.DATE: lambda field, present, told: DateField(field.label, **told),
    FieldKind.YES_NO: _flag,
    FieldKind.CHOICE: _choice,
    FieldKind.FILE: _file,
}
