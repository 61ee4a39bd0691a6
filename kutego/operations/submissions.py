"""Forms that are sent twice: by a double click, a reload, or after a lost connection."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from kutego import clock
from kutego.db import Base, db, transaction
from kutego.models import SubmissionKey


def once(key: str, call: Callable[[], Base | None]) -> Base | None:
    """Run `call` and remember `key` with it; a used key returns what it made the first time."""
    try:
        with transaction() as session:
            if (used := session.get(SubmissionKey, key)) is not None:
                return _result(used)
            used = SubmissionKey(key=key, at=clock.now())
            session.add(used)
            session.flush()  # on PostgreSQL a second click waits here until the first is through
            result = call()
            session.flush()
            if isinstance(result, Base):
                used.result_type, used.result_id = result.__tablename__, result.id
            return result
    except IntegrityError:
        used = db.session.get(SubmissionKey, key)
        if used is None:
            raise
        return _result(used)


def _result(used: SubmissionKey) -> Base | None:
    if used.result_type is None:
        return None
    kinds = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return db.session.get(kinds[used.result_type], used.result_id)
