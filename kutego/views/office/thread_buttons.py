"""What can be done with a contact request or a request to be called back."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import (
    Customer,
    Employee,
    EmployeeState,
    Right,
    ThreadKind,
    ThreadState,
)
from kutego.operations.callbacks import change_note, record_callback, record_contact
from kutego.operations.threads import (
    assign_thread,
    finish_thread,
    note_conversation,
    reopen_thread,
)
from kutego.operations.unassigned import (
    assign_to_customer,
    discard_thread,
    suggested_name,
    take_sender_in,
)
from kutego.texts import marked as m
from kutego.views.office.contact import REPLY_BUTTON
from kutego.views.panel import (
    Button,
    CheckField,
    LongTextField,
    LookupField,
    PanelForm,
    Place,
    RecordField,
    TextField,
)

SEND = Right.MESSAGES_SEND


def colleagues():
    """Everybody who may look after a request."""
    query = select(Employee).where(Employee.state == EmployeeState.ACTIVE)
    people = db.session.scalars(query.options(joinedload(Employee.customer)))
    return sorted((e for e in people if e.may(Right.MESSAGES_VIEW)), key=lambda e: e.name)


class AssignForm(PanelForm):
    assignee = RecordField(m("Zuständig"), colleagues, required=False)

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
    assignee = RecordField(m("Zuständig"), colleagues, required=False)
    note = LongTextField(m("Interne Notiz"), most=5000)

    @classmethod
    def initial(cls, records):
        customer = records[0]
        return {"phone": customer.mobile or customer.phone}


THREAD_BUTTONS = (
    REPLY_BUTTON,
    Button(assign_to_customer, CustomerForm, label="Kunden zuordnen", icon="person",
           done="Die Anfrage steht jetzt beim Kunden.", right=SEND, primary=True,
           shown=lambda t: t.customer_id is None),
    Button(take_sender_in, SenderForm, label="Als neuen Kunden anlegen", icon="person-plus",
           done="Der Absender ist jetzt Kunde.", right=Right.CUSTOMERS_EDIT,
           shown=lambda t: t.customer_id is None and bool(t.email)),
    Button(finish_thread, None, label="Erledigt", icon="check2", mass=True, right=SEND,
           done="Die Anfrage ist erledigt.", shown=lambda t: t.can(ThreadState.DONE)),
    Button(assign_thread, AssignForm, label="Zuständigkeit ändern", icon="person-badge", mass=True,
           done="Die Zuständigkeit ist geändert.", right=SEND),
    Button(note_conversation, TalkForm, label="Gespräch notieren", icon="telephone",
           done="Das Gespräch ist notiert.", right=SEND),
    Button(change_note, NoteForm, label="Interne Notiz ändern", icon="sticky",
           done="Die Notiz ist gespeichert.", right=SEND),
    Button(reopen_thread, None, label="Wieder öffnen", icon="arrow-counterclockwise", mass=True,
           right=SEND, done="Die Anfrage ist wieder offen.",
           shown=lambda t: t.state is ThreadState.DONE or t.state is ThreadState.ANSWERED),
    Button(discard_thread, None, label="Verwerfen", icon="trash", danger=True, mass=True,
           right=SEND, done="Die Anfrage ist verworfen.",
           shown=lambda t: t.customer_id is None and t.kind is ThreadKind.CONTACT,
           help="Für Werbung und Irrläufer: Die Anfrage verschwindet mit ihren Anhängen. Die "
                "E-Mail selbst bleibt in Ihrem Postfach."),
)  # fmt: skip
RECORD_CONTACT = Button(
    record_contact, PhoneCallForm, label="Gespräch festhalten", icon="telephone", right=SEND,
    done="Das Gespräch ist festgehalten.", place=Place.LIST,
)  # fmt: skip
RECORD_CALLBACK = Button(
    record_callback, CallbackForm, label="Rückrufbitte aufnehmen", icon="telephone", right=SEND,
    done="Die Rückrufbitte ist aufgenommen.", place=Place.LIST, primary=True,
)  # fmt: skip
