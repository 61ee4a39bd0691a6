"""The history: one line for everything that was done, in the transaction of the change itself."""

import hashlib
import json
import secrets
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import insert

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db
from kutego.models import Activity, ActivityDetail, Customer
from kutego.models.chain import begin_chains
from kutego.models.ids import give_id, next_ids
from kutego.texts import gettext as _


def log_activity(
    subject: Base,
    action: str,
    *,
    by: Actor,
    personal: dict[str, object] | None = None,
    **facts: object,
) -> Activity:
    """Add a line to the history of `subject` and of its customer.

    `action` is noun.past-participle. `facts` are numbers, amounts and dates; names, addresses and
    free text about a person go into `personal`, which can be erased without breaking the chain.
    """
    if subject.id is None:
        db.session.flush()
    if by.is_outside:
        personal = {**(personal or {}), "sender": by.name}
    salt = secrets.token_hex(16)
    plain = _plain(personal) if personal else None
    activity = Activity(
        customer_id=_customer_id(subject),
        at=clock.now(),
        actor=_("Kunde") if by.is_outside else by.name,
        action=action,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        facts=_plain(facts),
        personal_digest=personal_digest(salt, plain) if plain else None,
    )
    if plain:  # without a flush: a run writes the lines of many records together
        give_id(activity)
        db.session.add(ActivityDetail(activity_id=activity.id, salt=salt, facts=plain))
    db.session.add(activity)
    return activity


def log_new_customers(ids: list[int], *, by: Actor) -> None:
    """The first line in the history of many new customers, written together."""
    session = db.session()
    connection = session.connection()
    table = Activity.metadata.tables[Activity.__tablename__]
    rows: list[dict[str, Any]] = [
        {
            "id": line_id, "customer_id": customer_id, "at": clock.now(), "actor": by.name,
            "action": "customer.created", "subject_type": Customer.__tablename__,
            "subject_id": customer_id, "facts": {}, "personal_digest": None,
        }
        for customer_id, line_id in zip(
            ids, next_ids(session, connection, table, len(ids)), strict=True
        )
    ]  # fmt: skip
    begin_chains(session, table, rows)
    session.execute(insert(table), rows)


def personal_digest(salt: str, facts: dict[str, Any]) -> str:
    """The salted SHA-256 that the chain holds in place of personal facts."""
    text = json.dumps([salt, facts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _customer_id(subject: Base) -> int | None:
    if isinstance(subject, Customer):
        return subject.id
    known: int | None = getattr(subject, "customer_id", None)
    if known is not None:
        return known
    customer = getattr(subject, "customer", None)  # a row that is still to be written
    return customer.id if customer is not None else None


def _plain(facts: dict[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in facts.items()}


def _value(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _value(item) for name, item in value.items()}
    return value if isinstance(value, int | bool | None) else str(value)
