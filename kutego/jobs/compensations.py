"""What was promised for called-off course days and could not be given at once."""

from datetime import date

from sqlalchemy import select

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import CompensationState, DayCompensation
from kutego.operations.day_compensations import compensate
from kutego.operations.job_runs import Result


def compensate_days(on: date, dry_run: bool = False) -> Result:
    """Try again what waits for its period to be billed; what is given is not given twice."""
    waiting = select(DayCompensation).where(DayCompensation.state == CompensationState.OPEN)
    rows = db.session.scalars(waiting.order_by(DayCompensation.id)).all()
    if dry_run:
        return Result(plan=[str(row) for row in rows])
    result = Result()
    ids = [row.id for row in rows]

    def give(compensation_id: int) -> int:
        row = compensate(db.session.get_one(DayCompensation, compensation_id), on=on, by=SYSTEM)
        return int(row.state is CompensationState.DONE)

    each(DayCompensation, ids, give, result)
    return result
