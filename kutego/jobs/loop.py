"""How every job goes through its records: one after the other, one that fails stops no other."""

import logging
from collections.abc import Callable, Iterable

from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.operations.billing_run import FuseBlown
from kutego.operations.job_runs import Result

log = logging.getLogger(__name__)


def each(model: type[Base], ids: Iterable[int], work: Callable[[int], int], result: Result) -> bool:
    """Do one record after the other; one that is refused or fails does not stop the rest.

    Returns whether it went through; only a blown fuse stops it.
    """
    for record_id in ids:
        try:
            result.done += work(record_id)
        except FuseBlown as fuse:
            log.error("%s", fuse)
            result.failed += 1
            result.problems.append(str(fuse))
            return False
        except DomainError as refusal:
            result.refused += 1
            result.problems.append(f"{_name(model, record_id)}: {refusal}")
        except Exception as error:
            log.exception("%s %s", model.__tablename__, record_id)
            result.failed += 1
            result.problems.append(problem(_name(model, record_id), error))
    return True


def _name(model: type[Base], record_id: int) -> str:
    return str(db.session.get(model, record_id) or f"{model.__tablename__} {record_id}")


def problem(name: str, error: Exception) -> str:
    """The line about an error that nobody foresaw."""
    return f"{name}: {type(error).__name__}: {error}"[:500]
