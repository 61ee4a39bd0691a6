"""Notes about customers and their follow-ups, which become tasks on their day (spec NOT)."""

from datetime import date

from sqlalchemy import Select, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Employee, Note, Task, TaskState
from kutego.operations.activity import log_activity
from kutego.operations.tasks import complete_task, given_text, refuse_absent, responsible
from kutego.texts import gettext as _
from kutego.texts import search_key


@operation
def add_note(
    customer: Customer,
    *,
    text: str,
    follow_up_on: date | None = None,
    employee: Employee | None = None,
    on: date,
    by: Actor,
) -> Note:
    """Note something about a customer. With a date it comes back as a task, at once where it is
    today or past (NOT-09); `employee` is told, else the author.
    """
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert: Es kommt nichts mehr in die Akte."))
    refuse_absent(employee)
    text = given_text(text)
    note = Note(
        customer=customer,
        text=text,
        search=search_key(text),
        follow_up_on=follow_up_on,
        employee=employee,
        author_id=by.employee_id,
        created_at=clock.now(),
        created_by=by.name,
    )
    db.session.add(note)
    if follow_up_on is None:
        log_activity(note, "note.created", by=by)
    else:
        log_activity(note, "note.planned", by=by, follow_up_on=follow_up_on)
    _raise_where_due(note, on, by)
    return note


@operation
def edit_note(
    note: Note,
    *,
    text: str,
    follow_up_on: date | None = None,
    employee: Employee | None = None,
    on: date,
    by: Actor,
) -> None:
    """Correct a note. When it was written stays, and when it was edited is added (NOT-10).

    Another date arms it anew, whatever became of the date before (NOT-08).
    """
    text = given_text(text)
    if employee is not None and employee.id != note.employee_id:
        refuse_absent(employee)
    named = employee.id if employee else None
    if (text, follow_up_on, named) == (note.text, note.follow_up_on, note.employee_id):
        raise DomainError(_("An der Notiz wurde nichts geändert."))
    changes = _changes(note, text, follow_up_on, employee)
    note.text, note.search, note.employee = text, search_key(text), employee
    note.edited_at, note.edited_by = clock.now(), by.name
    note.revision += 1
    log_activity(note, "note.changed", by=by, personal=changes)
    _arm(note, follow_up_on, on, by)


@operation
def move_follow_up(note: Note, *, follow_up_on: date, on: date, by: Actor) -> None:
    """Put the follow-up off, or bring it forward; it comes back as a task on its new day."""
    if note.follow_up_on == follow_up_on:
        day = f"{follow_up_on:%d.%m.%Y}"
        raise DomainError(
            _("Die Wiedervorlage ist schon am %(day)s.", day=day)
            if note.done_at is None
            else _("Die Wiedervorlage vom %(day)s ist erledigt. Bitte einen anderen Tag wählen.",
                   day=day)
        )  # fmt: skip
    log_activity(note, "note.moved", by=by, old=note.follow_up_on, follow_up_on=follow_up_on)
    _arm(note, follow_up_on, on, by)


@operation
def reassign_note(note: Note, *, employee: Employee, on: date, by: Actor) -> None:
    """Let somebody else be told, of the task that is open already too."""
    refuse_absent(employee)
    if note.employee_id == employee.id:
        raise DomainError(_("%(name)s ist schon zuständig.", name=employee.name))
    note.employee = employee
    for task in _open_tasks(note):
        task.employee = employee
    log_activity(note, "note.reassigned", by=by, personal={"employee": employee.name})


@operation
def complete_note(note: Note, *, on: date, by: Actor) -> None:
    """The follow-up is done, also before its day."""
    if note.follow_up_on is None:
        raise DomainError(_("Die Notiz hat keine Wiedervorlage, die zu erledigen wäre."))
    if note.done_at is not None:
        raise DomainError(_("Die Wiedervorlage ist schon erledigt."))
    if tasks := _open_tasks(note):
        for task in tasks:
            complete_task(task, on=on, by=by)
        return
    note.done_at, note.done_by = clock.now(), by.name
    log_activity(note, "note.done", by=by, follow_up_on=note.follow_up_on)


@operation
def move_task(task: Task, *, due_on: date, on: date, by: Actor) -> None:
    """Put a task off to another day: of a note its follow-up, else the task itself."""
    if task.state is not TaskState.OPEN:
        raise DomainError(_("Die Aufgabe ist nicht mehr offen."))
    if task.note is not None:
        move_follow_up(task.note, follow_up_on=due_on, on=on, by=by)
        return
    if task.due_on == due_on:
        raise DomainError(_("Die Aufgabe ist schon am %(day)s fällig.", day=f"{due_on:%d.%m.%Y}"))
    log_activity(task, "task.moved", by=by, old=task.due_on, due_on=due_on)
    task.due_on = due_on


# --- on the day -------------------------------------------------------------------------------


def notes_to_raise(on: date) -> Select[int]:
    """The ids of notes whose day has come and that have not become a task of that day."""
    raised = select(Task.id).where(Task.note_id == Note.id, Task.due_on == Note.follow_up_on)
    return (
        select(Note.id)
        .where(Note.follow_up_on <= on, Note.done_at.is_(None), ~raised.exists())
        .order_by(Note.follow_up_on, Note.id)
    )


@operation
def raise_task(note: Note, *, on: date, by: Actor) -> Task | None:
    """Make the task of a note whose day has come; each of its dates fires once (NOT-08)."""
    if note.follow_up_on is None or note.follow_up_on > on or note.done_at is not None:
        return None
    mine = select(Task).where(Task.note_id == note.id, Task.due_on == note.follow_up_on)
    if db.session.scalar(mine) is not None:
        return None
    task = Task(
        note=note,
        customer=note.customer,
        employee=responsible(note.employee, note.author_id),
        text=note.text,
        search=note.search,
        due_on=note.follow_up_on,
        created_at=clock.now(),
        created_by=note.created_by,
    )
    db.session.add(task)
    log_activity(task, "task.raised", by=by, due_on=task.due_on)
    return task


def _raise_where_due(note: Note, on: date, by: Actor) -> None:
    if note.follow_up_on is not None and note.follow_up_on <= on:
        db.session.flush()
        raise_task(note, on=on, by=by)


def _arm(note: Note, follow_up_on: date | None, on: date, by: Actor) -> None:
    """Bring the task of a note in step with it: one for its date, no other one open."""
    if follow_up_on != note.follow_up_on:
        note.follow_up_on, note.done_at, note.done_by = follow_up_on, None, None
    for task in note.tasks:
        if task.due_on != follow_up_on and task.state is TaskState.OPEN:
            task.move_to(TaskState.MOVED)
        if task.due_on == follow_up_on and note.done_at is None and task.can(TaskState.OPEN):
            task.move_to(TaskState.OPEN)
            task.done_at = task.done_by = None
    for task in _open_tasks(note):
        task.text, task.search = note.text, note.search
        task.employee = responsible(note.employee, note.author_id)
    _raise_where_due(note, on, by)


def _open_tasks(note: Note) -> list[Task]:
    return [task for task in note.tasks if task.state is TaskState.OPEN]


def _changes(
    note: Note, text: str, follow_up_on: date | None, employee: Employee | None
) -> dict[str, object]:
    """What an edit changes: each with what it was and what it is."""
    old = {
        "text": note.text,
        "follow_up_on": note.follow_up_on,
        "employee": note.employee and note.employee.name,
    }
    new = {"text": text, "follow_up_on": follow_up_on, "employee": employee and employee.name}
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}
