"""Notes about customers: in the record, and all of them with what comes back (spec NOT)."""

from sqlalchemy import func

from kutego.models import Customer, Note, Right
from kutego.operations.notes import (
    add_note,
    complete_note,
    edit_note,
    move_follow_up,
    reassign_note,
)
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.customer_filters import NameFilter
from kutego.views.office.history import WithHistory
from kutego.views.office.note_parts import (
    Due,
    DueFilter,
    FollowUpForm,
    NoteForm,
    ReassignForm,
    employee_filter,
    in_lines,
    standing,
)
from kutego.views.panel import (
    Button,
    Card,
    Column,
    DateFilter,
    Place,
    RecordView,
    TabView,
    YesNoFilter,
)

WHO = Column(
    "employee", "Zuständig", value=lambda n: str(n.employee or n.author or "") or None,
    load=("employee.customer", "author.customer"),
)  # fmt: skip
NOTE_COLUMNS = (
    Column("text", "Notiz", value=in_lines, sort=""),
    CUSTOMER,
    Column("follow_up_on", "Wiedervorlage"),
    Column("standing", "Stand", value=standing, badge=True),
    WHO,
    Column("created_at", "Geschrieben"),
    Column("created_by", "Von"),
    Column("edited_at", "Geändert", shown=False),
    Column("edited_by", "Geändert von", shown=False),
    Column("done_at", "Erledigt", shown=False),
    Column("done_by", "Erledigt von", shown=False),
)
WAITS = Note.follow_up_on.is_not(None) & Note.done_at.is_(None)


NOTE_FILTERS = (
    YesNoFilter("open", "Offene Wiedervorlage", where=WAITS),
    DueFilter("due", "Fällig", Due, column=Note.follow_up_on),
    YesNoFilter("done", "Erledigt", where=Note.done_at.is_not(None)),
    employee_filter(func.coalesce(Note.employee_id, Note.author_id)),
    NameFilter("customer", "Kunde", column=Customer.sort_name, via=Note.customer),
    DateFilter("follow_up_on", "Wiedervorlage"),
    DateFilter("created_at", "Geschrieben"),
)


def waits(note: Note) -> bool:
    """Whether the follow-up is still to be done."""
    return note.follow_up_on is not None and note.done_at is None


NOTE_BUTTONS = (
    Button(complete_note, None, label="Erledigt", icon="check-circle", mass=True, primary=True,
           done="Die Wiedervorlage ist erledigt.", right=Right.NOTES, shown=waits),
    Button(edit_note, NoteForm, label="Bearbeiten", icon="pencil", right=Right.NOTES,
           done="Die Notiz ist geändert."),
    Button(move_follow_up, FollowUpForm, label="Wiedervorlage verschieben", icon="calendar-week",
           done="Die Wiedervorlage ist verschoben.", right=Right.NOTES, mass=True,
           shown=lambda n: n.follow_up_on is not None),
    Button(reassign_note, ReassignForm, label="Jemand anderem geben", icon="person", mass=True,
           done="Jemand anderes ist zuständig.", right=Right.NOTES, shown=waits),
)  # fmt: skip
ADD_NOTE = Button(
    add_note, NoteForm, label="Notiz schreiben", icon="sticky", primary=True, right=Right.NOTES,
    done="Die Notiz steht in der Akte.", place=Place.LIST,
)  # fmt: skip
NOTE_CARDS = (
    Card("Wiedervorlage", "customer", "follow_up_on", "standing", "employee", "done_at", "done_by"),
    Card("Geschrieben", "created_at", "created_by", "edited_at", "edited_by"),
)


class CustomerNotes(WithHistory, TabView):
    model = Note
    slug, title, one, icon = "notes", "Notizen", "Notiz", "sticky"
    parent_key = "customer_id"
    right = Right.NOTES
    columns, filters, cards = NOTE_COLUMNS, NOTE_FILTERS, NOTE_CARDS
    buttons = (ADD_NOTE, *NOTE_BUTTONS)
    search, search_hint = "search", "Text der Notiz"
    default_sort = "-created_at"
    list_template = "office/notes/tab.html"
    record_template = "office/notes/record.html"
    empty = "Noch keine Notiz. Was am Telefon besprochen wurde, findet hier jeder wieder."


class NoteView(WithHistory, RecordView):
    model = Note
    slug, title, one, icon = "notes", "Notizen und Wiedervorlagen", "Notiz", "sticky"
    category = "Kunden"
    right = Right.NOTES
    columns, filters, cards, buttons = NOTE_COLUMNS, NOTE_FILTERS, NOTE_CARDS, NOTE_BUTTONS
    search, search_hint = ("search", "customer.search"), "Text, Name oder Nummer des Kunden"
    default_sort = "-created_at"
    list_template = "office/notes/list.html"
    record_template = "office/notes/record.html"
    empty = "Noch keine Notiz. Notizen schreiben Sie in der Akte eines Kunden."
