"""Ids that are given before a row is written, so that other rows can name it at once.

An invoice, its version, positions, files and mail name each other by id. With the ids at hand
they are all written together at the end of the transaction instead of one after the other.
"""

from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.orm import Session

from kutego.db import Base, db

LAST = """SELECT max(
    (SELECT coalesce(max(id), 0) FROM "%s"),
    (SELECT coalesce(max(subject_id), 0) FROM activity WHERE subject_type = :table)
)"""


class Identified:
    """Marks a model whose rows get their ids by `give_id`, at the latest when they are written."""

    id: Any


def give_id(row: Any) -> int:
    """The id of a new row, given now if it has none yet. Call it inside a transaction."""
    if row.id is None:
        session = db.session()
        row.id = next_id(session, session.connection(), row.__table__)
    return row.id


def next_id(session: Session, connection: Connection, table: Table) -> int:
    """The next free id of a table; one that a rolled-back transaction drew is left out.

    The id of a deleted row is not given again as long as the history speaks of it.
    """
    if connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        return connection.scalar(text(f"SELECT nextval({sequence})"))
    ids = session.info.setdefault("ids", {})
    if table.name not in ids:
        # exact: SQLite has one writer at a time, and that is us
        last = text(LAST % table.name)
        ids[table.name] = connection.scalar(last, {"table": table.name}) or 0
    ids[table.name] += 1
    return ids[table.name]


def next_ids(session: Session, connection: Connection, table: Table, count: int) -> list[int]:
    """The next free ids, for many rows at once."""
    if connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        drawn = text(f"SELECT nextval({sequence}) FROM generate_series(1, :count)")
        return list(connection.scalars(drawn, {"count": count}))
    return [next_id(session, connection, table) for _place in range(count)]


@event.listens_for(Identified, "before_insert", propagate=True)
def _identify(_mapper: Any, connection: Connection, row: Base) -> None:
    if row.id is None:  # type: ignore[attr-defined]
        row.id = next_id(db.session(), connection, row.__table__)  # type: ignore[attr-defined, arg-type]
