"""What nobody needs any more: failed logins, used submission keys, old job runs (GDPR Art. 5)."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import JobRun, LoginAttempt, SubmissionKey

KEPT = {  # the moment that counts, and for how long
    LoginAttempt: (LoginAttempt.at, timedelta(days=30)),
    SubmissionKey: (SubmissionKey.at, timedelta(days=30)),
    JobRun: (JobRun.started_at, timedelta(days=90)),  # problems name customers
}


def count_old_rows() -> dict[str, int]:
    """How many rows of each kind are older than they are kept, by table."""
    return {
        kind.__tablename__: db.session.scalar(
            select(func.count()).select_from(kind).where(moment < clock.now() - age)
        )
        or 0
        for kind, (moment, age) in KEPT.items()
    }


def delete_old_rows() -> int:
    """Delete them; returns how many there were."""
    with transaction() as session:
        old = count_old_rows()
        for kind, (moment, age) in KEPT.items():
            session.execute(delete(kind).where(moment < clock.now() - age))
        return sum(old.values())
