"""What nobody needs any more: failed logins and used submission keys (GDPR Art. 5 (1) e)."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import LoginAttempt, SubmissionKey

KEPT = timedelta(days=30)
KINDS = (LoginAttempt, SubmissionKey)


def count_old_rows() -> dict[str, int]:
    """How many rows of each kind are older than 30 days, by table."""
    return {
        kind.__tablename__: db.session.scalar(
            select(func.count()).select_from(kind).where(kind.at < clock.now() - KEPT)
        )
        or 0
        for kind in KINDS
    }


def delete_old_rows() -> int:
    """Delete them; returns how many there were."""
    with transaction() as session:
        old = count_old_rows()
        for kind in KINDS:
            session.execute(delete(kind).where(kind.at < clock.now() - KEPT))
        return sum(old.values())
