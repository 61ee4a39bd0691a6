"""Paying an invoice that is issued already with vouchers: as with credit, in no new version."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import Invoice, InvoiceState, Voucher
from kutego.money import ZERO
from kutego.operations.cancellation_plan import cancellable_positions
from kutego.operations.payment_methods import refuse_rest
from kutego.operations.redemption_plan import Redemption, useless_text
from kutego.operations.redemptions import book_redemptions, paid_by_vouchers
from kutego.operations.voucher_codes import find_vouchers, refuse_unusable
from kutego.operations.voucher_limits import is_good_for
from kutego.texts import gettext as _


@operation
def redeem_vouchers(invoice: Invoice, *, codes: Sequence[str], on: date, by: Actor) -> None:
    """Pay what is open with these codes, one after the other, as far as they reach (spec VOU-07).

    Codes that lower prices have to be there before an invoice is issued, and are refused.
    """
    lock(db.session(), find_vouchers(codes))
    book_redemptions(invoice, plan_redemption(invoice, codes, on), on=on, by=by)


def plan_redemption(invoice: Invoice, codes: Sequence[str], on: date) -> list[Redemption]:
    """What each code would pay of what is open, or the refusal of `redeem_vouchers`."""
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf kann nicht bezahlt werden. Bitte zuerst ausstellen."))
    if not codes:
        raise DomainError(_("Bitte mindestens einen Code eingeben."))
    vouchers, found, rest = find_vouchers(codes), [], invoice.open_amount
    for voucher in vouchers:
        refuse_unusable(voucher, on)
        _refuse_lowering(voucher)
        part = _part(invoice, voucher, rest)
        found.append(part)
        rest -= part.amount
    refuse_rest(invoice.payment_method, vouchers, rest)
    return found


# --- parts ------------------------------------------------------------------------------------


def _refuse_lowering(voucher: Voucher) -> None:
    if not voucher.is_money:
        raise DomainError(
            _("Der Code %(code)s senkt Preise. Das geht nur, bevor eine Rechnung ausgestellt ist.",
              code=voucher)
        )  # fmt: skip


def _part(invoice: Invoice, voucher: Voucher, rest: Decimal) -> Redemption:
    """What the code pays of the `rest` that is open, and of what it is good for."""
    good = [p.gross for p in cancellable_positions(invoice) if is_good_for(voucher.limits, p)]
    left = sum(good, ZERO) - paid_by_vouchers(invoice).get(voucher.id, ZERO)
    amount = min(voucher.rest, rest, left)
    if amount <= 0:
        raise DomainError(useless_text(voucher))
    return Redemption(voucher, amount)
