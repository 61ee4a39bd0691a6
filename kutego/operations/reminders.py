"""Payment reminders: one friendly mail, some days after the due date."""

from datetime import date, timedelta

from sqlalchemy import Select, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Invoice, Message, PaymentMethod, company
from kutego.operations.activity import log_activity
from kutego.operations.documents import renditions_of
from kutego.operations.messages import queue_message
from kutego.texts import gettext as _

UNASKED = (PaymentMethod.DIRECT_DEBIT, PaymentMethod.ON_SITE)  # we fetch the money, or see them


def invoices_to_remind(on: date) -> Select[int]:
    """The ids of invoices that are overdue by the company's days and not reminded of yet."""
    return (
        select(Invoice.id)
        .join(Customer, Invoice.customer_id == Customer.id)
        .where(
            Invoice.open_amount > 0,
            Invoice.due_on <= on - timedelta(days=company().reminder_days),
            Invoice.reminded_at.is_(None),
            Invoice.payment_method.not_in(UNASKED),
            Customer.state == CustomerState.ACTIVE,
            Invoice.email.is_not(None) | Customer.email.is_not(None),
        )
        .order_by(Invoice.due_on, Invoice.id)
    )


@operation
def remind_invoice(invoice: Invoice, *, on: date, by: Actor) -> Message:
    """Remind of an overdue invoice by mail, once; what remains open is dunned (spec DUN)."""
    if invoice.open_amount <= 0 or invoice.due_on is None or invoice.due_on >= on:
        raise DomainError(_("%(number)s ist nicht überfällig.", number=invoice))
    if invoice.reminded_at is not None:
        raise DomainError(_("An %(number)s wurde schon erinnert.", number=invoice))
    if invoice.payment_method in UNASKED:
        raise DomainError(
            _(
                "%(number)s wird per %(method)s bezahlt: Daran wird nicht erinnert.",
                number=invoice,
                method=invoice.payment_method.label,
            )
        )
    if invoice.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=invoice.customer.name)
        )
    invoice.reminded_at = clock.now()
    log_activity(invoice, "invoice.reminded", by=by, open_amount=invoice.open_amount)
    return queue_message(
        invoice.customer, "payment_reminder", subject_of=invoice, recipient=invoice.email,
        attachments=renditions_of(invoice.current), invoice=invoice,
    )  # fmt: skip
