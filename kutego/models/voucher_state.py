"""The state of vouchers in SQL, for filters: what `Voucher.state` answers about one record."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from kutego.db import db
from kutego.models.customer import Customer
from kutego.models.invoice import Invoice
from kutego.models.voucher import Voucher, VoucherKind, VoucherState


def voucher_state_is(state: VoucherState, on: date) -> ColumnElement[bool]:
    """The condition for vouchers in `state` on a day."""
    found: list[ColumnElement[bool]] = []
    for known, is_true in _conditions(on).items():
        if known is state:
            return and_(is_true, *(not_(earlier) for earlier in found))
        found.append(is_true)
    return and_(*(not_(earlier) for earlier in found))


def usable_vouchers(customer: Customer, on: date, most: int = 5) -> list[Voucher]:
    """A few codes that a customer bought or was given, and can use to pay on a day."""
    query = (
        select(Voucher)
        .where(
            Voucher.customer_id == customer.id,
            Voucher.kind != VoucherKind.DISCOUNT,
            voucher_state_is(VoucherState.VALID, on),
        )
        .order_by(Voucher.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def _conditions(on: date) -> dict[VoucherState, ColumnElement[bool]]:
    """In the order in which they are asked; none may be NULL, or its opposite would be too."""
    is_discount = Voucher.kind == VoucherKind.DISCOUNT
    used_up = or_(
        and_(is_discount, Voucher.most_uses.is_not(None), Voucher.uses >= Voucher.most_uses),
        and_(not_(is_discount), Voucher.rest <= 0),
    )
    owed = exists().where(Invoice.id == Voucher.invoice_id, Invoice.open_amount > 0)
    return {
        VoucherState.BLOCKED: Voucher.blocked_at.is_not(None),
        VoucherState.USED_UP: func.coalesce(used_up, False),
        VoucherState.EXPIRED: and_(Voucher.valid_to.is_not(None), Voucher.valid_to < on),
        VoucherState.UNPAID: and_(Voucher.waits, owed),
        VoucherState.EARLY: and_(Voucher.valid_from.is_not(None), Voucher.valid_from > on),
    }
