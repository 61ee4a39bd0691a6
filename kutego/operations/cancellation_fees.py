"""The fee that is kept at a cancellation, and its tax (spec INV-45, D-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kutego.models import Invoice, InvoicePosition
from kutego.money import ZERO, to_cents, vat_in
from kutego.operations.position_parts import Part
from kutego.operations.pricing import tax_category
from kutego.texts import gettext as _


@dataclass(frozen=True)
class Fee:
    """A part of the fee that is kept, at one rate; `reason` says why there is no tax."""

    category: str
    rate: Decimal
    reason: str | None
    net: Decimal
    tax: Decimal
    gross: Decimal


def fees_kept(parts: Sequence[Part], fee: Decimal, taxed: bool, invoice: Invoice) -> list[Fee]:
    """Not taxable as damages, or taxed like what was cancelled (spec D-05)."""
    if not fee:
        return []
    if not taxed:
        why = _("Schadensersatz, nicht steuerbar (§ 1 Abs. 1 Nr. 1 UStG)")
        return [Fee("E", ZERO, why, fee, ZERO, fee)]
    reasons = {p["key"]: p["reason"] for p in invoice.current.snapshot["positions"]}
    weights: dict[tuple[Decimal, str | None], Decimal] = {}
    for part in parts:
        group = (position_rate(part.position), reasons[part.key])
        weights[group] = weights.get(group, ZERO) + part.gross
    return [
        _fee_at(rate, reason, amount)
        for (rate, reason), amount in zip(
            weights, _split(fee, [max(ZERO, w) for w in weights.values()]), strict=True
        )
        if amount
    ]


def position_rate(position: InvoicePosition) -> Decimal:
    """The rate it was taxed with; an exempt position had none, whatever its course says."""
    return position.vat_rate if position.category == "S" else ZERO


def _split(fee: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """In proportion, rounded to cents; what rounding leaves over goes to the largest part."""
    whole = sum(weights, ZERO)
    parts = [to_cents(fee * weight / whole) for weight in weights]
    parts[weights.index(max(weights))] += fee - sum(parts, ZERO)
    return parts


def _fee_at(rate: Decimal, reason: str | None, gross: Decimal) -> Fee:
    tax = vat_in(gross, rate)
    return Fee(tax_category(rate), rate, reason, gross - tax, tax, gross)
