"""What codes take off a document: worked out before anything is written, for preview and issue.

In the order of the spec (D-16), after the discounts of positions and customer: first the codes
that lower prices (discount codes and single-purpose vouchers, whose tax was paid when they were
sold), then, of the total with its tax, those that pay. A code that is only good for some positions
comes before one that is good for all, so that nothing of it is wasted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    PriceMode,
    TaxMode,
    Voucher,
    VoucherKind,
    VoucherRedemption,
    company,
)
from kutego.models.position import PositionColumns
from kutego.money import ZERO, euro, round_to, to_cents
from kutego.operations.leaving import accounts_of
from kutego.operations.pricing import Priced, before_codes
from kutego.operations.voucher_codes import refuse_stranger, refuse_unusable
from kutego.operations.voucher_limits import is_good_for
from kutego.texts import gettext as _

NO_VOUCHERS: Mapping[int, Decimal] = {}


@dataclass(frozen=True)
class Redemption:
    """So much (Euro) of one code; `shares` by the key of the position where it lowers prices."""

    voucher: Voucher
    amount: Decimal
    shares: Mapping[str, Decimal] | None = None

    @property
    def taken(self) -> tuple[str, str, Decimal]:
        """As it is taken off the total, where it pays."""
        return "voucher", voucher_text(self.voucher), self.amount


def voucher_text(voucher: Voucher) -> str:
    """What stands on the document."""
    if voucher.kind is VoucherKind.DISCOUNT:
        return _("Rabattcode %(code)s", code=voucher.short)
    return _("Gutschein %(code)s", code=voucher.short)


def vouchers_named(wish: Mapping[int, Decimal]) -> list[Voucher]:
    """The vouchers of a wish, in its order."""
    return [db.session.get_one(Voucher, voucher_id) for voucher_id in wish]


def lower_prices(
    vouchers: Sequence[Voucher], lines: Sequence[PositionColumns], customer: Customer, on: date
) -> list[Redemption]:
    """Check every code, and let those that lower prices do so in the lines."""
    for voucher in vouchers:
        refuse_unusable(voucher, on)
        refuse_stranger(voucher, customer)
    if sum(voucher.kind is VoucherKind.DISCOUNT for voucher in vouchers) > 1:
        raise DomainError(_("Auf einer Rechnung gilt nur ein Rabattcode."))
    for line in lines:
        line.code_discount = line.code_text = None
    lowering = [voucher for voucher in vouchers if not voucher.is_money]
    found = []
    for voucher in sorted(lowering, key=lambda v: v.kind is not VoucherKind.DISCOUNT):
        if voucher.kind is VoucherKind.DISCOUNT:
            _refuse_terms(voucher, lines, customer)
        found.append(lower(voucher, lines))
    return found


def lower_anew(wish: Mapping[int, Decimal], lines: Sequence[PositionColumns]) -> list[Redemption]:
    """Let codes that were used already (by id, with what they took off) lower the same lines."""
    for line in lines:
        line.code_discount = line.code_text = None
    lowering = [voucher for voucher in vouchers_named(wish) if not voucher.is_money]
    ordered = sorted(lowering, key=lambda v: v.kind is not VoucherKind.DISCOUNT)
    return [lower(voucher, lines, most=wish[voucher.id]) for voucher in ordered]


def lower(
    voucher: Voucher, lines: Sequence[PositionColumns], most: Decimal | None = None
) -> Redemption:
    """Take one code off the prices of the lines it is good for, at most `most` altogether."""
    good = [line for line in lines if _may_lower(voucher, line)]
    left = [before_codes(line) - (line.code_discount or ZERO) for line in good]
    parts = _parts(voucher, left, most)
    for line, part in zip(good, parts, strict=True):
        line.code_discount = (line.code_discount or ZERO) + part
        line.code_text = ", ".join(filter(None, (line.code_text, voucher_text(voucher))))
    shares = {line.key: part for line, part in zip(good, parts, strict=True) if part}
    if not shares and most is None:
        raise DomainError(useless_text(voucher))
    return Redemption(voucher, sum(parts, ZERO), shares)


def pay_with(
    vouchers: Sequence[Voucher],
    lines: Sequence[PositionColumns],
    priced: Priced,
    most: Mapping[int, Decimal] | None = None,
) -> list[Redemption]:
    """As much of each code that pays as there is to pay; never more than the total.

    `most` (Euro, by id) is what a draft said; 0 for as much as possible.
    """
    limits = {v.id: min(v.rest, (most or {}).get(v.id) or v.rest) for v in vouchers}
    amounts = reach(vouchers, lines, priced, limits)
    paying = [voucher for voucher in vouchers if voucher.is_money]
    if useless := [voucher for voucher in paying if voucher.id not in amounts]:
        raise DomainError(useless_text(useless[0]))
    return [Redemption(v, amounts[v.id]) for v in sorted(paying, key=lambda v: not v.limits)]


def reach(
    vouchers: Sequence[Voucher],
    lines: Sequence[PositionColumns],
    priced: Priced,
    limits: Mapping[int, Decimal],
) -> dict[int, Decimal]:
    """How much of the total each voucher (by id) pays, with at most `limits` (Euro) of each."""
    open_ = [line.gross if line.gross > 0 else ZERO for line in priced.lines]
    total, found = priced.gross, {}
    for voucher in sorted((v for v in vouchers if v.is_money), key=lambda v: not v.limits):
        good = [n for n, line in enumerate(lines) if is_good_for(voucher.limits, line)]
        rest = min(limits[voucher.id], total, sum((open_[n] for n in good), ZERO))
        if rest <= 0:
            continue
        total, found[voucher.id] = total - rest, rest
        for n in good:
            part = min(rest, open_[n])
            open_[n], rest = open_[n] - part, rest - part
    return found


def refuse_less(found: Sequence[Redemption], wish: Mapping[int, Decimal]) -> None:
    """Refuse where a code takes off less by now than the draft said: somebody else was faster."""
    for redemption in found:
        voucher, wished = redemption.voucher, wish.get(redemption.voucher.id, ZERO)
        if redemption.amount < wished:
            raise DomainError(
                _("Vom Gutschein %(code)s sind inzwischen nur noch %(left)s einlösbar, vorgesehen "
                  "waren %(wished)s. Bitte den Entwurf prüfen.", code=voucher,
                  left=euro(redemption.amount), wished=euro(wished))
            )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _may_lower(voucher: Voucher, line: PositionColumns) -> bool:
    if not is_good_for(voucher.limits, line):
        return False
    if voucher.kind is VoucherKind.DISCOUNT or company().tax_mode is not TaxMode.REGULAR:
        return True
    return line.vat_rate == voucher.vat_rate  # of another rate it has paid no tax


def _parts(voucher: Voucher, left: Sequence[Decimal], most: Decimal | None) -> list[Decimal]:
    """How much of each amount is taken off."""
    if voucher.percent is not None:
        return [to_cents(amount * voucher.percent / 100) for amount in left]
    if voucher.kind is not VoucherKind.DISCOUNT and company().prices is PriceMode.NET:
        raise DomainError(_("Einzweckgutscheine lassen sich nur bei Bruttopreisen einlösen."))
    there = sum(left, ZERO)
    limit = most if most is not None else voucher.amount or voucher.rest
    taken = min(there, limit)
    if taken <= 0:
        return [ZERO for _amount in left]
    return round_to([amount * taken / there for amount in left], taken)


def _refuse_terms(voucher: Voucher, lines: Sequence[PositionColumns], customer: Customer) -> None:
    good = [before_codes(line) for line in lines if is_good_for(voucher.limits, line)]
    if voucher.minimum is not None and sum(good, ZERO) < voucher.minimum:
        raise DomainError(
            _("Der Code %(code)s gilt erst ab %(minimum)s.", code=voucher,
              minimum=euro(voucher.minimum))
        )  # fmt: skip
    if voucher.most_per_customer is None:
        return
    query = select(func.sum(VoucherRedemption.uses)).where(  # with those merged into them
        VoucherRedemption.voucher_id == voucher.id,
        VoucherRedemption.customer_id.in_(accounts_of(customer)),
    )
    if (db.session.scalar(query) or 0) >= voucher.most_per_customer:
        raise DomainError(
            _("%(name)s hat den Code %(code)s schon so oft eingelöst, wie es erlaubt ist.",
              name=customer.name, code=voucher)
        )  # fmt: skip


def useless_text(voucher: Voucher) -> str:
    """Why a code is refused that would change nothing."""
    return _(
        "Der Code %(code)s nimmt hier nichts weg: Er gilt nicht für diese Positionen, oder es "
        "bleibt nichts mehr zu zahlen.",
        code=voucher,
    )
