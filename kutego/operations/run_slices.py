"""Mass runs that write several records together: one wait for the disk instead of twenty."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.interfaces import ORMOption

from kutego.db import db, lock

SLICE = 20  # records per transaction: short enough for a clerk who waits for it
F = TypeVar("F", bound=Callable[..., Any])


def _nothing(_records: Sequence[Any]) -> None: ...


def in_slices(
    *load: Callable[[], Sequence[ORMOption]], ahead: Callable[[Any], None] = _nothing
) -> Callable[[F], F]:
    """Mark an operation that may share a transaction with others of its kind.

    It locks no more than the roots of its records: these are locked in order beforehand. `load`
    is what it reads of each record, to be read for all of them at once, and `ahead(records)`
    asks beforehand what it would ask for each.
    """

    def mark(operation: F) -> F:
        operation.in_slices = load  # type: ignore[attr-defined]
        operation.read_ahead = ahead  # type: ignore[attr-defined]
        return operation

    return mark


def is_sliced(operation: Callable[..., Any]) -> bool:
    """Whether several records may be written in one transaction."""
    return hasattr(operation, "in_slices")


def locked_records(operation: Callable[..., Any], model: Any, ids: Sequence[int]) -> dict[int, Any]:
    """The records by id, locked, with what the operation reads of them."""
    options = [option for load in operation.in_slices for option in load()]  # type: ignore[attr-defined]
    query = select(model).where(model.id.in_(ids)).order_by(model.id)
    session = db.session()
    if session.get_bind().dialect.name != "sqlite":  # there the one writer is us
        lock(session, session.scalars(query).all())
    found = session.scalars(query.options(*options).execution_options(populate_existing=True))
    records = {record.id: record for record in found}
    operation.read_ahead([*records.values()])  # type: ignore[attr-defined]
    return records
