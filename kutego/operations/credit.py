"""The credit a customer has with us: paid in, set off, paid out, and put right again."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    Customer,
    CustomerState,
    DepositKind,
    EntryKind,
    Invoice,
    Payment,
    Refund,
)
from kutego.money import MOST, ZERO, euro, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import book_entry, check_balance, use_credit
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.receipts import issue_receipt
from kutego.operations.refunds import checked_account, withdraw
from kutego.operations.voucher_conversion import converted_from, return_converted
from kutego.texts import gettext as _

MOST_TEXT = 500


@operation
def deposit_credit(
    customer: Customer,
    *,
    amount: Decimal,
    kind: DepositKind,
    received_on: date,
    text: str | None = None,
    send_receipt: bool = False,
    on: date,
    by: Actor,
) -> CreditEntry:
    """Book money that the customer paid in (Euro, whole cents), with a numbered receipt.

    Opening balance and goodwill are internal and have none (spec CRD-05, 06).
    """
    _check_amount(amount)
    _refuse_erased(customer)
    if received_on > on:
        raise DomainError(_("Das Datum der Einzahlung liegt in der Zukunft. Bitte prüfen."))
    text = _checked_text(text)
    receipt = None
    if kind.has_receipt:
        purpose = text or _("Einzahlung auf Ihr Guthaben")
        receipt = issue_receipt(
            customer, amount=amount, kind=kind, purpose=purpose, received_on=received_on, on=on
        )
    entry = book_entry(
        customer,
        amount,
        EntryKind.DEPOSIT,
        text=text or kind.label,
        booked_on=received_on,
        payment_kind=kind,
        receipt=receipt,
        by=by,
    )
    log_activity(
        entry, "credit.deposited", by=by, amount=amount, kind=kind,
        receipt=receipt.number if receipt else None,
    )  # fmt: skip
    if receipt is not None and send_receipt:
        queue_message(customer, "receipt", subject_of=receipt, receipt=receipt)
    return entry


@operation
def pay_out_credit(
    customer: Customer,
    *,
    amount: Decimal,
    iban: str,
    account_holder: str,
    text: str | None = None,
    send_receipt: bool = False,
    on: date,
    by: Actor,
) -> CreditEntry:
    """Pay credit back by transfer: a negative receipt and a line in the refund list (spec D-02)."""
    _check_amount(amount)
    check_balance(customer, amount)
    account, holder = checked_account(iban, account_holder)
    purpose = _checked_text(text) or _("Auszahlung Guthaben")
    kind = DepositKind.BANK_TRANSFER
    receipt = issue_receipt(
        customer, amount=-amount, kind=kind, purpose=purpose, on=on,
        closing=_("Wir überweisen den Betrag auf das Konto %(iban)s von %(holder)s.",
                  iban=account.formatted, holder=holder),
    )  # fmt: skip
    entry = book_entry(
        customer, -amount, EntryKind.PAYOUT, text=purpose, booked_on=on,
        payment_kind=kind, receipt=receipt, by=by,
    )  # fmt: skip
    refund = Refund(
        customer_id=customer.id,
        receipt_id=receipt.id,
        amount=amount,
        account_holder=holder,
        iban=str(account),
        purpose=f"{receipt.number} {purpose}"[:140],
        created_on=on,
    )
    db.session.add(refund)
    log_activity(entry, "credit.paid_out", by=by, amount=amount, receipt=receipt.number)
    if send_receipt:
        queue_message(customer, "receipt", subject_of=receipt, receipt=receipt)
    return entry


@operation
def set_off_credit(
    customer: Customer,
    *,
    invoices: Sequence[Invoice] | None = None,
    amount: Decimal | None = None,
    on: date,
    by: Actor,
) -> list[Payment]:
    """Use credit for open invoices: the chosen ones in their order, or the oldest due first.

    At most `amount`, never more than is open and never more than there is (spec D-21).
    """
    if amount is not None:
        _check_amount(amount)
        check_balance(customer, amount)
    if customer.credit <= 0:
        raise DomainError(_("%(name)s hat kein Guthaben.", name=customer.name))
    rest = min(amount, customer.credit) if amount is not None else customer.credit
    payments = []
    for invoice in invoices if invoices is not None else open_invoices(customer):
        if invoice.customer_id != customer.id:
            raise DomainError(_("Rechnung %(number)s gehört einem anderen Kunden.", number=invoice))
        part = min(rest, invoice.open_amount)
        if part > 0:
            payments.append(use_credit(invoice, part, on=on, by=by))
            rest -= part
    if not payments:
        raise DomainError(_("Es gibt keine offene Rechnung, mit der verrechnet werden kann."))
    return payments


@operation
def correct_entry(entry: CreditEntry, *, reason: str, on: date, by: Actor) -> CreditEntry:
    """Undo a wrong entry by its opposite; the wrong one stays visible (spec CRD-14).

    A pay-out can be undone as long as its money has not been sent.
    """
    reason = given_reason(reason)
    customer = entry.customer.account
    if entry.kind is EntryKind.TRANSFER:
        raise DomainError(
            _("Dieser Übertrag gehört zu einer Zusammenführung. Bitte diese rückgängig machen.")
        )
    if entry.kind is EntryKind.REVERSAL or entry.reversed_by is not None:
        raise DomainError(_("Diese Buchung ist selbst eine Gegenbuchung oder schon korrigiert."))
    if entry.kind in (EntryKind.OFFSET, EntryKind.CANCELLATION):
        raise DomainError(
            _("Diese Buchung gehört zu einer Rechnung. Bitte dort die Zahlung zurückbuchen.")
        )
    if entry.kind is EntryKind.PAYOUT:
        withdraw(_refund_of(entry), by=by)
    if entry.amount > customer.credit:
        raise DomainError(
            _(
                "Von dieser Einzahlung ist schon etwas verbraucht: Das Guthaben beträgt nur "
                "%(credit)s. Bitte zuerst die Verrechnung zurückbuchen.",
                credit=euro(customer.credit),
            )
        )
    voucher = converted_from(entry)
    lock(db.session(), [voucher] if voucher else [])
    receipt = None
    if entry.receipt is not None:
        purpose = _("Korrektur zu %(number)s", number=entry.receipt.number)
        receipt = issue_receipt(
            customer, amount=-entry.amount, kind=entry.receipt.payment_kind, purpose=purpose, on=on,
            corrects=entry.receipt,
        )  # fmt: skip
    opposite = book_entry(
        customer, -entry.amount, EntryKind.REVERSAL, text=reason, booked_on=on,
        payment_kind=entry.payment_kind, receipt=receipt, reverses=entry, by=by,
    )  # fmt: skip
    if voucher:
        return_converted(voucher, opposite, on=on, by=by)
    log_activity(opposite, "credit.corrected", by=by, amount=-entry.amount, entry=entry.id)
    return opposite


# --- parts ------------------------------------------------------------------------------------


def open_invoices(customer: Customer) -> list[Invoice]:
    """What the customer still owes, oldest due first, then by number (spec D-21)."""
    query = select(Invoice).where(Invoice.customer_id == customer.id, Invoice.open_amount > 0)
    return list(db.session.scalars(query.order_by(Invoice.due_on, Invoice.number)))


def _check_amount(amount: Decimal) -> None:
    if not is_amount(amount) or not ZERO < amount <= MOST:
        raise DomainError(_("Bitte einen Betrag zwischen 0,01 € und 9.999.999,99 € eingeben."))


def _refund_of(entry: CreditEntry) -> Refund:
    return db.session.scalars(select(Refund).where(Refund.receipt_id == entry.receipt_id)).one()


def _checked_text(text: str | None) -> str:
    text = (text or "").strip()
    if len(text) > MOST_TEXT:
        raise DomainError(_("Der Text hat höchstens %(most)s Zeichen.", most=MOST_TEXT))
    return text


def _refuse_erased(customer: Customer) -> None:
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert. Hier wird nichts mehr gebucht."))
