"""Discount codes: they lower prices, once or often, for one customer or for everybody."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseCategory,
    CourseDate,
    Customer,
    PaymentMethod,
    PositionKind,
    Product,
    Voucher,
    VoucherKind,
)
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.voucher_codes import OWN, draw_code, normalised
from kutego.operations.voucher_limits import limits_of
from kutego.operations.voucher_making import add_voucher
from kutego.operations.vouchers import check_days, check_value, checked_name
from kutego.texts import gettext as _


@operation
def create_discount_code(
    customer: Customer | None = None,
    *,
    name: str,
    code: str | None = None,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    minimum: Decimal | None = None,
    most_uses: int | None = None,
    most_per_customer: int | None = None,
    remark: str | None = None,
    categories: Sequence[CourseCategory] = (),
    courses: Sequence[CourseDate] = (),
    products: Sequence[Product] = (),
    kinds: Sequence[PositionKind] = (),
    payment_methods: Sequence[PaymentMethod] = (),
    on: date,
    by: Actor,
) -> Voucher:
    """A code that lowers prices by `percent`, or by `amount` (Euro, in the base of the prices).

    Without `code` one is drawn. With `customer` it is for them alone (spec VOU-09).
    """
    _check_discount(percent, amount)
    check_days(valid_from, valid_to, on)
    for most in (most_uses, most_per_customer):
        if most is not None and most < 1:
            raise DomainError(_("Ein Code ist mindestens einmal einlösbar. Leer: beliebig oft."))
    if minimum is not None and not (is_amount(minimum) and ZERO < minimum <= MOST):
        raise DomainError(_("Bitte den Mindestbetrag in Euro und Cent eingeben."))
    return add_voucher(
        VoucherKind.DISCOUNT,
        name=checked_name(name),
        code=_free_code(code),
        percent=percent,
        amount=amount,
        valid_from=valid_from,
        valid_to=valid_to,
        minimum=minimum,
        most_uses=most_uses,
        most_per_customer=most_per_customer,
        remark=remark or None,
        customer=customer,
        payment_methods=[method.value for method in payment_methods] or None,
        limits=limits_of(categories, courses, products, kinds),
        on=on,
        by=by,
    )


# --- parts ------------------------------------------------------------------------------------


def _check_discount(percent: Decimal | None, amount: Decimal | None) -> None:
    if (percent is None) == (amount is None):
        raise DomainError(_("Bitte entweder Prozent oder einen Betrag eingeben."))
    if percent is not None and not (is_amount(percent) and ZERO < percent <= 100):
        raise DomainError(_("Der Rabatt liegt über 0 und höchstens bei 100 Prozent."))
    if amount is not None:
        check_value(amount)


def _free_code(code: str | None) -> str:
    if not (code or "").strip():
        return draw_code()
    own = normalised(code or "")
    if not OWN.fullmatch(own):
        raise DomainError(_("Ein Code hat 4 bis 20 Buchstaben (ohne Umlaute) und Ziffern."))
    if db.session.scalar(select(Voucher.id).where(Voucher.code == own)) is not None:
        raise DomainError(_("Den Code %(code)s gibt es schon.", code=own))
    return own
