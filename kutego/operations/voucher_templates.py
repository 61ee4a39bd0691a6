"""Templates of vouchers that can be bought."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseCategory,
    CourseDate,
    PaymentMethod,
    PositionKind,
    PriceMode,
    Product,
    TaxMode,
    VoucherExpiry,
    VoucherTax,
    VoucherTemplate,
    company,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.pricing import RATES
from kutego.operations.voucher_limits import limits_of
from kutego.operations.vouchers import check_value, checked_name
from kutego.texts import gettext as _

MOST_MONTHS = 360


@operation
def save_voucher_template(
    template: VoucherTemplate | None = None,
    *,
    name: str,
    price: Decimal,
    value: Decimal | None = None,
    is_free_value: bool = False,
    tax: VoucherTax = VoucherTax.MULTI,
    vat_rate: Decimal = ZERO,
    expiry: VoucherExpiry = VoucherExpiry.NEVER,
    expiry_months: int | None = None,
    text: str | None = None,
    payment_methods: Sequence[PaymentMethod] = (),
    rest_methods: Sequence[PaymentMethod] = (),
    categories: Sequence[CourseCategory] = (),
    courses: Sequence[CourseDate] = (),
    products: Sequence[Product] = (),
    kinds: Sequence[PositionKind] = (),
    is_active: bool = True,
    on: date,
    by: Actor,
) -> VoucherTemplate:
    """Add a template or change one; codes that were sold keep the terms they were sold with.

    Without `value` a code is worth what it costs. Nothing in a list means everything.
    """
    worth = price if is_free_value or value is None else value
    check_value(price)
    check_value(worth)
    _check_tax(tax, vat_rate)
    if expiry is VoucherExpiry.MONTHS and not 1 <= (expiry_months or 0) <= MOST_MONTHS:
        raise DomainError(_("Bitte 1 bis %(most)s Monate eingeben.", most=MOST_MONTHS))
    is_new = template is None
    template = template or VoucherTemplate()
    template.name, template.price, template.value = checked_name(name), price, worth
    template.is_free_value, template.tax = is_free_value, tax
    template.vat_rate = vat_rate if tax is VoucherTax.SINGLE else ZERO
    template.expiry = expiry
    template.expiry_months = expiry_months if expiry is VoucherExpiry.MONTHS else None
    template.text = (text or "").strip() or None
    template.payment_methods = [method.value for method in payment_methods] or None
    template.rest_methods = [method.value for method in rest_methods] or None
    template.limits = limits_of(categories, courses, products, kinds)
    template.is_active = is_active
    template.revision = 1 if is_new else template.revision + 1
    db.session.add(template)
    done = "created" if is_new else "changed"
    log_activity(template, f"voucher_template.{done}", by=by, name=template.name, price=price)
    return template


def _check_tax(tax: VoucherTax, rate: Decimal) -> None:
    """Single-purpose: the rate of what it is good for is known (§ 3 (14) UStG)."""
    if tax is VoucherTax.MULTI:
        return
    if company().tax_mode is not TaxMode.REGULAR or company().prices is PriceMode.NET:
        raise DomainError(
            _("Einzweckgutscheine gibt es nur bei Regelbesteuerung und Bruttopreisen. "
              "Bitte „Mehrzweckgutschein“ wählen.")
        )  # fmt: skip
    if rate not in RATES or not rate:
        raise DomainError(_("Bitte den Steuersatz des Einzweckgutscheins wählen."))
