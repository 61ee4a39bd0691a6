"""The session, and the one way to change data: inside `transaction()`."""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Enum, MetaData, String, event, inspect, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, registry
from sqlalchemy.types import TypeDecorator

from kutego.errors import FrozenRecord
from kutego.labelled import Labelled
from kutego.money import Money

P = ParamSpec("P")
R = TypeVar("R")

RANKS = {"customer": 0, "course_date": 1}  # who is locked before whom; the rest after them
# what a savepoint takes back besides the rows
UNDONE = ("chains", "instalments", "locked", "ranges")

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator):
    """A moment in UTC. SQLite drops time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    if TYPE_CHECKING:
        id: Mapped[int]  # of nearly every table; the others are never handed around as records

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={
            Decimal: Money,
            datetime: Moment,
            str: String(200),
            dict[str, Any]: JSON,
            list[Any]: JSON,
            Labelled: Enum(
                Labelled,
                native_enum=False,
                create_constraint=False,
                length=30,
                values_callable=lambda kind: [member.value for member in kind],
            ),
        },
    )

    @property
    def lock_root(self) -> "Base | None":
        """The record whose lock guards every change to this one: a customer or a course date."""
        return getattr(self, "customer", None)


db = SQLAlchemy(model_class=Base)


class Frozen:
    """Marks rows that may be added but never changed or deleted. See `kutego.models.chain`."""


# --- writing ---------------------------------------------------------------------------------


@contextmanager
def transaction(*records: Base) -> Iterator[Session]:
    """Write all of the block or nothing. A block inside another joins it behind a savepoint.

    The outermost block drops what the caller has read so far and takes the write lock, so that
    every rule is checked against the data it then changes. `records` name what else is locked.
    """
    session = db.session()
    if session.info.get("writing"):
        kept = {name: session.info[name].copy() for name in UNDONE if name in session.info}
        try:
            with session.begin_nested():
                lock(session, records)
                yield session
        except BaseException:
            for name in UNDONE:
                session.info.pop(name, None)
            session.info.update(kept)
            raise
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Change data only inside a transaction.")
    session.rollback()
    with _write_lock(session):
        session.info["writing"] = True
        try:
            _begin_locked(session, records)
            yield session
            session.flush()
            for finish in session.info.get("before_commit", ()):
                finish(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.clear()


def operation(func: Callable[P, R]) -> Callable[P, R]:
    """Run the function in a transaction of its own or in its caller's, its first argument locked.

    The first argument is a record, or a list of records that are locked in one order.
    """

    @wraps(func)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction(*_records(args[0] if args else None)):
            return func(*args, **kwargs)

    run.is_operation = True  # type: ignore[attr-defined]  # read by the architecture tests
    return run


def lock(session: Session, records: Iterable[Base]) -> None:
    """Lock the lock roots of `records`: customers by id, then course dates by id.

    SQLite has one writer at a time already. PostgreSQL locks the rows until the transaction ends;
    what was read before is forgotten, as somebody else may have changed it while we waited.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    held = session.info.setdefault("locked", set())
    asked = _asked(session, records)
    if not asked:
        return
    for kind, id_ in sorted(asked, key=_place_in_line):
        session.execute(select(kind.id).where(kind.id == id_).with_for_update())
    held |= asked
    session.flush()
    session.expire_all()


def _begin_locked(session: Session, records: Iterable[Base]) -> None:
    """Begin to write, with the roots of `records` locked.

    While we waited a record may have gone to another root: two customers were merged. To lock that
    one as well could break the order, so we let go and begin again.
    """
    while True:
        session.connection(execution_options={"writing": True})
        lock(session, records)
        if session.get_bind().dialect.name == "sqlite" or not _asked(session, records):
            return
        session.rollback()
        session.info.pop("locked")


def _asked(session: Session, records: Iterable[Base]) -> set[tuple[type[Base], int]]:
    """The roots of `records` that are not locked yet."""
    roots = {root for record in records if (root := record.lock_root) is not None}
    asked = {(type(root), root.id) for root in roots if inspect(root).persistent}
    return asked - session.info.get("locked", set())


def _place_in_line(root: tuple[type[Base], int]) -> tuple[int, str, int]:
    name = root[0].__tablename__
    return RANKS.get(name, len(RANKS)), name, root[1]


def _records(first: object) -> tuple[Base, ...]:
    if isinstance(first, Base):
        return (first,)
    if isinstance(first, list | tuple):
        return tuple(record for record in first if isinstance(record, Base))
    return ()


@contextmanager
def _write_lock(session: Session) -> Iterator[None]:
    """SQLite's own waiting is not fair: a billing job would starve the office for seconds.

    Whoever writes passes a gate and then the lock; as only one can wait behind the gate, a job
    that writes in a row lets the clerk in between. PostgreSQL needs none of this.
    """
    bind = cast(Engine, session.get_bind())
    path = bind.url.database if bind.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    with open(Path(f"{path}.lock"), "a") as mutex:
        with open(Path(f"{path}.gate"), "a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(mutex, fcntl.LOCK_EX)
        yield


# --- the engine ------------------------------------------------------------------------------


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, _record):
    if not hasattr(connection, "create_function"):
        return
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    for pragma in (
        "busy_timeout = 10000",
        "journal_mode = WAL",
        "synchronous = FULL",  # an acknowledged deposit survives a power cut
        "foreign_keys = ON",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@event.listens_for(Engine, "begin")
def _begin(connection):
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


# --- what the ORM refuses ---------------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _refuse_changes(session, _context, _instances):
    if not session.info.get("writing"):
        raise RuntimeError("Change data only inside a transaction.")
    for row in session.deleted:
        if isinstance(row, Frozen):
            raise FrozenRecord(f"{row!r} may not be deleted")
    for row in session.dirty:
        if isinstance(row, Frozen) and session.is_modified(row, include_collections=False):
            raise FrozenRecord(f"{row!r} may not be changed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state):
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    if not state.session.info.get("writing"):
        raise RuntimeError("Change data only inside a transaction.")
    mapper = state.bind_mapper
    frozen = mapper is not None and issubclass(mapper.class_, Frozen)
    if frozen and not state.is_insert:
        raise FrozenRecord(f"rows of {mapper.class_.__name__} may not be changed")
