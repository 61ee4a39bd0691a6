"""Frozen rows in chains: each carries a hash over its content and the row before it.

One chain per customer, so that writers of different customers never wait for each other, and
chain 0 for the house. Heads stand in a table of their own, so that a cut tail shows.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, String, Table, event, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from kutego.db import Base, Frozen

HOUSE = 0
START = "0" * 64


class ChainHead(Base):
    """The newest link of a chain: how many rows it has and the hash of the last."""

    __tablename__ = "chain_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Chained(Frozen):
    """A frozen row that is a link of its customer's chain, or of the house's without a customer."""

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int] = mapped_column(index=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ChainSeal(Chained, Base):
    """The house's note of a head: after it, neither the chain nor its head can be cut unseen."""

    __tablename__ = "chain_seal"

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    sealed_chain: Mapped[int]
    count: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


def digest(table: Table, row: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the hash before, the table's name and every column but the hash itself."""
    content = {column.name: _plain(row[column.name]) for column in table.columns}
    del content["hash"]
    text = json.dumps([previous, table.name, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def chained_models() -> list[type[Any]]:
    """Every chained class, by table name."""
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    return sorted(
        (kind for kind in classes if issubclass(kind, Chained)),
        key=lambda kind: kind.__tablename__,
    )


@event.listens_for(Chained, "before_insert", propagate=True)
def _link(_mapper, connection, row):
    session = object_session(row)
    table = row.__table__
    row.id = _next_id(session, connection, table)
    row.chain = getattr(row, "customer_id", None) or HOUSE
    for column in table.columns:
        if getattr(row, column.key) is None and column.default is not None:
            setattr(row, column.key, column.default.arg)
    heads = session.info.setdefault("chains", {})
    if row.chain not in heads:
        heads[row.chain] = _read_head(connection, row.chain)
    count, previous = heads[row.chain]
    row.seq = count + 1
    row.hash = digest(table, {c.name: getattr(row, c.key) for c in table.columns}, previous)
    heads[row.chain] = (row.seq, row.hash)
    finishers = session.info.setdefault("before_commit", [])
    if _write_heads not in finishers:
        finishers.append(_write_heads)


def _next_id(session: Session, connection, table: Table) -> int:
    """The id is part of the hash, so it must be known before the row is written."""
    if connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        return connection.scalar(text(f"SELECT nextval({sequence})"))
    ids = session.info.setdefault("ids", {})
    if table.name not in ids:
        # max(id) is exact: SQLite has one writer at a time, and that is us
        ids[table.name] = connection.scalar(text(f'SELECT max(id) FROM "{table.name}"')) or 0
    ids[table.name] += 1
    return ids[table.name]


def _read_head(connection, chain: int) -> tuple[int, str]:
    query = select(ChainHead.count, ChainHead.hash).where(ChainHead.chain == chain)
    row = connection.execute(query.with_for_update()).first()
    return (row.count, row.hash) if row else (0, START)


def _write_heads(session: Session) -> None:
    heads = [
        {"chain": chain, "count": count, "hash": last}
        for chain, (count, last) in session.info.get("chains", {}).items()
        if count
    ]
    if heads:
        write_heads(session.connection(), heads)


def write_heads(connection, heads: list[dict[str, Any]]) -> None:
    """Set the heads of chains, new or known."""
    postgresql = connection.dialect.name == "postgresql"
    insert = (postgresql_insert if postgresql else sqlite_insert)(ChainHead.__table__)
    statement = insert.on_conflict_do_update(
        index_elements=["chain"],
        set_={"count": insert.excluded["count"], "hash": insert.excluded.hash},
    )
    connection.execute(statement, heads)
