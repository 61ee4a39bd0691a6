"""The rows that say what codes were used for, and what of it still stands on a document."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import Invoice, RedemptionKind, Voucher, VoucherKind, VoucherRedemption
from kutego.money import ZERO
from kutego.operations.effect import Sale


def book_use(
    voucher: Voucher,
    amount: Decimal,
    kind: RedemptionKind,
    *,
    uses: int,
    customer_id: int,
    on: date,
    by: Actor,
    **where: Any,
) -> VoucherRedemption:
    """Add a row and keep the code's sums in step with it. `where` names what it was used for."""
    if voucher.kind is not VoucherKind.DISCOUNT:
        voucher.rest -= amount
    voucher.uses += uses
    row = VoucherRedemption(
        customer_id=customer_id,
        voucher_id=voucher.id,
        kind=kind,
        amount=amount,
        uses=uses,
        rest=voucher.rest,
        booked_on=on,
        at=clock.now(),
        actor=by.name,
        **where,
    )
    db.session.add(row)
    db.session.flush()
    return row


def shares_on(sale: Sale) -> dict[Voucher, dict[str, Decimal]]:
    """What codes take off the prices of a document now, by the key of the position."""
    query = (
        select(VoucherRedemption)
        .where(_of(sale), VoucherRedemption.shares.is_not(None))
        .order_by(VoucherRedemption.id)
    )
    found: dict[Voucher, dict[str, Decimal]] = {}
    for row in db.session.scalars(query):
        shares = found.setdefault(row.voucher, {})
        for key, share in (row.shares or {}).items():
            shares[key] = shares.get(key, ZERO) + Decimal(share)
    left = {v: {key: part for key, part in shares.items() if part} for v, shares in found.items()}
    return {voucher: shares for voucher, shares in left.items() if shares}


def plain_shares(shares: Mapping[str, Decimal] | None) -> dict[str, Any] | None:
    """As a row keeps them."""
    return {key: f"{part:.2f}" for key, part in shares.items()} if shares is not None else None


def _of(sale: Sale) -> Any:
    if isinstance(sale, Invoice):
        return VoucherRedemption.invoice_id == sale.id
    return VoucherRedemption.booking_id == sale.id
