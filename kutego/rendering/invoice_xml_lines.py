"""A position as an invoice line of EN 16931 (BG-25): always net, whatever was agreed."""

from decimal import ROUND_HALF_UP, Decimal

from kutego.money import ZERO, percent, to_cents
from kutego.rendering.frozen import amount
from kutego.texts import gettext as _

DISCOUNT = "95"  # UNTDID 5189
# Enough places that quantity × price meets the line's cents for quantities up to 100,000.
PRICE_STEP = Decimal("0.00000001")


def line(position: dict, prices: str, number: int) -> dict:
    """The terms of one line; `prices` says whether the position's price is gross or net."""
    discount = _net_discount(position, prices)
    quantity = _signed_quantity(position)
    return {
        "BT-126": str(number),
        "BT-129": str(quantity),
        "BT-130": position["unit"],
        "BT-131": position["net"],
        "BT-134": position["period_first"],
        "BT-135": position["period_last"],
        "BT-151": position["category"],
        "BT-152": position["rate"],
        "BT-153": " ".join(position["text"].split()) or "–",
        "BT-154": position["detail"] or None,
    } | _price(position, prices, discount, quantity)


def _signed_quantity(position: dict) -> Decimal:
    """The quantity, negative where the position takes something back: a price never is (BR-27)."""
    quantity = Decimal(position["quantity"])
    return -quantity if Decimal(position["unit_price"]) < 0 else quantity


def _net_discount(position: dict, prices: str) -> Decimal:
    """What was taken off the line, net and without sign."""
    discount = abs(amount(position["discount"])) + abs(amount(position.get("code_discount")))
    if prices == "net":
        return discount
    return to_cents(discount * 100 / (100 + Decimal(position["rate"])))


def _price(position: dict, prices: str, discount: Decimal, signed: Decimal) -> dict:
    """The net price of one piece, never negative, and the discount where there is one.

    A cancelled line has a negative quantity. An allowance would have to be negative with it, so
    there the discount stands in the price (BT-147).
    """
    quantity = abs(signed)
    full = abs(amount(position["net"])) + discount
    price = _piece(full, quantity)
    agreed = abs(Decimal(position["unit_price"]))
    if prices == "net" and to_cents(agreed * quantity) == full:
        price = agreed
    if not discount:
        return {"BT-146": _plain(price)}
    if signed > 0:
        allowance = {"amount": str(discount), "reason_code": DISCOUNT, "reason": _reason(position)}
        return {"BT-146": _plain(price), "BG-27": [allowance]}
    off = min(_piece(discount, quantity), price)
    return {
        "BT-146": _plain(price - off),
        "BT-147-00": [{"BT-147": _plain(off)}],
        "BT-148": _plain(price),
    }


def _piece(total: Decimal, quantity: Decimal) -> Decimal:
    return (total / quantity).quantize(PRICE_STEP, ROUND_HALF_UP) if quantity else ZERO


def _plain(price: Decimal) -> str:
    """A price with two places, more only where they are needed."""
    cents = to_cents(price)
    return str(cents) if cents == price else f"{price.normalize():f}"


def _reason(position: dict) -> str:
    share, code = amount(position["discount_percent"]), position.get("code_text")
    if code:
        off = _("Rabatt %(percent)s %%, %(code)s", percent=percent(share), code=code)
        return off if share else str(code)
    return _("Rabatt %(percent)s %%", percent=percent(share)) if share else _("Rabatt")
