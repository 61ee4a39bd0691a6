"""The rows that change hands when two customers become one, and how they go back.

What becomes of each table is decided in `kutego.models.personal_tables`; here it is done.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Table, UniqueConstraint, select, update
from sqlalchemy import text as sql_text

from kutego.db import Base, db
from kutego.models import Customer, CustomerMerge, MergedRow
from kutego.models.personal import Holding, Merging
from kutego.models.personal_tables import HOLDINGS
from kutego.texts import gettext as _

OWNER = "customer_id"
# What happens to these by itself, or is read and answered, does not bind them to the new record.
LOOSE = frozenset(
    {"employee", "message", "message_file", "invitation", "mailing_recipient",
     "newsletter_consent"}
)  # fmt: skip
# Of these, what was changed since stays where it is; of all others it forbids to undo.
SOFT = frozenset(
    {"note", "task", "customer_file", "thread", "info_agent", "custom_value",
     "customer_group_member", "recipient_group_member"}
)  # fmt: skip


def moving() -> list[Holding]:
    """The tables whose rows go along."""
    return [h for h in HOLDINGS if h.merging in (Merging.MOVE, Merging.JOIN)]


def movable_ids(holding: Holding, source: Customer, target: Customer) -> list[int]:
    """The rows of the source that go over: not those that the target has already."""
    table = holding.rows
    rows = _rows_of(table, source)
    for columns, condition in _only_once(table):
        taken = {_values(row, columns) for row in _rows_of(table, target, condition)}
        bound = {row[_key(table).name] for row in _rows_of(table, source, condition)}
        rows = [
            row for row in rows
            if row[_key(table).name] not in bound or _values(row, columns) not in taken
        ]  # fmt: skip
    return [row[_key(table).name] for row in rows]


def move_rows(merge: CustomerMerge, source: Customer, target: Customer) -> dict[str, list[int]]:
    """Give the rows of the source to the target and note each; returns what moved, by table."""
    moved: dict[str, list[int]] = {}
    for holding in moving():
        table, ids = holding.rows, movable_ids(holding, source, target)
        if ids:
            _hand_over(table, ids, source.id, target.id)
            moved[table.name] = ids
    for name, ids in moved.items():
        table = Base.metadata.tables[name]
        stamps = {} if name in LOOSE else _stamps(table, ids, target.id)
        db.session.add_all(
            MergedRow(merge_id=merge.id, table_name=name, record_id=id_, stamp=stamps.get(id_))
            for id_ in ids
        )
    return moved


def obstacles(merge: CustomerMerge) -> list[str]:
    """What was done since that cannot be taken apart any more, by the names of the tables."""
    found = []
    for holding, rows in _moved(merge):
        table, ids = holding.rows, [row.record_id for row in rows]
        if table.name not in SOFT | LOOSE and len(_unchanged(table, rows, merge)) < len(ids):
            found.append(_("%(what)s: seitdem geändert", what=holding.title))
        if table.name not in LOOSE and (added := _added_since(table, ids, merge)):
            found.append(_("%(what)s: seitdem neu", what=", ".join(added)))
    return sorted(set(found))


def move_back(merge: CustomerMerge) -> dict[str, list[int]]:
    """Give back what moved and was not changed since; returns what went back, by table."""
    returned: dict[str, list[int]] = {}
    for holding, rows in _moved(merge):
        ids = _unchanged(holding.rows, rows, merge)
        if ids:
            _hand_over(holding.rows, ids, merge.customer_id, merge.source_id)
            returned[holding.table] = ids
    return returned


# --- parts ------------------------------------------------------------------------------------


def _key(table: Table) -> Column[Any]:
    """What names a row of this customer: its id, or in a list of members the group."""
    if "id" in table.c:
        return table.c.id
    return next(column for column in table.primary_key if column.name != OWNER)


def _rows_of(
    table: Table, customer: Customer, condition: ColumnElement[bool] | None = None
) -> list[Mapping[str, Any]]:
    query = select(table).where(table.c[OWNER] == customer.id).order_by(_key(table))
    if condition is not None:
        query = query.where(condition)
    return [dict(row) for row in db.session.execute(query).mappings()]


def _only_once(table: Table) -> Iterator[tuple[list[str], ColumnElement[bool] | None]]:
    """The columns that a customer can have but once with the same values, and among which rows."""
    for columns, condition in _unique_sets(table):
        names = [column.name for column in columns]
        if OWNER in names:
            yield [name for name in names if name != OWNER], condition


def _unique_sets(table: Table) -> Iterator[tuple[Any, ColumnElement[bool] | None]]:
    yield table.primary_key.columns, None
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield constraint.columns, None
    for index in table.indexes:
        if index.unique:
            yield index.columns, _condition(index)
    if table.c[OWNER].unique:
        yield [table.c[OWNER]], None


def _condition(index: Index) -> ColumnElement[bool] | None:
    where = index.dialect_options["sqlite"]["where"]
    return None if where is None else sql_text(str(where))  # type: ignore[return-value]


def _values(row: Mapping[str, Any], columns: list[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in columns)


def _hand_over(table: Table, ids: list[int], giver: int, taker: int) -> None:
    db.session.flush()
    theirs = (table.c[OWNER] == giver) & _key(table).in_(ids)
    db.session.execute(update(table).where(theirs).values({OWNER: taker}))


def _stamps(table: Table, ids: list[int], owner: int) -> dict[int, str]:
    query = select(table).where(table.c[OWNER] == owner, _key(table).in_(ids))
    return {
        row[_key(table).name]: _stamp(row) for row in db.session.execute(query).mappings().all()
    }


def _stamp(row: Mapping[Any, Any]) -> str:
    content = {str(name): str(value) for name, value in row.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _moved(merge: CustomerMerge) -> Iterator[tuple[Holding, list[MergedRow]]]:
    by_table: dict[str, list[MergedRow]] = {}
    for row in merge.rows:
        by_table.setdefault(row.table_name, []).append(row)
    for holding in moving():
        if holding.table in by_table:
            yield holding, by_table[holding.table]


def _unchanged(table: Table, rows: list[MergedRow], merge: CustomerMerge) -> list[int]:
    now = _stamps(table, [row.record_id for row in rows], merge.customer_id)
    return [
        row.record_id
        for row in rows
        if row.record_id in now and row.stamp in (None, now[row.record_id])
    ]


def _added_since(table: Table, ids: list[int], merge: CustomerMerge) -> list[str]:
    """The titles of tables in which the target has new rows that hang on rows that moved."""
    known = {(row.table_name, row.record_id) for row in merge.rows}
    found = []
    for holding in HOLDINGS:
        below = holding.rows
        if OWNER not in below.c or "id" not in below.c or holding.table in SOFT | LOOSE:
            continue
        for column in below.c:
            if not any(key.column.table is table for key in column.foreign_keys):
                continue
            hanging = select(below.c.id).where(column.in_(ids), below.c[OWNER] == merge.customer_id)
            if any((holding.table, id_) not in known for id_ in db.session.scalars(hanging)):
                found.append(holding.title)
    return found
