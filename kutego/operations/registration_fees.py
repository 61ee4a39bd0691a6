"""The registration fee of a contract that is sold: a line of its own, so that it can go."""

from collections.abc import Sequence

from kutego.models import PositionKind
from kutego.operations.first_periods import fee_text, sold_terms
from kutego.operations.positions import PositionInput


def with_fees(lines: Sequence[PositionInput]) -> list[PositionInput]:
    """The lines, and a registration fee for each new one that sells a contract with such a fee.

    A line that was saved before brings none: who took the fee off does not get it again.
    """
    return [*lines, *(fee for line in lines if (fee := _fee(line)) is not None)]


def _fee(line: PositionInput) -> PositionInput | None:
    terms = sold_terms(line) if line.key is None else None
    if terms is None or not terms.registration_fee:
        return None
    return PositionInput(
        kind=PositionKind.OTHER,
        text=fee_text(terms),
        unit_price=terms.registration_fee,
        vat_rate=line.vat_rate,
    )
