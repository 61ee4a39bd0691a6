"""What can be done with a customer, and what is said before."""

from kutego.models import Right
from kutego.operations.notes import add_note
from kutego.views.office.contact import CONTACT_BUTTON
from kutego.views.office.credit import CREDIT_BUTTONS
from kutego.views.office.customer_dunning import CUSTOMER_DUNNING
from kutego.views.office.customer_groups import GROUP_BUTTONS
from kutego.views.office.employees import EMPLOY_BUTTON
from kutego.views.office.leaving import LEAVING_BUTTONS
from kutego.views.office.letter_buttons import WRITE_LETTER
from kutego.views.office.mailing_buttons import CHOSEN_BUTTON
from kutego.views.office.mandates import MANDATE_BUTTONS
from kutego.views.office.merges import ACCOUNT_BUTTONS
from kutego.views.office.newsletter_buttons import NEWSLETTER_BUTTONS
from kutego.views.office.note_parts import NoteForm
from kutego.views.office.reissues import REISSUE_BUTTON
from kutego.views.office.sms_buttons import SEND_SMS
from kutego.views.office.vouchers import CONVERT_BUTTON
from kutego.views.panel import Button

CUSTOMER_BUTTONS = (
    CONTACT_BUTTON,
    *CREDIT_BUTTONS,
    Button(add_note, NoteForm, label="Notiz schreiben", icon="sticky", mass=True,
           done="Die Notiz steht in der Akte.", right=Right.NOTES),
    WRITE_LETTER,
    SEND_SMS,
    CHOSEN_BUTTON,
    CONVERT_BUTTON,
    *GROUP_BUTTONS,
    *MANDATE_BUTTONS,
    *NEWSLETTER_BUTTONS,
    REISSUE_BUTTON,
    *CUSTOMER_DUNNING,
    EMPLOY_BUTTON,
    *ACCOUNT_BUTTONS,
    *LEAVING_BUTTONS,
)  # fmt: skip
