"""What positions cost: discounts, tax per rate, totals. Pure arithmetic on lines.

With gross prices the tax is taken out of the gross total of each rate and the net amounts are
shared out to the lines, so that no cent is lost or hidden (spec D-15): lines sum up to the group,
groups to the invoice. With net prices it is the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kutego.models import Company, PositionKind, PriceMode, TaxMode
from kutego.models.position import PositionColumns
from kutego.money import ZERO, round_to, to_cents, vat_in
from kutego.texts import gettext as _

RATES = (Decimal("19.00"), Decimal("7.00"), ZERO)


@dataclass(frozen=True)
class Line:
    """A position with its amounts: `discount` in the price's own base, the rest line totals."""

    position: PositionColumns
    category: str
    rate: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    reason: str | None = None


@dataclass(frozen=True)
class Tax:
    """One rate of an invoice; `reason` says why there is no tax."""

    category: str
    rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    reason: str | None


@dataclass(frozen=True)
class Priced:
    """All lines and rates of a document; the totals are their sums."""

    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]

    @property
    def net(self) -> Decimal:
        return sum((tax.net for tax in self.taxes), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((tax.tax for tax in self.taxes), ZERO)

    @property
    def gross(self) -> Decimal:
        return sum((tax.gross for tax in self.taxes), ZERO)


def before_codes(position: PositionColumns) -> Decimal:
    """What a position costs before voucher codes, in the base of its price."""
    base = to_cents(position.quantity * position.unit_price)
    return base - to_cents(base * position.discount_percent / 100)


def price(positions: Sequence[PositionColumns], company: Company) -> Priced:
    """Price the positions as the company is taxed now."""
    groups: dict[tuple[Decimal, str | None], list[PositionColumns]] = {}
    for position in positions:
        is_fee = position.kind is PositionKind.DUNNING_FEE
        taxed = company.tax_mode is TaxMode.REGULAR and not is_fee
        rate = position.vat_rate if taxed else ZERO
        reason = None if rate else _untaxed_reason(position, company.tax_mode)
        groups.setdefault((rate, reason), []).append(position)
    lines: dict[int, Line] = {}
    taxes = []
    for (rate, reason), members in sorted(groups.items(), key=lambda g: g[0][0], reverse=True):
        group = _price_group(members, rate, reason, company)
        lines |= {id(line.position): line for line in group}
        taxes.append(_total(group, rate, reason))
    return Priced(tuple(lines[id(position)] for position in positions), tuple(taxes))


def _price_group(
    members: list[PositionColumns], rate: Decimal, reason: str | None, company: Company
) -> list[Line]:
    bases = [to_cents(p.quantity * p.unit_price) for p in members]
    wanted = [before_codes(p) for p in members]
    discounts = [base - less for base, less in zip(bases, wanted, strict=True)]
    amounts = [less - (p.code_discount or ZERO) for less, p in zip(wanted, members, strict=True)]
    total = sum(amounts, ZERO)
    if company.prices is PriceMode.GROSS:
        exact = [amount * 100 / (100 + rate) for amount in amounts]
        nets = round_to(exact, total - vat_in(total, rate))
        pairs = list(zip(nets, amounts, strict=True))
    else:
        exact = [amount * rate / 100 for amount in amounts]
        taxes = round_to(exact, to_cents(total * rate / 100))
        pairs = [(net, net + tax) for net, tax in zip(amounts, taxes, strict=True)]
    category = tax_category(rate)
    return [
        Line(position, category, rate, discount, net, gross - net, gross, reason)
        for position, discount, (net, gross) in zip(members, discounts, pairs, strict=True)
    ]


def _total(lines: Sequence[Line], rate: Decimal, reason: str | None) -> Tax:
    return Tax(
        category=tax_category(rate),
        rate=rate,
        net=sum((line.net for line in lines), ZERO),
        tax=sum((line.tax for line in lines), ZERO),
        gross=sum((line.gross for line in lines), ZERO),
        reason=reason,
    )


def tax_category(rate: Decimal) -> str:
    """The category of EN 16931: S taxed, E exempt. O and Z are never right here."""
    return "S" if rate else "E"


def _untaxed_reason(position: PositionColumns, mode: TaxMode) -> str:
    if position.kind is PositionKind.DUNNING_FEE:
        return fee_reason()
    if position.kind is PositionKind.VOUCHER and mode is TaxMode.REGULAR:
        return voucher_reason()
    return exemption_reason(mode)


def exemption_reason(mode: TaxMode) -> str:
    """Why no tax is shown, as it stands on the document (§ 14 Abs. 4 Nr. 8 UStG)."""
    return {
        TaxMode.SMALL_BUSINESS: _("Steuerbefreiung für Kleinunternehmer (§ 19 UStG)"),
        TaxMode.EXEMPT_21: _("Steuerfrei nach § 4 Nr. 21 UStG"),
        TaxMode.EXEMPT_22: _("Steuerfrei nach § 4 Nr. 22 UStG"),
        TaxMode.REGULAR: _("Steuerfreie Leistung (§ 4 UStG)"),
    }[mode]


def fee_reason() -> str:
    """Why a dunning fee bears no tax: nothing is supplied for it (Abschn. 1.3 (6) UStAE)."""
    return _("Mahngebühr: nicht steuerbarer Schadensersatz (§ 286 BGB)")


def voucher_reason() -> str:
    """Why the sale of a multi-purpose voucher bears no tax: nobody knows yet what it pays for."""
    return _("Mehrzweckgutschein: Die Umsatzsteuer fällt erst beim Einlösen an (§ 3 Abs. 15 UStG)")


def tax_json(tax: Tax) -> dict[str, Any]:
    """A rate as the snapshot holds it."""
    return {
        "category": tax.category,
        "rate": f"{tax.rate:.2f}",
        "net": f"{tax.net:.2f}",
        "tax": f"{tax.tax:.2f}",
        "gross": f"{tax.gross:.2f}",
        "reason": tax.reason,
    }
