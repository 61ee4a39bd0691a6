"""What can be done with a participant."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseState,
    Customer,
    Participant,
    ParticipantState,
    Right,
    company,
)
from kutego.operations.courses import lies_ahead
from kutego.operations.enrolment_changes import enrol_participant
from kutego.operations.participant_moves import move_participant, plan_move
from kutego.operations.participant_notes import add_participant_note
from kutego.operations.participants import (
    archive_participant,
    change_level,
    delete_participant,
    restore_participant,
)
from kutego.texts import gettext as _
from kutego.views.office.make_up_columns import GIVE
from kutego.views.office.waitlist_columns import JOIN
from kutego.views.panel import (
    Button,
    CheckField,
    DateField,
    LongTextField,
    LookupField,
    PanelForm,
    RecordField,
    TextField,
    today,
)

UNPAID = (
    "Niemand bezahlt dafür: Es entsteht keine Rechnung, keine Buchung und kein Vertrag. Soll der "
    "Kurs berechnet werden, bitte eine Rechnung oder ein Angebot schreiben."
)


def open_courses():
    """Course dates that somebody can be entered into."""
    query = select(CourseDate).where(CourseDate.state != CourseState.CANCELLED)
    still = lies_ahead(today()) | (CourseDate.ends_on >= today())
    return db.session.scalars(query.where(still).order_by(CourseDate.title, CourseDate.id)).all()


def course_called(course):
    """A course date as a select shows it."""
    return _("%(title)s (ab %(day)s)", title=course.title, day=f"{course.starts_on:%d.%m.%Y}")


class EnrolForm(PanelForm):
    course_date = RecordField("Kurs", open_courses, text=course_called)
    starts_on = DateField("Ab", default=today)
    ends_on = DateField("Bis", required=False, description="Leer: bis zum Ende des Kurses.")


class LevelForm(PanelForm):
    level = TextField("Stufe", required=False, description="Leer: keine.")

    def prepare(self):
        self.level.label.text = company().participant_level_label or _("Stufe")

    @classmethod
    def initial(cls, records):
        return {"level": records[0].level} if len(records) == 1 else {}


class NoteForm(PanelForm):
    text = LongTextField("Notiz", required=True, rows=4)


class MoveForm(PanelForm):
    customer = LookupField("Neuer Kunde", Customer)
    with_contracts = CheckField(
        "Laufende Verträge gehen mit", default=True,
        description="Der neue Kunde zahlt ab der nächsten Rechnung. Ohne Haken zahlt der bisherige "
                    "Kunde weiter.",
    )  # fmt: skip


def what_moves(participant: Participant, with_contracts, on):
    """What goes along, line by line."""
    return plan_move(participant, with_contracts=with_contracts, on=on).sentences


def is_active(participant: Participant) -> bool:
    """Whether somebody still comes."""
    return participant.state is ParticipantState.ACTIVE


ADD_NOTE = Button(
    add_participant_note, NoteForm, label="Notiz anlegen", icon="sticky", right=Right.NOTES,
    done="Die Notiz ist gespeichert.", help="Der Kunde sieht die Notiz nie.",
)  # fmt: skip
CHANGE_LEVEL = Button(
    change_level, LevelForm, label="Stufe ändern", icon="sort-down", mass=True,
    done="Die Stufe ist geändert.", right=Right.CUSTOMERS_EDIT,
)  # fmt: skip
PARTICIPANT_BUTTONS = (
    ADD_NOTE,
    Button(enrol_participant, EnrolForm, label="In Kurs eintragen", icon="calendar3", mass=True,
           done="Der Platz ist eingetragen.", right=Right.COURSES_EDIT, shown=is_active,
           help=UNPAID),
    CHANGE_LEVEL,
    JOIN,
    GIVE,
    Button(move_participant, MoveForm, label="An anderen Kunden übergeben", preview=what_moves,
           icon="forward", done="Ab jetzt zahlt der neue Kunde.",
           right=Right.CUSTOMERS_EDIT,
           help="Nach einer Trennung der Eltern oder dem Verkauf des Hundes. Rückgängig machen Sie "
                "es, indem Sie zurück übergeben."),
    Button(archive_participant, None, label="Archivieren", icon="archive", mass=True,
           done="Der Eintrag ist archiviert.", right=Right.CUSTOMERS_EDIT,
           shown=lambda p: p.can(ParticipantState.ARCHIVED)),
    Button(restore_participant, None, label="Wieder aktivieren", icon="arrow-counterclockwise",
           done="Der Eintrag ist wieder aktiv.", right=Right.CUSTOMERS_EDIT, mass=True,
           shown=lambda p: p.can(ParticipantState.ACTIVE)),
    Button(delete_participant, None, label="Löschen", icon="trash", danger=True,
           done="Der Eintrag ist gelöscht.", right=Right.CUSTOMERS_EDIT,
           help="Geht nur, solange es keinen Kursplatz, keine Anwesenheit und keinen Beleg gibt. "
                "Notizen und Zusatzfelder gehen mit."),
)  # fmt: skip
