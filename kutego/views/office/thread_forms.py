"""The forms of what is done with requests and calls."""

from kutego.models import Customer, Right
from kutego.operations.unassigned import suggested_name
from kutego.texts import marked as m
from kutego.views.office.colleagues import colleagues
from kutego.views.panel import (
    CheckField,
    LongTextField,
    LookupField,
    PanelForm,
    RecordField,
    TextField,
)


def answerers():
    """Everybody who may look after a request."""
    return colleagues(Right.MESSAGES_VIEW)


class AssignForm(PanelForm):
    assignee = RecordField(m("Zuständig"), answerers, required=False)

    @classmethod
    def initial(cls, records):
        return {"assignee": records[0].assignee} if len(records) == 1 else {}


class TalkForm(PanelForm):
    text = LongTextField(m("Was wurde besprochen?"), required=True, most=20_000, rows=8)


class NoteForm(PanelForm):
    note = LongTextField(m("Interne Notiz"), most=5000, description=m("Der Kunde sieht sie nicht."))

    @classmethod
    def initial(cls, records):
        return {"note": records[0].note}


class CustomerForm(PanelForm):
    customer = LookupField(m("Kunde"), Customer)


class SenderForm(PanelForm):
    first_name = TextField(m("Vorname"), required=False)
    last_name = TextField(m("Nachname"), required=False)

    @classmethod
    def initial(cls, records):
        first_name, last_name = suggested_name(records[0])
        return {"first_name": first_name, "last_name": last_name}


class PhoneCallForm(PanelForm):
    subject = TextField(m("Worum ging es?"), most=250)
    text = LongTextField(m("Was wurde besprochen?"), required=True, most=20_000, rows=8)
    is_done = CheckField(m("Damit ist die Anfrage erledigt"))


class CallbackForm(PanelForm):
    topic = TextField(m("Thema"), required=False, description=m("Worum es im Gespräch geht."))
    phone = TextField(m("Telefonnummer"), most=40)
    wished = TextField(
        m("Wunschzeit"), required=False, description=m("Zum Beispiel: werktags nach 17 Uhr")
    )
    assignee = RecordField(m("Zuständig"), answerers, required=False)
    note = LongTextField(m("Interne Notiz"), most=5000)

    @classmethod
    def initial(cls, records):
        customer = records[0]
        return {"phone": customer.mobile or customer.phone}
