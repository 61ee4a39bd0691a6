"""What can be done with a contact request or a request to be called back."""

from kutego.models import Right, ThreadKind, ThreadState
from kutego.operations.callbacks import change_note, record_callback, record_contact
from kutego.operations.threads import (
    assign_thread,
    finish_thread,
    note_conversation,
    reopen_thread,
)
from kutego.operations.unassigned import assign_to_customer, discard_thread, take_sender_in
from kutego.views.office.contact import REPLY_BUTTON
from kutego.views.office.thread_forms import (
    AssignForm,
    CallbackForm,
    CustomerForm,
    NoteForm,
    PhoneCallForm,
    SenderForm,
    TalkForm,
)
from kutego.views.panel import Button, Place

SEND = Right.MESSAGES_SEND

KNOWN_BUTTONS = (  # where the customer is known
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
)  # fmt: skip
THREAD_BUTTONS = (
    REPLY_BUTTON,
    Button(assign_to_customer, CustomerForm, label="Kunden zuordnen", icon="person",
           done="Die Anfrage steht jetzt beim Kunden.", right=SEND, primary=True,
           shown=lambda t: t.customer_id is None),
    Button(take_sender_in, SenderForm, label="Als neuen Kunden anlegen", icon="person-plus",
           done="Der Absender ist jetzt Kunde.", right=Right.CUSTOMERS_EDIT,
           shown=lambda t: t.customer_id is None and bool(t.email)),
    *KNOWN_BUTTONS,
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
