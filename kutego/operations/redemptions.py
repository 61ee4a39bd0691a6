"""Redeeming codes: frozen rows beside a kept rest. What came off a document goes back to the code.

Everything here joins a transaction that has locked the customer and the vouchers.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import (
    Cancellation,
    Invoice,
    InvoicePosition,
    Payment,
    PaymentKind,
    RedemptionKind,
    Voucher,
    VoucherKind,
)
from kutego.models.position import PositionColumns
from kutego.money import ZERO, to_cents
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import change_open
from kutego.operations.redemption_plan import Redemption, lower
from kutego.operations.voucher_uses import book_use, plain_shares, shares_on


def book_redemptions(invoice: Invoice, found: Sequence[Redemption], *, on: date, by: Actor) -> None:
    """Use the codes for an invoice that is issued: those that pay settle part of it."""
    for redemption in found:
        voucher, amount = redemption.voucher, redemption.amount
        payment = None
        if redemption.shares is None:
            payment = _pay(invoice, voucher, amount, PaymentKind.VOUCHER, on=on, by=by)
        book_use(
            voucher, amount, RedemptionKind.REDEEMED, uses=1, customer_id=invoice.customer_id,
            invoice_id=invoice.id, payment_id=payment.id if payment else None,
            shares=plain_shares(redemption.shares), on=on, by=by,
        )  # fmt: skip
        log_activity(invoice, "invoice.voucher_redeemed", by=by, code=voucher.short, amount=amount)


def return_payment(
    invoice: Invoice,
    voucher: Voucher,
    amount: Decimal,
    *,
    cancellation: Cancellation | None = None,
    reverses: Payment | None = None,
    reason: str | None = None,
    on: date,
    by: Actor,
) -> Payment:
    """Let what a code has paid go back to it: because of a cancellation, or of a mistake."""
    kind = PaymentKind.REVERSAL if reverses else PaymentKind.VOUCHER_RETURNED
    payment = _pay(
        invoice, voucher, -amount, kind, on=on, by=by, reason=reason,
        cancellation_id=cancellation.id if cancellation else None,
        reverses_id=reverses.id if reverses else None,
    )  # fmt: skip
    is_over = paid_by_vouchers(invoice).get(voucher.id, ZERO) == 0
    book_use(
        voucher, -amount, RedemptionKind.RETURNED, uses=-1 if is_over else 0,
        customer_id=invoice.customer_id, invoice_id=invoice.id, payment_id=payment.id,
        cancellation_id=cancellation.id if cancellation else None, on=on, by=by,
    )  # fmt: skip
    log_activity(invoice, "invoice.voucher_returned", by=by, code=voucher.short, amount=amount)
    return payment


def return_shares(
    invoice: Invoice,
    gone: Mapping[str, Decimal],
    cancellation: Cancellation,
    *,
    on: date,
    by: Actor,
) -> None:
    """Let what codes took off cancelled positions go back to them.

    `gone` says for each position (by key) which part of what is left goes now, 1 for all of it. A
    discount code may be used once more when nothing is left of what it was used for.
    """
    for voucher, shares in shares_on(invoice).items():
        back = {key: part for key, part in _cut(shares, gone).items() if part}
        if not back:
            continue
        is_over = all(share == back.get(key, ZERO) for key, share in shares.items())
        amount = sum(back.values(), ZERO)
        book_use(
            voucher, -amount, RedemptionKind.RETURNED, uses=-1 if is_over else 0,
            customer_id=invoice.customer_id, invoice_id=invoice.id,
            cancellation_id=cancellation.id, shares=plain_shares({k: -p for k, p in back.items()}),
            on=on, by=by,
        )  # fmt: skip
        if voucher.kind is not VoucherKind.DISCOUNT:
            log_activity(
                invoice, "invoice.voucher_returned", by=by, code=voucher.short, amount=amount
            )


def lower_again(invoice: Invoice, lines: Sequence[InvoicePosition], *, on: date, by: Actor) -> None:
    """Take the codes of an invoice off the lines of its next version, and note what changed."""
    before = shares_on(invoice)
    for new in lowered_again(invoice, lines):
        voucher, shares = new.voucher, before[new.voucher]
        changes = {
            key: new_share - shares.get(key, ZERO)
            for key in {*shares, *(new.shares or {})}
            if (new_share := (new.shares or {}).get(key, ZERO)) != shares.get(key, ZERO)
        }
        if changes:
            book_use(
                voucher, sum(changes.values(), ZERO), RedemptionKind.CORRECTED, uses=0,
                customer_id=invoice.customer_id, invoice_id=invoice.id,
                shares=plain_shares(changes), on=on, by=by,
            )  # fmt: skip


def lowered_again(invoice: Invoice, lines: Sequence[PositionColumns]) -> list[Redemption]:
    """The codes of an invoice on other lines; an amount never grows. Changes only the lines."""
    return [
        lower(voucher, lines, most=sum(shares.values(), ZERO))
        for voucher, shares in shares_on(invoice).items()
    ]


# --- what was redeemed --------------------------------------------------------------------------


def paid_by_vouchers(invoice: Invoice) -> dict[int, Decimal]:
    """What each voucher (by id) has paid of an invoice and did not get back; the last one first."""
    query = (
        select(Payment.voucher_id, func.sum(Payment.amount))
        .where(Payment.invoice_id == invoice.id, Payment.voucher_id.is_not(None))
        .group_by(Payment.voucher_id)
        .order_by(func.min(Payment.id).desc())
    )
    return {voucher_id: paid for voucher_id, paid in db.session.execute(query) if voucher_id}


def vouchers_on(invoice: Invoice, ids: Collection[int] = ()) -> list[Voucher]:
    """Every voucher that something of an invoice could go back to: to be locked beforehand."""
    wanted = {*paid_by_vouchers(invoice), *ids}
    paid = db.session.scalars(select(Voucher).where(Voucher.id.in_(wanted)))
    return list(dict.fromkeys([*paid, *shares_on(invoice)]))


# --- parts ------------------------------------------------------------------------------------


def _pay(
    invoice: Invoice,
    voucher: Voucher,
    amount: Decimal,
    kind: PaymentKind,
    *,
    on: date,
    by: Actor,
    **more: Any,
) -> Payment:
    payment = Payment(
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        kind=kind,
        method=None,
        amount=amount,
        paid_on=on,
        at=clock.now(),
        actor=by.name,
        voucher_id=voucher.id,
        **more,
    )
    db.session.add(payment)
    db.session.flush()
    invoice.paid += amount
    change_open(invoice)
    return payment


def _cut(shares: Mapping[str, Decimal], gone: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The cancelled part of each share, to the cent."""
    return {key: to_cents(share * gone[key]) for key, share in shares.items() if key in gone}
