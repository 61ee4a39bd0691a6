"""What stands in the house's own fields of a customer or participant: checked, kept, told."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomField, CustomValue, FieldKind, FieldTarget, Participant
from kutego.models.custom_field import COLUMNS
from kutego.money import MOST, is_amount, percent
from kutego.operations.activity import log_activity
from kutego.operations.customers import note_change
from kutego.operations.uploads import Upload
from kutego.texts import gettext as _

LONGEST = {FieldKind.TEXT: 200, FieldKind.LONG_TEXT: 5000}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
TARGETS = {Customer: FieldTarget.CUSTOMER, Participant: FieldTarget.PARTICIPANT}


class Removed:
    """Stands for a file that is taken out; no file at all leaves the one that is there."""


REMOVED = Removed()


@operation
def save_values(
    owner: Customer | Participant, values: Mapping[CustomField, Any], *, by: Actor
) -> None:
    """Write what was entered into fields; those not among `values` stay as they are.

    A value has the type of its field; None empties it. Refuses what does not fit the type, and an
    empty field that must be filled in.
    """
    kept = {value.field_id: value for value in _values_of(owner)}
    changes = {}
    for field, raw in values.items():
        if field.target is not TARGETS[type(owner)]:
            raise DomainError(_("„%(field)s“ ist kein Feld dieses Eintrags.", field=field))
        old = kept.get(field.id)
        new = _checked(field, raw, old)
        if isinstance(raw, Upload) or new != (old.value if old else None):
            changes[field.key] = [old and told(field, old.value), told(field, new)]
            _write(owner, field, old, new, raw)
    if not changes:
        return
    if isinstance(owner, Customer):
        db.session.flush()
        db.session.expire(owner, ["custom_values"])
        note_change(owner, by=by)
    else:
        owner.revision += 1
    log_activity(owner, f"{owner.__tablename__}.fields_changed", by=by, personal=dict(changes))


def told(field: CustomField, value: Any) -> Any:
    """A value as the history keeps it: a number as it is read, not as an amount."""
    return percent(value) if isinstance(value, Decimal) else value


# --- parts ------------------------------------------------------------------------------------


def _values_of(owner: Customer | Participant) -> list[CustomValue]:
    if owner.id is None:
        db.session.flush()
    query = select(CustomValue).where(CustomValue.participant_id == owner.id)
    if isinstance(owner, Customer):
        query = select(CustomValue).where(
            CustomValue.customer_id == owner.id, CustomValue.participant_id.is_(None)
        )
    return list(db.session.scalars(query))


def _write(
    owner: Customer | Participant, field: CustomField, old: CustomValue | None, new: Any, raw: Any
) -> None:
    if new is None:
        if old is not None:
            db.session.delete(old)
        return
    row = old or CustomValue(field=field)
    if old is None:
        is_participant = isinstance(owner, Participant)
        row.customer_id = owner.customer_id if isinstance(owner, Participant) else owner.id
        row.participant_id = owner.id if is_participant else None
        db.session.add(row)
    setattr(row, COLUMNS[field.kind], new)
    if isinstance(raw, Upload):
        row.sha256, row.media_type, row.size = files.store(raw.data), raw.media_type, len(raw.data)


def _checked(field: CustomField, raw: Any, old: CustomValue | None) -> Any:
    """The value as it is stored, or a refusal that names the field."""
    try:
        value = CHECKS[field.kind](field, raw, old.value if old else None)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise DomainError(_("„%(field)s“: ", field=field) + str(error)) from error
    if value is None and field.is_required:
        raise DomainError(_("„%(field)s“ muss ausgefüllt sein.", field=field))
    return value


def _text(field: CustomField, raw: Any, old: Any) -> str | None:
    text = str(raw or "").replace("\r\n", "\n").strip()
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        raise ValueError(_("Bitte nur druckbare Zeichen eingeben."))
    if len(text) > LONGEST[field.kind]:
        raise ValueError(_("Bitte höchstens %(most)s Zeichen.", most=LONGEST[field.kind]))
    return text or None


def _number(field: CustomField, raw: Any, old: Any) -> Decimal | None:
    if raw is None:
        return None
    if not is_amount(raw) or abs(raw) > MOST:
        raise ValueError(_("Bitte eine Zahl mit höchstens zwei Stellen nach dem Komma eingeben."))
    return raw


def _date(field: CustomField, raw: Any, old: Any) -> date | None:
    if raw is not None and not (isinstance(raw, date) and FIRST_DAY <= raw <= LAST_DAY):
        raise ValueError(_("Bitte ein Datum wie 23.11.2026 eingeben."))
    return raw


def _flag(field: CustomField, raw: Any, old: Any) -> bool | None:
    if raw not in (None, True, False):
        raise ValueError(_("Bitte Ja oder Nein wählen."))
    return raw


def _choice(field: CustomField, raw: Any, old: Any) -> str | None:
    if raw and raw not in field.options and raw != old:
        raise ValueError(_("Bitte aus der Liste wählen."))
    return raw or None


def _file(field: CustomField, raw: Any, old: Any) -> str | None:
    if raw is None:
        return old
    return None if isinstance(raw, Removed) else raw.name


CHECKS = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _flag,
    FieldKind.CHOICE: _choice,
    FieldKind.FILE: _file,
}
