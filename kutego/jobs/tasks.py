"""Follow-ups come back on their day, and everybody is told once a day what there is to do."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Employee, Note
from kutego.operations.job_runs import Result
from kutego.operations.notes import notes_to_raise, raise_task
from kutego.operations.tasks import employees_to_tell, tell_of_tasks


def raise_tasks(on: date, dry_run: bool = False) -> Result:
    """Make tasks of the notes whose day has come; what three months have left over, once."""
    if dry_run:
        due = select(Note).where(Note.id.in_(notes_to_raise(on))).order_by(Note.id)
        notes = db.session.scalars(due.options(joinedload(Note.customer)))
        return Result(plan=[f"{note.customer}: {note}" for note in notes])
    ids, result = list(db.session.scalars(notes_to_raise(on))), Result()

    def raise_one(note_id: int) -> int:
        return int(raise_task(db.session.get_one(Note, note_id), on=on, by=SYSTEM) is not None)

    each(Note, ids, raise_one, result)
    return result


def mail_tasks(on: date, dry_run: bool = False) -> Result:
    """Write everybody who has something to do one mail a day."""
    if dry_run:
        due = select(Employee).where(Employee.id.in_(employees_to_tell(on))).order_by(Employee.id)
        return Result(plan=[employee.email for employee in db.session.scalars(due)])
    ids, result = list(db.session.scalars(employees_to_tell(on))), Result()

    def tell(employee_id: int) -> int:
        employee = db.session.get_one(Employee, employee_id)
        return int(tell_of_tasks(employee, on=on, by=SYSTEM) is not None)

    each(Employee, ids, tell, result)
    return result
