"""What can be done with a customer, and what is said before."""

from kutego.models import CustomerState, Right
from kutego.operations.customers import lock_customer, unlock_customer
from kutego.operations.notes import add_note
from kutego.texts import gettext as _
from kutego.views.office.contact import CONTACT_BUTTON
from kutego.views.office.credit import CREDIT_BUTTONS
from kutego.views.office.customer_groups import GROUP_BUTTONS
from kutego.views.office.forms import ReasonForm
from kutego.views.office.letters import WRITE_LETTER
from kutego.views.office.mailing_buttons import CHOSEN_BUTTON
from kutego.views.office.mandates import MANDATE_BUTTONS
from kutego.views.office.newsletter_buttons import NEWSLETTER_BUTTONS
from kutego.views.office.note_parts import NoteForm
from kutego.views.office.reissues import REISSUE_BUTTON
from kutego.views.office.sms import SEND_SMS
from kutego.views.panel import Button


def lock_preview(customer):
    """What a lock does not stop by itself (spec CUS-37)."""
    lines = [_("Keine Buchung, keine Anmeldung und keine System-E-Mail mehr. Alle Daten bleiben.")]
    if customer.open_amount > 0:
        lines.append((_("Noch offene Rechnungen"), customer.open_amount))
    return lines


CUSTOMER_BUTTONS = (
    CONTACT_BUTTON,
    *CREDIT_BUTTONS,
    Button(add_note, NoteForm, label="Notiz schreiben", icon="sticky", mass=True,
           done="Die Notiz steht in der Akte.", right=Right.NOTES),
    *GROUP_BUTTONS,
    *MANDATE_BUTTONS,
    CHOSEN_BUTTON,
    *NEWSLETTER_BUTTONS,
    REISSUE_BUTTON,
    WRITE_LETTER,
    SEND_SMS,
    Button(lock_customer, ReasonForm, label="Sperren", icon="lock", danger=True, mass=True,
           done="Der Kunde ist gesperrt.", right=Right.CUSTOMERS_EDIT, preview=lock_preview,
           shown=lambda c: c.state is CustomerState.ACTIVE),
    Button(unlock_customer, ReasonForm, label="Entsperren", icon="unlock", mass=True,
           done="Der Kunde ist entsperrt.", right=Right.CUSTOMERS_EDIT,
           shown=lambda c: c.state is CustomerState.LOCKED),
)  # fmt: skip
