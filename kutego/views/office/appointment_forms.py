"""The forms of appointments: which, with whom, when and where; the browser offers free times."""

from kutego.models import Customer, Participant, ParticipantState, Rhythm, company
from kutego.operations.appointment_slots import lecturers_of
from kutego.texts import marked as m
from kutego.views.office.appointment_choices import lecturers, named, rooms, templates_in_use
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    DateField,
    LongTextField,
    LookupField,
    NumberField,
    PanelForm,
    RecordField,
    TextField,
    TimeField,
    today,
)


class PlanForm(PanelForm):
    """Which appointment, with whom, when and where."""

    template = RecordField(m("Termin"), templates_in_use)
    lecturer = RecordField(m("Lehrkraft"), lecturers, text=named)
    day = DateField(m("Tag"), default=today)
    at = TimeField(m("Beginn"))
    room = RecordField(
        m("Raum"), rooms, required=False, description=m("Leer: der Raum der Vorlage.")
    )
    address = TextField(
        m("Ort"), required=False, description=m("Wenn er woanders ist, als die Vorlage sagt.")
    )
    times = NumberField(
        m("Wie oft"), least=1, most=52, default=1,
        description=m("Mehr als einmal: eine Reihe, immer am selben Wochentag."),
    )  # fmt: skip
    rhythm = ChoiceField(m("Wiederholung"), Rhythm)
    remark = LongTextField(m("Bemerkung"), description=m("Der Kunde sieht sie nicht."))
    send_mail = CheckField(m("Bestätigung mit Kalendereintrag per E-Mail senden"), default=True)


class WhoFirst:
    """The fields that a form adds to the common ones stand above them."""

    added = 1

    @property
    def shown_fields(self):
        fields = super().shown_fields
        return [*fields[-self.added :], *fields[: -self.added]]


class ArrangeForm(WhoFirst, PlanForm):
    """An appointment of the customer whose record is open, without an invoice."""

    participant = RecordField(PARTICIPANT, required=False)

    def prepare(self):
        customer = self.record
        if isinstance(customer, Customer):
            present = [p for p in customer.participants if p.state is ParticipantState.ACTIVE]
            self.participant.records = present


class BookForm(WhoFirst, PlanForm):
    """The same from the list of all appointments."""

    added = 2
    participant = LookupField(PARTICIPANT, model=Participant, required=False)
    customer = LookupField(m("Kunde"), model=Customer, required=False,
                           description=m("Leer: zu wem der Eintrag oben gehört."))  # fmt: skip


class MoveForm(PanelForm):
    lecturer = RecordField(m("Lehrkraft"), text=named)
    day = DateField(m("Tag"))
    at = TimeField(m("Beginn"))
    room = RecordField(m("Raum"), rooms, required=False)
    address = TextField(m("Ort"), required=False,
                        description=m("Nur wenn er nicht am Standort ist."))  # fmt: skip
    send_mail = CheckField(m("Dem Kunden per E-Mail Bescheid geben"), default=True)

    def prepare(self):
        if self.record is not None:
            self.lecturer.records = lecturers_of(self.record.template)

    @classmethod
    def initial(cls, records):
        if not records:
            return {}
        begin = records[0].begins_at.astimezone(company().zone)
        same = {name: getattr(records[0], name) for name in ("lecturer", "room", "address")}
        return {**same, "day": begin.date(), "at": begin.time(), "send_mail": True}


class CancelForm(PanelForm):
    reason = TextField(m("Grund"), required=False, description=m("Nur für das Büro."))
    send_mail = CheckField(m("Dem Kunden per E-Mail Bescheid geben"), default=True)
