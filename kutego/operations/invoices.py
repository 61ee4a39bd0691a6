"""Invoices: drafted, issued once, sent again. See also `invoice_corrections`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    Booking,
    Customer,
    DraftPosition,
    Enclosure,
    Invoice,
    InvoicePosition,
    InvoiceState,
    Message,
    PaymentMethod,
    company,
)
from kutego.models.position import PositionColumns
from kutego.money import MOST, ZERO, euro, is_amount
from kutego.operations import issuing
from kutego.operations.activity import log_activity
from kutego.operations.booking_making import book_draft
from kutego.operations.booking_reasons import reason_for_booking
from kutego.operations.documents import renditions_of
from kutego.operations.down_payments import (
    DownPayment,
    down_payment_of,
    down_payment_to,
    refuse_down_payment,
)
from kutego.operations.draft_vouchers import (
    paid_by,
    try_codes,
    try_wish,
    wish_of,
    wish_to,
    wished_vouchers,
)
from kutego.operations.enclosures import enclosures_for, enclosures_sent
from kutego.operations.first_periods import as_billed
from kutego.operations.instalment_making import check_number, first_part
from kutego.operations.messages import queue_message
from kutego.operations.payment_methods import narrowing, refuse_method, refuse_rest
from kutego.operations.positions import PositionInput, make_positions
from kutego.operations.voucher_codes import find_vouchers
from kutego.texts import gettext as _


@operation
def save_draft(
    customer: Customer,
    *,
    positions: Sequence[PositionInput],
    payment_method: PaymentMethod,
    method_locked: bool = False,
    intro: str | None = None,
    closing: str | None = None,
    codes: Sequence[str] = (),
    credit_to_use: Decimal = ZERO,
    down_payment: DownPayment | None = None,
    send_mail: bool = True,
    instalments: int | None = None,
    invoice: Invoice | None = None,
    revision: int | None = None,
    on: date,
    by: Actor,
) -> Invoice:
    """Keep a draft: no number, nothing reserved, nothing booked (spec INV-31 to 33).

    `codes` are those of vouchers, as `split_codes` gives them.
    `down_payment` is money that the customer has given already (spec INV-28), `instalments` in
    how many parts the rest is to be paid.
    """
    if invoice is None:
        invoice = Invoice(customer=customer, created_at=clock.now())
    elif invoice.state is not InvoiceState.DRAFT or invoice.customer_id != customer.id:
        raise DomainError(_("%(number)s ist kein Entwurf mehr.", number=invoice))
    refuse_changed(invoice, revision)
    refuse_method(payment_method, invoice.payment_method, narrowing(positions))
    lines = make_positions(DraftPosition, customer, positions)
    priced, redeemed = try_codes(find_vouchers(codes), as_billed(lines, on), customer, on)
    refuse_total(priced.gross)
    claim = first_part(priced.gross, instalments) - paid_by(redeemed)
    _check_deductions(credit_to_use, down_payment, max(claim, ZERO), on)
    codes_used = [redemption.voucher for redemption in redeemed]
    refuse_rest(payment_method, codes_used, claim - credit_to_use, positions)
    wish_to(invoice, redeemed, instalments)
    invoice.payment_method, invoice.method_locked = payment_method, method_locked
    invoice.intro, invoice.closing = intro, closing
    invoice.credit_to_use, invoice.send_mail = credit_to_use, send_mail
    invoice.instalments = instalments
    down_payment_to(invoice, down_payment)
    invoice.email, invoice.total = customer.email, priced.gross
    invoice.draft_positions = lines
    invoice.revision = (invoice.revision or 0) + 1
    db.session.add(invoice)
    log_activity(invoice, "invoice.drafted", by=by, total=priced.gross)
    return invoice


@operation
def delete_draft(invoice: Invoice, *, on: date, by: Actor) -> None:
    """Throw a draft away; it never had a number (spec INV-35)."""
    if invoice.state is not InvoiceState.DRAFT:
        raise DomainError(
            _("%(number)s ist ausgestellt und bleibt. Bitte stornieren.", number=invoice)
        )
    log_activity(invoice, "invoice.draft_deleted", by=by, total=invoice.total)
    db.session.delete(invoice)


@operation
def issue_invoice(
    invoice: Invoice,
    *,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Invoice | Booking:
    """Issue a draft: number, snapshot, places, contracts, credit and mail, all or nothing.

    What `reason_for_booking` finds a reason for becomes a booking, and the draft goes.
    """
    if invoice.state is not InvoiceState.DRAFT:
        raise DomainError(_("%(number)s ist schon ausgestellt.", number=invoice))
    inputs = [as_input(position) for position in invoice.draft_positions]
    lines = make_positions(InvoicePosition, invoice.customer, inputs)
    refuse_method(invoice.payment_method, invoice.payment_method, narrowing(lines))
    wish, send_mail = invoice.credit_to_use, invoice.send_mail
    if wish > invoice.customer.credit:
        raise DomainError(
            _(
                "Das Guthaben beträgt inzwischen nur %(credit)s. Bitte den Entwurf anpassen.",
                credit=euro(invoice.customer.credit),
            )
        )
    down_payment = down_payment_of(invoice)
    priced, by_codes = try_wish(invoice, as_billed(lines, on), on)
    claim = first_part(priced.gross, invoice.instalments) - by_codes
    _check_deductions(wish, down_payment, max(claim, ZERO), on)
    refuse_rest(invoice.payment_method, wished_vouchers(invoice), claim - wish, lines)
    check_number(lines, invoice.instalments, confirmed)
    reason = reason_for_booking(
        company(), total=priced.gross, method=invoice.payment_method, origin=invoice.origin,
        credit=wish, redeemed=by_codes, has_codes=bool(invoice.voucher_wish),
    )  # fmt: skip
    if reason is not None:
        return book_draft(invoice, lines, reason, confirmed=confirmed, on=on, by=by)
    vouchers = wish_of(invoice)
    invoice.draft_positions = []
    invoice.credit_to_use, invoice.voucher_wish = ZERO, None
    down_payment_to(invoice, None)
    issuing.issue(
        invoice, lines, credit=wish, vouchers=vouchers, down_payment=down_payment,
        confirmed=confirmed, on=on, by=by,
    )  # fmt: skip
    if send_mail:
        mail_invoice(invoice, "invoice_issued", enclosures=enclosures_for([invoice]))
    return invoice


@operation
def resend_invoice(invoice: Invoice, *, to_current: bool, on: date, by: Actor) -> Message:
    """Send the newest version again, to its own address or to the customer's of today (D-06)."""
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf kann nicht versendet werden."))
    recipient = invoice.customer.email if to_current else invoice.email
    message = mail_invoice(
        invoice, "invoice_issued", recipient=recipient, enclosures=enclosures_sent(invoice)
    )
    log_activity(invoice, "invoice.resent", by=by, personal={"recipient": recipient})
    return message


# --- parts ------------------------------------------------------------------------------------


def mail_invoice(
    invoice: Invoice,
    template: str,
    recipient: str | None = None,
    enclosures: Sequence[Enclosure] = (),
) -> Message:
    """Queue a mail with the documents of the newest version, and the office's files after them."""
    return queue_message(
        invoice.customer,
        template,
        subject_of=invoice,
        attachments=[*renditions_of(invoice.current), *enclosures],
        recipient=recipient or invoice.email,
        invoice=invoice,
        enclosures=enclosures,
    )


def as_input(position: PositionColumns) -> PositionInput:
    """A stored position as the form would send it."""
    return PositionInput(
        **{name: getattr(position, name) for name in PositionInput.__annotations__}
    )


def _check_deductions(
    credit: Decimal, down_payment: DownPayment | None, gross: Decimal, on: date
) -> None:
    """In this order: credit, then what was paid down; the amount due is never negative (D-16)."""
    if not is_amount(credit) or not ZERO <= credit <= gross:
        raise DomainError(_("Das Guthaben kann höchstens den Rechnungsbetrag begleichen."))
    if down_payment is None:
        return
    refuse_down_payment(down_payment, on)
    if credit + down_payment.amount > gross:
        raise DomainError(
            _("Guthaben und Anzahlung sind zusammen höher als der Rechnungsbetrag von %(gross)s "
              "nach Abzug der Gutscheine. Was zu viel gezahlt ist, bitte als Guthaben einzahlen.",
              gross=euro(gross))
        )  # fmt: skip


def refuse_total(gross: Decimal) -> None:
    """An invoice over less than nothing is no invoice."""
    if not ZERO <= gross <= MOST:
        raise DomainError(
            _("Der Gesamtbetrag liegt zwischen 0,00 € und 9.999.999,99 €. Bitte Preise prüfen.")
        )


def refuse_changed(record, revision: int | None) -> None:
    """Somebody else has saved since the form was opened."""
    if revision is not None and record.id is not None and record.revision != revision:
        raise ConcurrentChange(
            _("%(record)s wurde inzwischen geändert. Bitte die Seite neu laden.", record=record)
        )
