"""Payments: money received for an invoice, and its return."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    DepositKind,
    EntryKind,
    Invoice,
    InvoiceState,
    Payment,
    PaymentKind,
    PaymentMethod,
)
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.credit import deposit_credit
from kutego.operations.credit_booking import book_entry, change_open
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.redemptions import paid_by_vouchers, return_payment
from kutego.texts import gettext as _

SURPLUS = {
    PaymentMethod.BANK_TRANSFER: DepositKind.BANK_TRANSFER,
    PaymentMethod.DIRECT_DEBIT: DepositKind.DIRECT_DEBIT,
    PaymentMethod.PAYPAL: DepositKind.PAYPAL,
    PaymentMethod.ON_SITE: DepositKind.ON_SITE,
    PaymentMethod.ON_ACCOUNT: DepositKind.ON_ACCOUNT,
    PaymentMethod.EXTERNAL: DepositKind.ON_ACCOUNT,
}

REVERSIBLE = (
    PaymentKind.PAYMENT, PaymentKind.DOWN_PAYMENT, PaymentKind.CREDIT, PaymentKind.VOUCHER,
)  # fmt: skip


@operation
def record_payment(
    invoice: Invoice,
    *,
    amount: Decimal | None = None,
    method: PaymentMethod | None = None,
    paid_on: date,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> Payment:
    """Book money received; what is too much becomes credit, with a receipt (CRD-09).

    Without `amount` it is all that is open, without `method` that of the invoice.
    """
    if amount is not None:
        _refuse_amount(amount)
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf kann nicht bezahlt werden. Bitte zuerst ausstellen."))
    if paid_on > on:
        raise DomainError(_("Das Datum der Zahlung liegt in der Zukunft. Bitte prüfen."))
    if invoice.open_amount <= 0:
        raise DomainError(
            _(
                "%(number)s ist nicht mehr offen. Zahlt der Kunde trotzdem, "
                "bitte als Guthaben einzahlen.",
                number=invoice,
            )
        )
    amount, method = amount or invoice.open_amount, method or invoice.payment_method
    part = min(amount, invoice.open_amount)
    payment = add_payment(invoice, part, PaymentKind.PAYMENT, method=method, paid_on=paid_on, by=by)
    log_activity(invoice, "invoice.paid", by=by, amount=part, method=method, paid_on=paid_on)
    if amount > part:
        deposit_credit(
            invoice.customer,
            amount=amount - part,
            kind=SURPLUS[method],
            received_on=paid_on,
            text=_("Überzahlung von %(number)s", number=invoice.number),
            send_receipt=send_mail,
            on=on,
            by=by,
        )
    if send_mail:
        queue_message(
            invoice.customer, "payment_confirmed", subject_of=invoice,
            recipient=invoice.email, invoice=invoice, payment=payment,
        )  # fmt: skip
    return payment


@operation
def reverse_payment(payment: Payment, *, reason: str, on: date, by: Actor) -> Payment:
    """Undo a payment by its opposite; the invoice is open again (spec INV-64)."""
    reason = given_reason(reason)
    if payment.kind not in REVERSIBLE:
        raise DomainError(_("Diese Buchung ist selbst eine Gegenbuchung und bleibt."))
    if _is_reversed(payment):
        raise DomainError(_("Diese Zahlung ist schon zurückgebucht."))
    invoice = payment.invoice
    if payment.amount > _left_of(payment):
        raise DomainError(
            _("Von dieser Zahlung ist schon etwas erstattet. Sie kann nicht zurückgebucht werden.")
        )
    if payment.voucher is not None:
        lock(db.session(), [payment.voucher])
        return return_payment(
            invoice, payment.voucher, payment.amount, reverses=payment, reason=reason, on=on, by=by
        )
    entry = None
    if payment.kind is PaymentKind.CREDIT:
        used = db.session.get_one(CreditEntry, payment.credit_entry_id)
        entry = book_entry(
            invoice.customer, -used.amount, EntryKind.REVERSAL, text=reason, booked_on=on,
            invoice=invoice, reverses=used, by=by,
        )  # fmt: skip
    opposite = add_payment(
        invoice, -payment.amount, PaymentKind.REVERSAL, method=payment.method, paid_on=on,
        reason=reason, reverses=payment, entry=entry, by=by,
    )  # fmt: skip
    log_activity(
        invoice, "invoice.payment_reversed", by=by, amount=payment.amount,
        personal={"reason": reason},
    )  # fmt: skip
    return opposite


def add_payment(
    invoice: Invoice,
    amount: Decimal,
    kind: PaymentKind,
    *,
    method: PaymentMethod | None,
    paid_on: date,
    by: Actor,
    reason: str | None = None,
    reverses: Payment | None = None,
    entry: CreditEntry | None = None,
    cancellation_id: int | None = None,
) -> Payment:
    """Add a row and keep the invoice's sums in step. Joins a transaction."""
    payment = Payment(
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        kind=kind,
        method=method,
        amount=amount,
        paid_on=paid_on,
        at=clock.now(),
        actor=by.name,
        reason=reason,
        reverses_id=reverses.id if reverses else None,
        credit_entry_id=entry.id if entry else None,
        cancellation_id=cancellation_id,
    )
    db.session.add(payment)
    db.session.flush()
    invoice.paid += amount
    change_open(invoice)
    return payment


def paid_by_credit(invoice: Invoice) -> Decimal:
    """What credit has paid of an invoice, less what became credit again."""
    query = select(func.sum(Payment.amount)).where(
        Payment.invoice_id == invoice.id, Payment.method.is_(None), Payment.voucher_id.is_(None)
    )
    return db.session.scalar(query) or ZERO


def _left_of(payment: Payment) -> Decimal:
    """How much of what was paid in this way has not gone back."""
    invoice, vouchers = payment.invoice, paid_by_vouchers(payment.invoice)
    if payment.voucher_id is not None:
        return vouchers.get(payment.voucher_id, ZERO)
    by_credit = paid_by_credit(invoice)
    if payment.kind is PaymentKind.CREDIT:
        return by_credit
    return invoice.paid - by_credit - sum(vouchers.values(), ZERO)


def _is_reversed(payment: Payment) -> bool:
    query = select(Payment.id).where(Payment.reverses_id == payment.id)
    return db.session.scalar(query) is not None


def _refuse_amount(amount: Decimal) -> None:
    if not is_amount(amount) or not ZERO < amount <= MOST:
        raise DomainError(_("Bitte einen Betrag zwischen 0,01 € und 9.999.999,99 € eingeben."))
