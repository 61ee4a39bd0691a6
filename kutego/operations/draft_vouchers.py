"""The codes on a draft: a wish, with what they would take off. Nothing is used before it is issued.

Issuing checks everything again under the lock of the codes (spec INV-33, 34).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from kutego.errors import DomainError
from kutego.models import Customer, Invoice, Voucher, company
from kutego.models.position import PositionColumns
from kutego.money import ZERO
from kutego.operations.pricing import Priced, price
from kutego.operations.redemption_plan import (
    Redemption,
    lower_prices,
    pay_with,
    refuse_less,
    vouchers_named,
)
from kutego.texts import gettext as _


def try_codes(
    vouchers: Sequence[Voucher],
    lines: Sequence[PositionColumns],
    customer: Customer,
    on: date,
    most: Mapping[int, Decimal] | None = None,
) -> tuple[Priced, list[Redemption]]:
    """What the lines cost with these codes, and what each takes off; changes only the lines.

    `most` (Euro, by id) is what those that pay may pay; 0 for as much as possible.
    """
    lowered = lower_prices(vouchers, lines, customer, on) if vouchers else []
    priced = price(lines, company())
    return priced, [*lowered, *pay_with(vouchers, lines, priced, most)]


def paid_by(found: Sequence[Redemption]) -> Decimal:
    """What vouchers pay of the total; what lowers the prices is in the total already."""
    return sum((redemption.amount for redemption in found if redemption.shares is None), ZERO)


def wish_to(draft: Invoice, found: Sequence[Redemption], instalments: int | None) -> None:
    """Let a draft remember the codes and what they take off, or nothing."""
    if found and instalments:
        raise DomainError(
            _("Codes und Raten gehen nicht zusammen. Einen Gutschein können Sie nach dem "
              "Ausstellen auf jeder Rate einlösen, einen Rabatt bitte bei den Positionen "
              "eintragen.")
        )  # fmt: skip
    draft.voucher_wish = " ".join(f"{r.voucher.id}:{r.amount:.2f}" for r in found) or None


def wish_of(draft: Invoice) -> Mapping[int, Decimal]:
    """What a draft remembers: ids of vouchers and amounts."""
    pairs = [part.split(":") for part in (draft.voucher_wish or "").split()]
    return {int(voucher_id): Decimal(amount) for voucher_id, amount in pairs}


def wished_vouchers(draft: Invoice) -> list[Voucher]:
    """The vouchers that a draft remembers."""
    return vouchers_named(wish_of(draft))


def try_wish(draft: Invoice, lines: Sequence[PositionColumns], on: date) -> tuple[Priced, Decimal]:
    """What the lines of a draft cost now, and what its codes pay of it; refuses less than then."""
    priced, found = try_codes(wished_vouchers(draft), lines, draft.customer, on)
    refuse_less(found, wish_of(draft))
    return priced, min(paid_by(found), priced.gross)
