"""What lists and the page of participants show, in the words of the house (spec PAR-02, 13)."""

from sqlalchemy import select

from kutego.models import (
    CourseDate,
    Enrolment,
    EnrolmentState,
    Gender,
    Participant,
    ParticipantNote,
    ParticipantState,
    Right,
)
from kutego.texts import gettext as _
from kutego.views.panel import ChoiceFilter, Column, DateFilter, RelationFilter, TextFilter, today


def courses_of(participant: Participant) -> str:
    """The courses somebody is in at the moment."""
    present = [e for e in participant.enrolments if e.state is EnrolmentState.ACTIVE]
    return ", ".join(dict.fromkeys(e.course_date.title for e in present))


def units_of(participant: Participant) -> str:
    """What is left of packages: `10er-Karte: 3 von 10, bis 30.06.2027`."""
    return " · ".join(
        _("%(package)s: %(left)s von %(units)s", package=q.package, left=q.left, units=q.units)
        + (_(", bis %(day)s", day=f"{q.expires_on:%d.%m.%Y}") if q.expires_on else "")
        for q in participant.quotas
        if q.is_good(today())
    )


def notes_of(participant: Participant) -> str:
    """All notes in one line, the newest first."""
    return " · ".join(" ".join(note.text.split()) for note in participant.notes)


COLUMNS = (
    Column("first_name", "Vorname"),
    Column("last_name", "Nachname"),
    Column("breed", "Rasse"),
    Column("level", "Stufe"),
    Column("customer", "Kunde", value=lambda p: p.customer.name, link=lambda p: p.customer,
           load=("customer",), sort="customer.sort_name"),
    Column("courses", "Kurse", value=courses_of, load=("enrolments.course_date",)),
    Column("units", "Einheiten übrig", value=units_of, load=("quotas",), shown=False),
    Column("birthday", "Geburtstag"),
    Column("gender", "Geschlecht", shown=False),
    Column("relation", "Beziehung", shown=False),
    Column("remark", "Interne Bemerkung", shown=False),
    Column("notes", "Notizen", value=notes_of, load=("notes",), shown=False, right=Right.NOTES),
    Column("created_at", "Angelegt", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip
FILTERS = (
    ChoiceFilter("state", "Status", ParticipantState),
    TextFilter("first_name", "Vorname"),
    TextFilter("last_name", "Nachname"),
    TextFilter("breed", "Rasse"),
    TextFilter("level", "Stufe"),
    ChoiceFilter("gender", "Geschlecht", Gender),
    DateFilter("birthday", "Geburtstag"),
    RelationFilter("course", "Kurs",
                   load=lambda: select(CourseDate.id, CourseDate.title).order_by(CourseDate.title),
                   column=Enrolment.course_date_id, via=Participant.enrolments),
    TextFilter("notes", "Notizen", column=ParticipantNote.text, via=Participant.notes,
               right=Right.NOTES),
    DateFilter("created_at", "Angelegt"),
)  # fmt: skip
FORM = ("first_name", "last_name", "breed", "level", "birthday", "gender", "relation", "remark")
