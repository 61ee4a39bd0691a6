"""What is asked before somebody joins a waiting list, moves in it or leaves it."""

from kutego.models import Participant, ParticipantState
from kutego.operations.waitlist import place_in_line
from kutego.texts import marked as m
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.make_up_forms import published
from kutego.views.panel import (
    CheckField,
    DateField,
    LongTextField,
    LookupField,
    NumberField,
    PanelForm,
    RecordField,
    TextField,
)


class OneOfTheirs(PanelForm):
    """Asked first: who of a customer it is for."""

    participant = RecordField(PARTICIPANT, text=lambda p: p.name)


class Anybody(PanelForm):
    """Asked first: who it is for."""

    participant = LookupField(PARTICIPANT, Participant)


class JoinForm(PanelForm):
    """About a participant."""

    course_date = RecordField(
        m("Kurstermin"), text=lambda c: f"{c.title}, ab {c.starts_on:%d.%m.%Y}"
    )
    wished_from = DateField(
        m("Wunsch: ab wann"), required=False, description=m("Leer: so bald wie möglich.")
    )
    is_binding = CheckField(
        m("Verbindlich bestellt: rückt ohne Rückfrage nach"),
        description=m(
            "Nur, wenn der Kunde den Platz verbindlich bestellt hat und den Preis kennt. Sonst "
            "bekommt er ein Angebot, das er selbst annimmt."
        ),
    )
    remark = LongTextField(m("Bemerkung"), most=2000, description=m("Sieht nur das Büro."))
    send_mail = CheckField(m("Bestätigung per E-Mail senden"), default=True)

    def prepare(self):
        self.course_date.records = [c for c in published() if c.waitlist_limit != 0]


class ListForm(OneOfTheirs, JoinForm):
    """About a customer: which of the participants it is for."""

    def prepare(self):
        super().prepare()
        if self.record is not None:
            self.participant.records = [
                p for p in self.record.participants if p.state is ParticipantState.ACTIVE
            ]


class HereForm(Anybody, JoinForm):
    """About a course date: who it is for."""

    course_date = None  # type: ignore[assignment]  # how WTForms leaves a field out

    def prepare(self):
        """Nothing to offer: the participant is looked up."""


class MoveForm(PanelForm):
    to = NumberField(m("Platz in der Reihe"), least=1, most=1000)

    @classmethod
    def initial(cls, records):
        return {"to": place_in_line(records[0])} if records else {}


class RemoveForm(PanelForm):
    reason = TextField(m("Grund"), most=500, description=m("Steht im Verlauf, nur für das Büro."))
    notify = CheckField(m("Kunden per E-Mail benachrichtigen"))
