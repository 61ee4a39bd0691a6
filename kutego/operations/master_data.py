"""The one operation behind every form of master data: customers, courses, settings …"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import String, inspect

from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import ConcurrentChange, DomainError
from kutego.labelled import Labelled
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _

R = TypeVar("R", bound=Any)  # any model with a `revision`
Rule = Callable[[Any, Actor], None]

_rules: dict[type[Base], Rule] = {}


def rule_for(model: type[Base]) -> Callable[[Rule], Rule]:
    """Register what must hold for a record of `model` before it is saved.

    The rule may complete and normalise the record; it raises `DomainError` where it says no.
    """

    def register(rule: Rule) -> Rule:
        _rules[model] = rule
        return rule

    return register


@operation
def save_record(
    record: R, values: Mapping[str, Any], *, revision: int | None = None, by: Actor
) -> R:
    """Create or change a record of master data; every changed field goes into the history.

    `revision` is what the form was opened with; somebody else's save in between is refused.
    """
    is_new = record.id is None
    if not is_new and revision is not None and revision != record.revision:
        raise ConcurrentChange(
            _(
                "Jemand anderes hat „%(record)s“ inzwischen geändert. Ihre Eingaben sind noch da: "
                "Bitte die Seite neu laden, die Änderungen ansehen und dann erneut speichern.",
                record=record,
            )
        )
    with db.session.no_autoflush:
        for name, value in values.items():
            setattr(record, name, clean(record, name, value))
        if (rule := _rules.get(type(record))) is not None:
            rule(record, by)
    changes: dict[str, Any] = {} if is_new else changed_fields(record)
    if is_new:
        db.session.add(record)
        log_activity(record, f"{record.__tablename__}.created", by=by)
    elif changes:
        record.revision += 1
        log_activity(record, f"{record.__tablename__}.changed", by=by, personal=changes)
    return record


def clean(record: Base, name: str, value: Any) -> Any:
    """Trim a text, make an empty one None, and refuse what the column cannot hold."""
    if isinstance(value, str) and not isinstance(value, Labelled):
        value = value.replace("\r\n", "\n").strip()
        if not value.isprintable() and any(ord(c) < 32 and c not in "\n\t" for c in value):
            raise DomainError(_("Bitte nur druckbare Zeichen eingeben (%(name)s).", name=name))
        most = _most_letters(type(record), name)
        if most and len(value) > most:
            raise DomainError(
                _(
                    "„%(start)s …“ ist zu lang: höchstens %(most)s Zeichen.",
                    start=value[:20],
                    most=most,
                )
            )
        return value or None
    return value


@cache
def _most_letters(model: type[Base], name: str) -> int | None:
    kind = inspect(model).columns[name].type
    return kind.length if isinstance(kind, String) else None


INTERNAL = {
    "sort_name", "search", "revision", "updated_at", "updated_by",
    "password_hash", "session_stamp", "smtp_password", "imap_password",
    "letter_key", "sms_key",
}  # fmt: skip


def changed_fields(record: Base) -> dict[str, Any]:
    """Every column that differs from what is stored: `{name: [old, new]}`."""
    changes: dict[str, Any] = {}
    state = inspect(record)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in INTERNAL or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            changes[attribute.key] = [old, new]
    return changes
