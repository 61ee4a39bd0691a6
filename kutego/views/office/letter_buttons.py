"""Letters, before they are written: form, where they go, what they cost."""

from kutego.models import CustomerState, InvoiceState, Right
from kutego.operations.invoice_letters import plan_post, post_invoice
from kutego.operations.letters import one_line, refuse_incomplete, refuse_off, write_letter
from kutego.rendering.mail import greeting
from kutego.texts import gettext as _
from kutego.views.frame import the_company
from kutego.views.panel import Button, LongTextField, PanelForm, TextField


class LetterForm(PanelForm):
    subject = TextField("Betreff", most=200)
    text = LongTextField("Text", required=True, most=8000, rows=14,
                         description="Eine leere Zeile trennt Absätze. Briefkopf, Anschrift und "
                                     "Datum kommen von selbst dazu.")  # fmt: skip

    @classmethod
    def initial(cls, records):
        return {"text": f"{greeting(records[0])},\n\n" if records else ""}


def write_preview(customer):
    """Where the letter goes and what it costs (spec LET-07)."""
    house = the_company()
    refuse_off(customer, house)
    refuse_incomplete(customer.address)
    where = one_line(customer.address)
    return [(_("%(name)s, %(address)s", name=customer.name, address=where), house.letter_price)]


def post_preview(invoice):
    """Where the invoice goes and what that costs (spec LET-07)."""
    address, price = plan_post(invoice)
    return [(_("%(number)s an %(address)s", number=invoice, address=address), price)]


def letters_on():
    """Whether letters are switched on."""
    house = the_company()
    return house is not None and house.letters_active


WRITE_LETTER = Button(
    write_letter, LetterForm, label="Brief schreiben", icon="printer", preview=write_preview,
    done="Der Brief wird übergeben.", right=Right.MESSAGES_PAID,
    shown=lambda c: letters_on() and c.state is not CustomerState.ERASED,
)  # fmt: skip
POST_INVOICE = Button(
    post_invoice, None, label="Per Post senden", icon="printer", mass=True, preview=post_preview,
    done="Der Brief wird übergeben.", right=Right.MESSAGES_PAID,
    shown=lambda i: letters_on() and i.state is InvoiceState.ISSUED and not i.is_fully_cancelled,
    help="Jede Version einer Rechnung geht höchstens einmal per Post hinaus.",
)  # fmt: skip
