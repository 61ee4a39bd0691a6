"""A course date again: the buttons that copy it (spec COU-04)."""

from kutego.models import Right
from kutego.operations.course_copies import copy_course, copy_lines, create_follow_up, next_start
from kutego.texts import marked as m
from kutego.views.office.house_words import worded
from kutego.views.panel import Button, CheckField, DateField, PanelForm, TextField


class CopyForm(PanelForm):
    title = TextField(m("Titel"))
    starts_on = DateField(m("Beginn"))
    with_days = CheckField(m("Ebenso viele Tage anlegen"), default=True)

    @classmethod
    def initial(cls, records):
        return {"title": records[0].title, "starts_on": next_start(records[0])}


COPY_BUTTONS = (
    Button(copy_course, CopyForm, label="Kopieren", icon="copy", right=Right.COURSES_EDIT,
           done="Die Kopie ist als Entwurf angelegt.", preview=copy_lines,
           help="Übernimmt Kursleitung, Ort, Preise und Einstellungen; wer im Kurs ist, nicht."),
    Button(create_follow_up, CopyForm, label="Folgekurs anlegen", icon="forward",
           right=Right.COURSES_EDIT, done="Der Folgekurs ist als Entwurf angelegt.",
           preview=copy_lines, shown=lambda c: c.follow_up_id is None,
           help=worded("Eine Kopie, auf die dieser Kurs verweist: der nächste Kurs der Reihe. Wer "
                       "mitgeht, wählen Sie danach unter „{participants}“.")),
)  # fmt: skip
