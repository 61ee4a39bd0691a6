"""Who has an appointment soon is reminded of it."""

from datetime import date

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Appointment
from kutego.operations.appointment_reminders import appointments_to_remind, remind_of_appointment
from kutego.operations.job_runs import Result
from kutego.operations.occupancy import span


def remind_appointments(on: date, dry_run: bool = False) -> Result:
    """Tell who has an appointment in the next days, where the house wants that."""
    ids = list(db.session.scalars(appointments_to_remind(on)))
    if dry_run:
        found = (db.session.get_one(Appointment, id_) for id_ in ids)
        return Result(plan=[f"{one}, {span(one.begins_at, one.ends_at)}" for one in found])
    result = Result()

    def remind(id_: int) -> int:
        one = db.session.get_one(Appointment, id_)
        return 1 if remind_of_appointment(one, on=on, by=SYSTEM) else 0

    each(Appointment, ids, remind, result)
    return result
