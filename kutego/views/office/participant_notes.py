"""All notes about participants, to look through, correct and delete (spec PAR-07)."""

from kutego.models import ParticipantNote, Right
from kutego.operations.participant_notes import delete_participant_note, edit_participant_note
from kutego.views.office.house_words import PARTICIPANT, worded
from kutego.views.office.note_parts import in_lines
from kutego.views.office.participant_forms import NoteForm
from kutego.views.panel import Button, Card, Column, DateFilter, RecordView, TextFilter


class EditNoteForm(NoteForm):
    @classmethod
    def initial(cls, records):
        return {"text": records[0].text} if records else {}


class ParticipantNoteView(RecordView):
    model = ParticipantNote
    slug, title, one = "participant_notes", worded("Notizen: {participants}"), "Notiz"
    category, icon = "Kunden", "sticky"
    right = Right.NOTES
    columns = (
        Column("text", "Notiz", value=in_lines, sort=""),
        Column("participant", PARTICIPANT, value=lambda n: n.participant.name,
               link=lambda n: n.participant, load=("participant.customer",),
               sort="participant.first_name"),
        Column("customer", "Kunde", value=lambda n: n.customer.name, link=lambda n: n.customer,
               load=("participant.customer",)),
        Column("created_at", "Geschrieben"),
        Column("created_by", "Von"),
        Column("edited_at", "Geändert", shown=False),
        Column("edited_by", "Geändert von", shown=False),
    )  # fmt: skip
    filters = (TextFilter("text", "Text"), DateFilter("created_at", "Geschrieben"))
    search, search_hint = ("text", "participant.first_name"), worded("Text, {participant}")
    default_sort = "-created_at"
    cards = (
        Card("Notiz", "participant", "customer", "text"),
        Card("Geschrieben", "created_at", "created_by", "edited_at", "edited_by"),
    )
    buttons = (
        Button(edit_participant_note, EditNoteForm, label="Bearbeiten", icon="pencil",
               done="Die Notiz ist geändert.", right=Right.NOTES, primary=True),
        Button(delete_participant_note, None, label="Löschen", icon="trash", danger=True,
               mass=True, done="Die Notiz ist gelöscht.", right=Right.NOTES),
    )  # fmt: skip
    empty = "Noch keine Notiz. Notizen schreiben Sie auf der Seite dessen, um den es geht."
