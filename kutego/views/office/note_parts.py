"""What notes and tasks share on the screen: who, by when, and the forms of their buttons."""

from kutego.labelled import Labelled
from kutego.models import Note, Right, Task, TaskState
from kutego.models.note import shortened
from kutego.texts import marked as m
from kutego.views.office.colleagues import all_colleagues, colleagues
from kutego.views.panel import (
    Badge,
    ChoiceFilter,
    DateField,
    LongTextField,
    PanelForm,
    RecordField,
    RelationFilter,
    today,
)

LINES = 240  # characters of a text in a list


class Due(Labelled):
    OVERDUE = "overdue", "Überfällig"
    TODAY = "today", "Heute fällig"
    FUTURE = "future", "Künftig"


class DueFilter(ChoiceFilter):
    """By where a day lies, seen from today."""

    def where_column(self, column, values):
        on = today()
        sides = {Due.OVERDUE: column < on, Due.TODAY: column == on, Due.FUTURE: column > on}
        first, *rest = [sides[chosen] for chosen in self._chosen(values)]
        for side in rest:
            first = first | side
        return first


def note_takers():
    """Those who can be given a task."""
    return colleagues(Right.NOTES)


def employee_filter(column):
    """Whose it is."""
    return RelationFilter("employee", m("Zuständig"), load=all_colleagues, column=column)


def badge_of_day(day):
    """What a day that is not done says today."""
    on = today()
    if day < on:
        return Badge(Due.OVERDUE.label, "danger")
    return Badge(Due.TODAY.label, "warning") if day == on else Badge(Due.FUTURE.label, "info")


def standing(note: Note) -> Badge | None:
    """What has become of the follow-up; nothing where there is none."""
    if note.follow_up_on is None:
        return None
    return Badge("Erledigt", "success") if note.done_at else badge_of_day(note.follow_up_on)


def in_lines(record) -> str:
    """The beginning of a text, as a list shows it."""
    return shortened(" ".join(record.text.split()), LINES)


def is_open(task: Task) -> bool:
    """Whether it is still to be done."""
    return task.state is TaskState.OPEN


class NoteForm(PanelForm):
    text = LongTextField(m("Notiz"), required=True, rows=5)
    follow_up_on = DateField(
        m("Wiedervorlage"), required=False,
        description=m("An diesem Tag wird aus der Notiz eine Aufgabe."),
    )  # fmt: skip
    employee = RecordField(
        m("Für"), note_takers, required=False,
        description=m("Ohne Angabe: wer die Notiz geschrieben hat."),
    )  # fmt: skip

    def prepare(self):
        """Who has left may stay named."""
        named = self.record.employee if isinstance(self.record, Note) else None
        if named is not None and named not in self.employee.records:
            self.employee.records.append(named)

    @classmethod
    def initial(cls, records):
        note = records[0] if records else None
        names = ("text", "follow_up_on", "employee")
        return {name: getattr(note, name) for name in names} if isinstance(note, Note) else {}


class ReassignForm(PanelForm):
    employee = RecordField(m("Für"), note_takers)


class FollowUpForm(PanelForm):
    follow_up_on = DateField(m("Neuer Tag"))


class DueForm(PanelForm):
    due_on = DateField(m("Neuer Tag"))
