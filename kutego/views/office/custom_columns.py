"""The house's own fields as columns and as a card of the customers (spec ADM-08)."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from kutego.models import Customer, CustomField, CustomValue, FieldKind, FieldTarget
from kutego.models.custom_field import COLUMNS
from kutego.texts import gettext as _
from kutego.views.office.custom_known import fields_of
from kutego.views.panel import Card, Column

UNSORTED = (FieldKind.LONG_TEXT, FieldKind.FILE)
KINDS = {FieldKind.NUMBER: "decimal", FieldKind.DATE: "date", FieldKind.YES_NO: "flag"}


def custom_columns() -> list[Column]:
    """A column for each field in use that the user may see."""
    return [_column(field) for field in fields_of(FieldTarget.CUSTOMER)]


def custom_cards() -> list[Card]:
    """The card of the record page; none where there are no fields."""
    keys = [field.key for field in fields_of(FieldTarget.CUSTOMER)]
    return [Card(_("Zusatzfelder"), *keys)] if keys else []


def row_of(customer: Customer, field: CustomField) -> CustomValue | None:
    """What stands in a field for a customer."""
    return next((v for v in customer.custom_values if v.field_id == field.id), None)


def values_of(customer: Customer, fields: list[CustomField]) -> dict[int, Any]:
    """What stands in the fields for a customer, by the field's id."""
    rows = {value.field_id: value for value in customer.custom_values}
    return {f.id: getattr(rows[f.id], COLUMNS[f.kind]) for f in fields if f.id in rows}


def _column(field: CustomField) -> Column:
    name = COLUMNS[field.kind]

    def value(customer: Customer) -> Any:
        row = row_of(customer, field)
        return getattr(row, name) if row is not None else None

    def link(customer: Customer) -> str | None:
        row = row_of(customer, field)
        if row is None:
            return None
        return url_for("documents.custom_file", value_id=row.id, name=row.text)

    stored = select(getattr(CustomValue, name)).where(
        CustomValue.field_id == field.id,
        CustomValue.customer_id == Customer.id,
        CustomValue.participant_id.is_(None),
    )
    return Column(
        field.key,
        field.label,
        value=value,
        kind=KINDS.get(field.kind, "text"),
        sort=None if field.kind in UNSORTED else stored.correlate(Customer).scalar_subquery(),
        load=("custom_values",),
        link=link if field.kind is FieldKind.FILE else None,
        shown=field.in_list,
    )
