"""Tasks: what an employee has to do, from a note whose day has come or by a rule (spec NOT)."""

from datetime import date

from sqlalchemy import ColumnElement, Select, TextClause, func, select, update

from kutego import clock
from kutego.actor import Actor
from kutego.channels import site
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import Customer, Employee, EmployeeState, Message, Right, Role, Task, TaskState
from kutego.models.note import IS_OPEN
from kutego.operations.activity import log_activity
from kutego.operations.messages import queue_message
from kutego.texts import gettext as _
from kutego.texts import search_key

MOST = 5000  # characters of a text
LISTED = 20  # tasks in one mail


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


@operation
def complete_task(task: Task, *, on: date, by: Actor) -> None:
    """The task is done; so is the follow-up of the note it came of."""
    task.move_to(TaskState.DONE)
    task.done_at, task.done_by = clock.now(), by.name
    if task.note is not None and task.note.follow_up_on == task.due_on:
        task.note.done_at, task.note.done_by = task.done_at, by.name
    log_activity(task, "task.done", by=by, due_on=task.due_on)


@operation
def reopen_task(task: Task, *, on: date, by: Actor) -> None:
    """The task was not done after all. One that was moved has its new date instead."""
    if task.state is TaskState.MOVED:
        raise DomainError(_("Die Aufgabe wurde verschoben und kommt an ihrem neuen Tag wieder."))
    task.move_to(TaskState.OPEN)
    task.done_at = task.done_by = None
    task.employee = responsible(task.employee)  # who has left meanwhile would never see it
    if task.note is not None and task.note.follow_up_on == task.due_on:
        task.note.done_at = task.note.done_by = None
    log_activity(task, "task.reopened", by=by, due_on=task.due_on)


@operation
def reassign_task(task: Task, *, employee: Employee, on: date, by: Actor) -> None:
    """Give an open task to somebody else, and the note it came of."""
    if task.state is not TaskState.OPEN:
        raise DomainError(_("Die Aufgabe ist nicht mehr offen."))
    refuse_absent(employee)
    if task.employee_id == employee.id:
        raise DomainError(_("%(name)s hat diese Aufgabe schon.", name=employee.name))
    task.employee = employee
    if task.note is not None:
        task.note.employee = employee
    log_activity(task, "task.reassigned", by=by, personal={"employee": employee.name})


def hand_over_tasks(employee: Employee) -> int:
    """Give the open tasks of somebody who leaves to the owner (NOT-06). Joins the transaction."""
    owner = responsible(None)
    mine = update(Task).where(Task.employee_id == employee.id, Task.state == TaskState.OPEN)
    given = mine.values(employee_id=owner.id if owner else None).returning(Task.id)
    return len(db.session.scalars(given).all())


# --- questions --------------------------------------------------------------------------------


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


def refuse_absent(employee: Employee | None) -> None:
    """Nobody who cannot log in or read notes is given something to do."""
    if employee is not None and not (employee.is_active and employee.may(Right.NOTES)):
        raise DomainError(
            _("%(name)s kann sich nicht anmelden oder keine Aufgaben sehen.", name=employee.name)
        )


def due_tasks(employee_id: int, on: date) -> Select[Task]:
    """The open tasks of an employee whose day has come, the oldest first."""
    return select(Task).where(*_is_due(employee_id, on)).order_by(Task.due_on, Task.id)


def count_due_tasks(employee_id: int, on: date) -> Select[int]:
    """How many those are."""
    return select(func.count(Task.id)).where(*_is_due(employee_id, on))


def _is_due(employee_id: int, on: date) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return IS_OPEN, Task.employee_id == employee_id, Task.due_on <= on


# --- the mail of the day ----------------------------------------------------------------------


def employees_to_tell(on: date) -> Select[int]:
    """The ids of employees who have something to do and were not told of it on that day."""
    waiting = select(Task.id).where(
        Task.employee_id == Employee.id, Task.state == TaskState.OPEN, Task.due_on <= on
    )
    return (
        select(Employee.id)
        .where(
            Employee.state == EmployeeState.ACTIVE,
            Employee.told_on.is_(None) | (Employee.told_on < on),
            waiting.exists(),
        )
        .order_by(Employee.id)
    )


@operation
def tell_of_tasks(employee: Employee, *, on: date, by: Actor) -> Message | None:
    """Write an employee one mail about what is to be done, at most one a day.

    It names customers by number only, and no text of a note: mails travel readably.
    """
    if employee.told_on is not None and employee.told_on >= on:
        return None
    tasks = db.session.scalars(due_tasks(employee.id, on)).all()
    if not tasks:
        return None
    employee.told_on = on
    return queue_message(
        None, "task_digest", recipient=employee.email, attachments=(), employee=employee,
        tasks=tasks[:LISTED], count=len(tasks), on=on, link=site.link,
        overdue=sum(task.due_on < on for task in tasks),
    )  # fmt: skip
