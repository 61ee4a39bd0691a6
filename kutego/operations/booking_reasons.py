"""Invoice or booking: the one decision, and the sentences that say why (INV-01 to 04, D-04)."""

from decimal import Decimal

from kutego.models import BookingReason, Company, CoveredRule, InvoiceOrigin, PaymentMethod
from kutego.money import ZERO
from kutego.texts import gettext as _


def reason_for_booking(
    house: Company,
    *,
    total: Decimal,
    method: PaymentMethod,
    origin: InvoiceOrigin,
    credit: Decimal = ZERO,
    redeemed: Decimal = ZERO,
    has_codes: bool = False,
) -> BookingReason | None:
    """Why a sale becomes a booking, or None where it becomes an invoice.

    `total` is what the positions cost after their discounts and codes, `credit` and `redeemed`
    are what credit and vouchers pay of it. Free is free whoever asks; what is paid elsewhere, or
    where the house writes no invoices here, has none; what is covered in full follows the setting,
    and no code is refused where there would be no invoice anyway.
    """
    if total == 0 and not has_codes:
        return BookingReason.FREE
    is_elsewhere = method is PaymentMethod.EXTERNAL
    by_codes = has_codes and (redeemed > 0 or total == 0)
    is_covered = credit + redeemed >= total
    if is_covered and by_codes and (is_elsewhere or not house.finance_module):
        return BookingReason.VOUCHER
    if is_elsewhere:
        return BookingReason.EXTERNAL
    if not house.finance_module:
        return BookingReason.NO_FINANCE
    if is_covered and _covered_is_booked(house.covered_rule, origin):
        return BookingReason.VOUCHER if by_codes else BookingReason.COVERED
    return None


def reason_sentence(reason: BookingReason, *, with_credit: bool = False) -> str:
    """Why there is no invoice, for the office and for the customer.

    `with_credit`: credit paid what a voucher left.
    """
    if reason is BookingReason.VOUCHER and with_credit:
        return _(
            "Gutschein und Guthaben decken zusammen den ganzen Betrag, deshalb gibt es keine "
            "Rechnung."
        )
    return {
        BookingReason.FREE: _("Die Buchung ist kostenlos, deshalb gibt es keine Rechnung."),
        BookingReason.EXTERNAL: _(
            "Bezahlt wird nicht bei uns, sondern extern; von uns kommt deshalb keine Rechnung."
        ),
        BookingReason.NO_FINANCE: _("Wir stellen hierüber an dieser Stelle keine Rechnung."),
        BookingReason.COVERED: _(
            "Guthaben deckt den ganzen Betrag, deshalb gibt es keine Rechnung."
        ),
        BookingReason.VOUCHER: _(
            "Der Gutschein deckt den ganzen Betrag, deshalb gibt es keine Rechnung."
        ),
    }[reason]


def _covered_is_booked(rule: CoveredRule, origin: InvoiceOrigin) -> bool:
    if rule is CoveredRule.WEBSITE:
        return origin is InvoiceOrigin.WEBSITE
    return rule is CoveredRule.BOOKING
