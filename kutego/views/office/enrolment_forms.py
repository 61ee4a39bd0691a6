"""The forms of places in courses."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    Enrolment,
    EnrolmentState,
    Participant,
)
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.participant_forms import course_called
from kutego.views.panel import CheckField, DateField, LookupField, PanelForm, RecordField, today


def is_free(enrolment: Enrolment) -> bool:
    """Whether a place runs and no contract holds it."""
    return enrolment.state is EnrolmentState.ACTIVE and enrolment.contract_id is None


class EnrolHereForm(PanelForm):
    participant = LookupField(PARTICIPANT, Participant)
    starts_on = DateField("Ab")
    ends_on = DateField("Bis", required=False, description="Leer: bis zum Ende des Kurses.")

    @classmethod
    def initial(cls, records):
        course = records[0] if records else None
        return {"starts_on": max(today(), course.starts_on) if course else today()}


class MoveForm(PanelForm):
    course_date = RecordField("Neuer Kurs", text=course_called)
    notify = CheckField("Kunden per E-Mail benachrichtigen")

    def prepare(self):
        here = {enrolment.course_date_id for enrolment in self.records}
        query = select(CourseDate).where(
            CourseDate.kind == CourseKind.BLOCK,
            CourseDate.state != CourseState.CANCELLED,
            CourseDate.ends_on >= today(),
            CourseDate.id.not_in(here),
        )
        self.course_date.records = db.session.scalars(query.order_by(CourseDate.starts_on)).all()


class InsureForm(PanelForm):
    is_insured = CheckField(
        "Der Platz hat eine Kursrücktrittsversicherung",
        description="Dann zählt „krank“: Die Kranktage stehen in der Liste, für die Meldung an den "
                    "Versicherer.",
    )  # fmt: skip

    @classmethod
    def initial(cls, records):
        return {"is_insured": not all(record.is_insured for record in records)}


class EndForm(PanelForm):
    last_day = DateField("Letzter Tag", default=today)
