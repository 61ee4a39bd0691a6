"""What can be done with a participant."""

from kutego.models import Participant, ParticipantState, Right
from kutego.operations.enrolment_changes import enrol_participant
from kutego.operations.participant_moves import move_participant, plan_move
from kutego.operations.participant_notes import add_participant_note
from kutego.operations.participants import (
    archive_participant,
    change_level,
    delete_participant,
    restore_participant,
)
from kutego.views.office.make_up_columns import GIVE
from kutego.views.office.participant_forms import EnrolForm, LevelForm, MoveForm, NoteForm
from kutego.views.office.waitlist_buttons import JOIN
from kutego.views.panel import Button

UNPAID = (
    "Niemand bezahlt dafür: Es entsteht keine Rechnung, keine Buchung und kein Vertrag. Soll der "
    "Kurs berechnet werden, bitte eine Rechnung oder ein Angebot schreiben."
)


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
