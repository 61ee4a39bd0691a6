"""Codes on a booking: used when it is made, back on the code when it is cancelled (spec D-04)."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db
from kutego.models import Booking, RedemptionKind, Voucher, VoucherRedemption
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.redemption_plan import Redemption
from kutego.operations.voucher_uses import book_use, plain_shares, shares_on

Back = tuple[Voucher, Decimal]


def redeem_for(booking: Booking, found: Sequence[Redemption], *, on: date, by: Actor) -> None:
    """Use the codes for a booking that is made. Joins a transaction that has locked them."""
    if found:
        db.session.flush()  # the rows name it
    for redemption in found:
        voucher, amount = redemption.voucher, redemption.amount
        if redemption.shares is None:
            booking.voucher_used += amount
        book_use(
            voucher, amount, RedemptionKind.REDEEMED, uses=1, customer_id=booking.customer_id,
            booking_id=booking.id, shares=plain_shares(redemption.shares), on=on, by=by,
        )  # fmt: skip
        log_activity(booking, "booking.voucher_redeemed", by=by, code=voucher.short, amount=amount)


def paid_for(booking: Booking) -> dict[Voucher, Decimal]:
    """What each code has paid of a booking and did not get back; the last one first."""
    query = (
        select(VoucherRedemption.voucher_id, func.sum(VoucherRedemption.amount))
        .where(VoucherRedemption.booking_id == booking.id, VoucherRedemption.shares.is_(None))
        .group_by(VoucherRedemption.voucher_id)
        .order_by(func.min(VoucherRedemption.id).desc())
    )
    sums = db.session.execute(query).all()
    return {db.session.get_one(Voucher, id_): paid for id_, paid in sums if paid}


def codes_of(booking: Booking) -> list[Voucher]:
    """Every code that something of a booking could go back to: to be locked beforehand."""
    return list(dict.fromkeys([*paid_for(booking), *shares_on(booking)]))


def split_money(booking: Booking, amount: Decimal) -> tuple[list[Back], Decimal]:
    """So much of what paid for a booking: by vouchers, then by credit (spec VOU-11)."""
    vouchers, left = [], amount
    for voucher, paid in paid_for(booking).items():
        if part := min(left, paid):
            vouchers.append((voucher, part))
            left -= part
    return vouchers, min(left, booking.credit_used)


def wish_like(booking: Booking, paid: Sequence[Back]) -> dict[int, Decimal]:
    """What the codes (by id) take off a booking, as a document wishes for it."""
    lowered = {v: sum(shares.values(), ZERO) for v, shares in shares_on(booking).items()}
    return {voucher.id: amount for voucher, amount in (dict(paid) | lowered).items()}


def return_codes(
    booking: Booking, back: Sequence[Back], gone: Collection[str], *, on: date, by: Actor
) -> None:
    """Let codes have `back` what they paid, and what they took off the `gone` positions (by key).

    A discount code may be used once more when nothing is left of what it was used for.
    """
    paid = paid_for(booking)
    for voucher, amount in back:
        booking.voucher_used -= amount
        _return(booking, voucher, amount, None, amount == paid[voucher], on=on, by=by)
    for voucher, shares in shares_on(booking).items():
        off = {key: -share for key, share in shares.items() if key in gone}
        if off:
            amount = -sum(off.values(), ZERO)
            _return(booking, voucher, amount, off, off.keys() == shares.keys(), on=on, by=by)


def _return(
    booking: Booking,
    voucher: Voucher,
    amount: Decimal,
    shares: dict[str, Decimal] | None,
    is_over: bool,
    *,
    on: date,
    by: Actor,
) -> None:
    book_use(
        voucher, -amount, RedemptionKind.RETURNED, uses=-1 if is_over else 0,
        customer_id=booking.customer_id, booking_id=booking.id, shares=plain_shares(shares),
        on=on, by=by,
    )  # fmt: skip
    log_activity(booking, "booking.voucher_returned", by=by, code=voucher.short, amount=amount)
