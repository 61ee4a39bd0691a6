"""Tasks: what an employee has to do, from a note whose day has come or by a rule (spec NOT)."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.models import Customer, Employee, EmployeeState, Right, Role, Task
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _
from kutego.texts import search_key

MOST = 5000  # characters of a text


def create_task(
    text: str,
    *,
    customer: Customer | None = None,
    employee: Employee | None = None,
    subject_of: Base | None = None,
    on: date,
    by: Actor,
) -> Task:
    """Give somebody something to do from today on. Joins the transaction of what it follows from.

    Without an `employee` it is for who asks, else for the owner. `subject_of` is the record that
    it is about, where that has a page.
    """
    text = given_text(text)
    if subject_of is not None and subject_of.id is None:
        db.session.flush()
    task = Task(
        customer=customer,
        employee=responsible(employee, by.employee_id),
        text=text,
        search=search_key(text),
        due_on=on,
        subject_type=subject_of.__tablename__ if subject_of is not None else None,
        subject_id=subject_of.id if subject_of is not None else None,
        created_at=clock.now(),
        created_by=by.name,
    )
    db.session.add(task)
    log_activity(task, "task.created", by=by, due_on=on)
    return task


def given_text(words: str | None) -> str:
    """What was written, without blanks around it. Refuses none, and more than 5,000 characters."""
    words = (words or "").replace("\r\n", "\n").strip()
    if not words:
        raise DomainError(_("Bitte einen Text eingeben."))
    if len(words) > MOST:
        raise DomainError(_("Der Text ist zu lang: höchstens 5.000 Zeichen."))
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in words):
        raise DomainError(_("Bitte nur druckbare Zeichen eingeben."))
    return words


def responsible(employee: Employee | None, author_id: int | None = None) -> Employee | None:
    """Who is told: the one named, else the author, and the owner for who has left (NOT-06).

    None only where the business has no owner who can log in.
    """
    named = employee
    if named is None and author_id is not None:
        named = db.session.get(Employee, author_id)
    if named is not None and named.is_active and named.may(Right.NOTES):
        return named
    owners = select(Employee).where(
        Employee.role == Role.OWNER, Employee.state == EmployeeState.ACTIVE
    )
    return db.session.scalar(owners.order_by(Employee.id).limit(1))
