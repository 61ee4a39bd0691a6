"""The forms of participants."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import CourseDate, CourseState, Customer
from kutego.operations.courses import lies_ahead
from kutego.texts import gettext as _
from kutego.views.office.house_words import LEVEL
from kutego.views.panel import (
    CheckField,
    DateField,
    LongTextField,
    LookupField,
    PanelForm,
    RecordField,
    TextField,
    today,
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
    level = TextField(LEVEL, required=False, description="Leer: keine.")

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
