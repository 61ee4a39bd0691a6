"""The house's own fields as columns and as a card, of customers and participants (ADM-08)."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from kutego.models import (
    Customer,
    CustomField,
    CustomValue,
    FieldKind,
    FieldTarget,
    Participant,
)
from kutego.models.custom_field import COLUMNS
from kutego.texts import gettext as _
from kutego.views.office.custom_known import fields_of
from kutego.views.panel import Card, Column

UNSORTED = (FieldKind.LONG_TEXT, FieldKind.FILE)
Owner = Customer | Participant
KINDS = {FieldKind.NUMBER: "decimal", FieldKind.DATE: "date", FieldKind.YES_NO: "flag"}

OWNERS: dict[FieldTarget, tuple[Any, Any]] = {
    FieldTarget.CUSTOMER: (
        Customer,
        (CustomValue.customer_id == Customer.id) & CustomValue.participant_id.is_(None),
    ),
    FieldTarget.PARTICIPANT: (Participant, CustomValue.participant_id == Participant.id),
}


def custom_columns(target: FieldTarget) -> list[Column]:
    """A column for each field in use that the user may see."""
    return [_column(field) for field in fields_of(target)]


def custom_cards(target: FieldTarget) -> list[Card]:
    """The card of the record page; none where there are no fields."""
    keys = [field.key for field in fields_of(target)]
    return [Card(_("Zusatzfelder"), *keys)] if keys else []


def row_of(owner: Owner, field: CustomField) -> CustomValue | None:
    """What stands in a field for a customer or participant."""
    return next((v for v in owner.custom_values if v.field_id == field.id), None)


def values_of(owner: Owner, fields: list[CustomField]) -> dict[int, Any]:
    """What stands in the fields for a customer or participant, by the field's id."""
    rows = {value.field_id: value for value in owner.custom_values}
    return {f.id: getattr(rows[f.id], COLUMNS[f.kind]) for f in fields if f.id in rows}


def _column(field: CustomField) -> Column:
    name = COLUMNS[field.kind]

    def value(owner: Owner) -> Any:
        row = row_of(owner, field)
        return getattr(row, name) if row is not None else None

    def link(owner: Owner) -> str | None:
        row = row_of(owner, field)
        if row is None:
            return None
        return url_for("documents.custom_file", value_id=row.id, name=row.text)

    model, mine = OWNERS[field.target]
    stored = select(getattr(CustomValue, name)).where(CustomValue.field_id == field.id, mine)
    return Column(
        field.key,
        field.label,
        value=value,
        kind=KINDS.get(field.kind, "text"),
        sort=None if field.kind in UNSORTED else stored.correlate(model).scalar_subquery(),
        load=("custom_values",),
        link=link if field.kind is FieldKind.FILE else None,
        shown=field.in_list,
    )
