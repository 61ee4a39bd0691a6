"""Euro amounts: `Decimal` with two places in Python, whole cents in the database. No float."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeDecorator

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MOST = Decimal("9999999.99")


def to_cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def is_amount(value: object) -> bool:
    """Whether `value` is a finite `Decimal` in whole cents of a size that money can have."""
    return (
        isinstance(value, Decimal)
        and value.is_finite()
        and abs(value) <= MOST * 1000
        and value == to_cents(value)
    )


def vat_in(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT that `gross` contains at `rate` percent: gross × rate / (100 + rate) (UStAE 15.4)."""
    return to_cents(gross * rate / (100 + rate))


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split `total` in proportion to `weights` of one sign, so that the parts sum up to it.

    Weights of zero in sum give the whole to the first part.
    """
    if not weights:
        return []
    whole = sum(weights, Decimal(0))
    if whole == 0:
        return [total, *([ZERO] * (len(weights) - 1))]
    return round_to([total * weight / whole for weight in weights], total)


def round_to(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Round parts to cents so that they sum up to `total`, each less than a cent off.

    Largest remainder: every part is cut to cents, the missing cents go to the parts that lost
    most. `total` is the sum of the parts, rounded.
    """
    parts = [part.quantize(CENT, ROUND_FLOOR) for part in exact]
    missing = int((total - sum(parts, ZERO)) / CENT)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:missing]:
        parts[i] += CENT
    return parts


def euro(amount: Decimal) -> str:
    """`1234.5` as a German reader expects it: `1.234,50 €`, with a no-break space."""
    return f"{decimal_comma(amount)}\u00a0€"


def decimal_comma(amount: Decimal) -> str:
    """`1234.5` as `1.234,50`."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def percent(rate: Decimal) -> str:
    """`19.00` as `19`, `7.50` as `7,5`."""
    return (
        f"{rate:f}".rstrip("0").rstrip(".").replace(".", ",") if "." in f"{rate:f}" else f"{rate:f}"
    )


class Money(TypeDecorator):
    """A column of euro amounts in whole cents. Refuses floats, NaN and fractions of a cent."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value * 100  # whole euros, as in `amount > 0`
        if not is_amount(value):
            raise ValueError(f"{value!r} is not an amount in euros and cents")
        return int(value * 100)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(int(value)).scaleb(-2)


def fine_euro(amount: Decimal) -> str:
    """A price that may have fractions of a cent: `0.075` as `0,075 €`, `1.1` as `1,10 €`."""
    text = f"{amount:,.4f}"
    while text.endswith("0") and len(text) - text.index(".") > 3:
        text = text[:-1]
    return f"{text.translate(str.maketrans(',.', '.,'))}\u00a0€"


class FineMoney(TypeDecorator):
    """A column of prices in euros with up to four decimal places, in hundredths of a cent."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        value = Decimal(value)
        if not value.is_finite() or value != value.quantize(Decimal("0.0001")):
            raise ValueError(f"{value!r} has more than four decimal places")
        return int(value * 10_000)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(int(value)).scaleb(-4)


class Hundredths(TypeDecorator):
    """A column of percentages or quantities with two decimal places, stored as an integer."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        value = Decimal(value)
        if not value.is_finite() or value != to_cents(value):
            raise ValueError(f"{value!r} has more than two decimal places")
        return int(value * 100)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value).scaleb(-2)
