"""Booking credit: what paying in, setting off, paying out and cancelling have in common."""

from datetime import date
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    CreditEntry,
    Customer,
    DepositKind,
    EntryKind,
    Invoice,
    Payment,
    PaymentKind,
    Receipt,
)
from kutego.money import euro
from kutego.operations.activation import activate_paid
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _


def book_entry(
    customer: Customer,
    amount: Decimal,
    kind: EntryKind,
    *,
    text: str,
    booked_on: date,
    by: Actor,
    payment_kind: DepositKind | None = None,
    receipt: Receipt | None = None,
    invoice: Invoice | None = None,
    booking: Booking | None = None,
    reverses: CreditEntry | None = None,
) -> CreditEntry:
    """Add an entry and keep the customer's sum in step. The balance never falls below zero."""
    if customer.credit + amount < 0:
        check_balance(customer, -amount)
    customer.credit += amount
    entry = CreditEntry(
        customer_id=customer.id,
        kind=kind,
        payment_kind=payment_kind,
        amount=amount,
        balance=customer.credit,
        booked_on=booked_on,
        at=clock.now(),
        actor=by.name,
        text=text,
        receipt_id=receipt.id if receipt else None,
        invoice_id=invoice.id if invoice else None,
        booking_id=booking.id if booking else None,
        reverses_id=reverses.id if reverses else None,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def use_credit(invoice: Invoice, amount: Decimal, *, on: date, by: Actor) -> Payment:
    """Settle `amount` of an invoice with its customer's credit."""
    text = _("Verrechnung mit %(number)s", number=invoice.number)
    entry = book_entry(
        invoice.customer, -amount, EntryKind.OFFSET, text=text, booked_on=on, invoice=invoice, by=by
    )
    payment = Payment(
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        kind=PaymentKind.CREDIT,
        method=None,
        amount=amount,
        paid_on=on,
        at=clock.now(),
        actor=by.name,
        credit_entry_id=entry.id,
    )
    db.session.add(payment)
    invoice.paid += amount
    change_open(invoice)
    log_activity(invoice, "invoice.credit_used", by=by, amount=amount)
    return payment


def change_open(invoice: Invoice) -> None:
    """Bring the invoice's open amount, and with it the customer's, in step with its sums."""
    before = invoice.open_amount
    invoice.refresh_open()
    invoice.customer.open_amount += invoice.open_amount - before
    activate_paid(invoice)


def check_balance(customer: Customer, amount: Decimal) -> None:
    """Refuse to use more credit than there is (spec CRD-13, 22)."""
    if amount > customer.credit:
        raise DomainError(_("Das Guthaben beträgt nur %(credit)s.", credit=euro(customer.credit)))
