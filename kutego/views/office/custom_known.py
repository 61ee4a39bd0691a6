"""The house's own fields as this request knows them: read once, and shown to whom they may be."""

from typing import Any

from flask import g
from flask_login import current_user
from sqlalchemy import select

from kutego.db import db
from kutego.models import CustomField, FieldTarget, Right
from kutego.texts import gettext as _

PREFIX = "custom_"


def known_fields() -> dict[str, CustomField]:
    """Every field by its key, those out of use too, in the order of the form."""
    if "_custom_fields" not in g:
        query = select(CustomField).order_by(CustomField.place, CustomField.id)
        g._custom_fields = {field.key: field for field in db.session.scalars(query)}
    fields: dict[str, CustomField] = g._custom_fields
    return fields


def fields_of(target: FieldTarget) -> list[CustomField]:
    """The fields in use of customers or participants that the user may see."""
    return [f for f in known_fields().values() if f.target is target and f.is_active and _open(f)]


def may_read(key: str) -> bool:
    """Whether the user may see what stands in a field; of one that is gone nobody knows."""
    field = known_fields().get(key)
    return _open(field) if field is not None else bool(current_user.may(Right.SENSITIVE_FIELDS))


def label_of(key: str) -> str:
    """What a field is called, as the history names it."""
    field = known_fields().get(key)
    return field.label if field is not None else _("Zusatzfeld")


def _open(field: CustomField) -> bool:
    may: Any = current_user.may
    return not field.is_sensitive or bool(may(Right.SENSITIVE_FIELDS))
