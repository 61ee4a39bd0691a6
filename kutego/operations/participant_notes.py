"""Notes about a participant, which only the team sees (spec PAR-07)."""

from datetime import date

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import CustomerState, Participant, ParticipantNote
from kutego.operations.activity import log_activity
from kutego.operations.tasks import given_text
from kutego.texts import gettext as _


@operation
def add_participant_note(
    participant: Participant, *, text: str, on: date, by: Actor
) -> ParticipantNote:
    """Note something about a participant, with who and when."""
    if participant.customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert: Es kommt nichts mehr in die Akte."))
    note = ParticipantNote(
        participant=participant, text=given_text(text), created_at=clock.now(), created_by=by.name
    )
    db.session.add(note)
    log_activity(note, "participant_note.created", by=by)
    return note


@operation
def edit_participant_note(note: ParticipantNote, *, text: str, on: date, by: Actor) -> None:
    """Correct a note; when and by whom stays, and the correction is added."""
    text = given_text(text)
    if text == note.text:
        raise DomainError(_("An der Notiz wurde nichts geändert."))
    log_activity(note, "participant_note.changed", by=by, personal={"text": [note.text, text]})
    note.text, note.edited_at, note.edited_by = text, clock.now(), by.name


@operation
def delete_participant_note(note: ParticipantNote, *, on: date, by: Actor) -> None:
    """Take a note out of the record; the history keeps what it said."""
    log_activity(note.participant, "participant_note.deleted", by=by, personal={"text": note.text})
    db.session.delete(note)
