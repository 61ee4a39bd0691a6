"""An invoice by post: the version that counts, once (spec LET-02, LET-07)."""

from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Invoice, InvoiceState, LetterTrigger, Message, company
from kutego.operations.documents import renditions_of
from kutego.operations.letters import (
    one_line,
    queue_letter,
    refuse_incomplete,
    refuse_off,
    refuse_posted,
)
from kutego.texts import gettext as _


@operation
def post_invoice(invoice: Invoice, *, on: date, by: Actor) -> Message:
    """Send an invoice to the address that stands on it, by post."""
    plan_post(invoice)
    return queue_letter(
        invoice.customer, attachments=renditions_of(invoice.current), subject_of=invoice,
        trigger=LetterTrigger.INVOICE, on=on, by=by,
    )  # fmt: skip


def plan_post(invoice: Invoice) -> tuple[str, Decimal]:
    """Where the letter goes and what it costs; raises `DomainError` where it cannot go."""
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("%(number)s ist noch nicht ausgestellt.", number=invoice))
    if invoice.is_fully_cancelled:
        raise DomainError(_("%(number)s ist storniert und wird nicht gesendet.", number=invoice))
    house = company()
    refuse_off(invoice.customer, house)
    recipient = invoice.current.snapshot["recipient"]
    refuse_incomplete(recipient)
    refuse_posted([invoice.current], None)
    name = recipient["company_name"] or recipient["name"]
    return f"{name}, {one_line(recipient)}", house.letter_price
