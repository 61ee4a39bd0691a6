"""Tasks: all of them, and one's own that are still to be done (spec NOT-03, NOT-07)."""

from flask_login import current_user

from kutego.db import Base
from kutego.models import Customer, Right, Task, TaskState
from kutego.operations.notes import move_task
from kutego.operations.tasks import complete_task, reassign_task, reopen_task
from kutego.views.office.customer_filters import NameFilter
from kutego.views.office.history import WithHistory
from kutego.views.office.messages import told_of
from kutego.views.office.note_parts import (
    Due,
    DueFilter,
    DueForm,
    ReassignForm,
    badge_of_day,
    employee_filter,
    in_lines,
    is_open,
)
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
)
from kutego.views.panel.filters import Filter
from kutego.views.panel.places import called, view_of


def standing(task: Task) -> Badge:
    """Its state, and of an open one whether its day has come."""
    return badge_of_day(task.due_on) if is_open(task) else Badge.of(task.state)


def subject_of(task: Task) -> Base | None:
    """The note or other record that the task is about, where it has a page."""
    return task.note or told_of(task)  # type: ignore[arg-type]  # named as a message names it


def subject_name(task: Task) -> str | None:
    """What a link to it says."""
    return called(found) if (found := subject_of(task)) is not None else None


TASK_COLUMNS = (
    Column("text", "Aufgabe", value=in_lines, sort=""),
    Column("customer", "Kunde", value=lambda t: t.customer.name if t.customer else None,
           load=("customer",), link=lambda t: t.customer, sort="customer.sort_name"),
    Column("due_on", "Fällig"),
    Column("state", "Stand", value=standing, badge=True, sort="state"),
    Column("employee", "Zuständig", value=lambda t: str(t.employee or "") or None,
           load=("employee.customer",)),
    Column("created_by", "Von", shown=False),
    Column("created_at", "Angelegt", shown=False),
    Column("done_at", "Erledigt", shown=False),
    Column("done_by", "Erledigt von", shown=False),
)  # fmt: skip
TASK_FILTERS = (
    ChoiceFilter("state", "Stand", TaskState),
    DueFilter("due", "Fällig", Due, column=Task.due_on),
    NameFilter("customer", "Kunde", column=Customer.sort_name, via=Task.customer),
    DateFilter("due_on", "Fällig am"),
)


class TaskView(WithHistory, RecordView):
    model = Task
    slug, title, one, icon = "tasks", "Aufgaben", "Aufgabe", "check2-circle"
    category = "Kunden"
    right = Right.NOTES
    columns = TASK_COLUMNS
    fields = (Column("subject", "Worum es geht", value=subject_name, link=subject_of),)
    filters: tuple[Filter, ...] = (*TASK_FILTERS, employee_filter(Task.employee_id))
    search, search_hint = ("search", "customer.search"), "Text, Name oder Nummer des Kunden"
    default_sort = "-due_on"
    buttons = (
        Button(complete_task, None, label="Erledigt", icon="check-circle", mass=True, primary=True,
               done="Die Aufgabe ist erledigt.", right=Right.NOTES, shown=is_open),
        Button(move_task, DueForm, label="Verschieben", icon="calendar-week", mass=True,
               done="Die Aufgabe ist verschoben.", right=Right.NOTES, shown=is_open),
        Button(reassign_task, ReassignForm, label="Jemand anderem geben", icon="person", mass=True,
               done="Jemand anderes hat jetzt die Aufgabe.", right=Right.NOTES, shown=is_open),
        Button(reopen_task, None, label="Wieder öffnen", icon="arrow-counterclockwise",
               done="Die Aufgabe ist wieder offen.", right=Right.NOTES,
               shown=lambda t: t.state is TaskState.DONE),
    )  # fmt: skip
    cards = (
        Card("Aufgabe", "customer", "subject", "due_on", "state", "employee"),
        Card("Verlauf der Aufgabe", "created_at", "created_by", "done_at", "done_by"),
    )
    list_template = "office/notes/list.html"
    record_template = "office/notes/record.html"
    empty = "Noch keine Aufgabe. Eine Notiz mit Wiedervorlage wird an ihrem Tag zur Aufgabe."

    def badges(self, record):
        return [standing(record)]


class MyTaskView(TaskView):
    """What whoever is logged in has still to do, the oldest first."""

    slug, title = "my_tasks", "Meine Aufgaben"
    is_home = False
    filters = TASK_FILTERS[1:]
    default_sort = "due_on"
    empty = "Sie haben nichts zu erledigen."

    def scope(self, query):
        mine = Task.employee_id == current_user.id
        return super().scope(query).where(mine, Task.state == TaskState.OPEN)

    def get_one(self, id):
        """A task that was just done, or given away, still has its page."""
        return view_of(Task).get_one(id)
