"""Frozen rows in chains: each carries a hash over its content and the row before it.

One chain per customer, so that writers of different customers never wait for each other, and
chain 0 for the house. Heads stand in a table of their own, so that a cut tail shows.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import ColumnDefault, ForeignKey, Index, String, Table, event, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from kutego.db import Base, Frozen
from kutego.models.ids import next_id
from kutego.money import Hundredths, Money

HOUSE = 0
START = "0" * 64
LATER = {"later": True}  # for `info` of a column that a chained table got after its first rows


class ChainHead(Base):
    """The newest link of a chain: how many rows it has and the hash of the last."""

    __tablename__ = "chain_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Chained(Frozen):
    """A frozen row that is a link of its customer's chain, or of the house's without a customer."""

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


@event.listens_for(Chained, "instrument_class", propagate=True)
def _index(_mapper, kind):
    """No two rows of a table may be the same link, and a chain is read in its order."""
    table = kind.__table__
    Index(f"ix_{table.name}_chain_seq", table.c.chain, table.c.seq, unique=True)


class ChainSeal(Chained, Base):
    """The house's note of a head: after it, neither the chain nor its head can be cut unseen."""

    __tablename__ = "chain_seal"
    __table_args__ = (Index("ix_chain_seal_sealed_chain_count", "sealed_chain", "count"),)

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    sealed_chain: Mapped[int]
    count: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


def digest(table: Table, row: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the hash before, the table's name and every column but the hash itself.

    A column that came `LATER` counts only where it holds something: the rows that were there
    before it keep their hash.
    """
    content = {
        name: _plain(row[name], is_decimal)
        for name, is_decimal, is_later in _columns(table)
        if not is_later or row[name] is not None
    }
    text = json.dumps([previous, table.name, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _columns(table: Table) -> list[tuple[str, bool, bool]]:
    return [
        (column.name, isinstance(column.type, Money | Hundredths), "later" in column.info)
        for column in table.columns
        if column.name != "hash"
    ]


@cache
def _defaults(table: Table) -> list[tuple[str, Any]]:
    given = [(column.key, column.default) for column in table.columns]
    return [(key, default.arg) for key, default in given if isinstance(default, ColumnDefault)]


def _plain(value: Any, is_decimal: bool) -> Any:
    """As the database gives it back, however it was given: 19 as 19.00, Berlin's noon as UTC."""
    if value is None:
        return None
    if is_decimal:
        return f"{Decimal(value):.2f}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


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
    if row.id is None:  # it is part of the hash
        row.id = next_id(session, connection, table)
    row.chain = getattr(row, "customer_id", None) or HOUSE
    for key, default in _defaults(table):
        if getattr(row, key) is None:
            setattr(row, key, default)
    heads = session.info.setdefault("chains", {})
    if row.chain not in heads:
        heads[row.chain] = _read_head(connection, row.chain)
    count, previous = heads[row.chain]
    row.seq = count + 1
    row.hash = digest(table, {c.name: getattr(row, c.key) for c in table.columns}, previous)
    heads[row.chain] = (row.seq, row.hash)
    _remember_heads(session)


@event.listens_for(Session, "before_flush")
def _read_heads(session: Session, _context: Any, _instances: Any) -> None:
    """The heads of all customers of a flush at once, in one order, instead of one by one."""
    heads = session.info.setdefault("chains", {})
    rows = (row for row in session.new if isinstance(row, Chained))
    ids = {getattr(row, "customer_id", None) or HOUSE for row in rows}
    asked = sorted(ids - heads.keys() - {HOUSE})
    if len(asked) < 2:
        return
    query = select(ChainHead.chain, ChainHead.count, ChainHead.hash)
    query = query.where(ChainHead.chain.in_(asked)).order_by(ChainHead.chain).with_for_update()
    for chain, count, last in session.connection().execute(query):
        heads[chain] = (count, last)


def begin_chains(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Make `rows` the first links of chains that nobody can have begun: those of new customers.

    The rows hold every column but the link's own; they are still to be inserted.
    """
    heads = session.info.setdefault("chains", {})
    for row in rows:
        row["chain"], row["seq"] = row["customer_id"], 1
        row["hash"] = digest(table, row, START)
        heads[row["chain"]] = (1, row["hash"])
    _remember_heads(session)


def _remember_heads(session: Session) -> None:
    finishers = session.info.setdefault("before_commit", [])
    if _write_heads not in finishers:
        finishers.append(_write_heads)


def _read_head(connection, chain: int) -> tuple[int, str]:
    query = select(ChainHead.count, ChainHead.hash).where(ChainHead.chain == chain)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        # a head of nothing, so that the next one who begins this chain waits for us
        insert = _insert(connection).values(chain=chain, count=0, hash=START)
        connection.execute(insert.on_conflict_do_nothing())
        row = connection.execute(query.with_for_update()).one()
    return row.count, row.hash


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
    insert = _insert(connection)
    statement = insert.on_conflict_do_update(
        index_elements=["chain"],
        set_={"count": insert.excluded["count"], "hash": insert.excluded.hash},
    )
    connection.execute(statement, heads)


def _insert(connection):
    postgresql = connection.dialect.name == "postgresql"
    return (postgresql_insert if postgresql else sqlite_insert)(ChainHead.__table__)
