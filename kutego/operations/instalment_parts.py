"""How an amount is paid in parts, to the cent. Pure arithmetic, and the lines that come of it."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from kutego.errors import DomainError
from kutego.models import Contract, InstalmentLine, InvoicePosition, Unit
from kutego.models.position import PositionColumns
from kutego.money import CENT, ZERO, euro, is_amount, round_to, to_cents
from kutego.texts import gettext as _

MOST = 36
CARRIED = (
    "kind", "vat_rate", "period_first", "period_last", "participant_id", "course_date_id",
    "term_template_id", "product_id", "course_day_id", "appointment_template_id", "lecturer_id",
    "room_id", "ticket_category_id", "voucher_template_id", "membership_template_id",
    "package_id", "begins_at", "ends_at",
)  # fmt: skip


def parts_of(total: Decimal, count: int, first: Decimal | None = None) -> list[Decimal]:
    """`count` parts rounded to the cent, the last takes the rest; none below one cent (D-10).

    Where rounding up would leave nothing for the last one, the parts are rounded down. With
    `first`, a deposit, that part is as agreed and the others share what is left (spec CON-40).
    """
    if not 2 <= count <= MOST:
        raise DomainError(_("Eine Ratenvereinbarung hat 2 bis %(most)s Raten.", most=MOST))
    if total < count * CENT:
        raise DomainError(
            _("%(total)s lassen sich nicht in %(count)s Raten teilen: Jede beträgt mindestens "
              "1 Cent.", total=euro(total), count=count)
        )  # fmt: skip
    if first is not None:
        return _after(first, total, count)
    part = to_cents(total / count)
    if total - part * (count - 1) < CENT:
        part = (total / count).quantize(CENT, ROUND_FLOOR)
    return [*[part] * (count - 1), total - part * (count - 1)]


def split(
    amounts: Sequence[Decimal], count: int, first: Decimal | None = None
) -> list[list[Decimal]]:
    """The parts of each amount: those of one instalment sum up to it, those of one line to it.

    Each part is in proportion to what is left of the lines, so that no line is paid before the
    others (mixed tax rates add up per rate).
    """
    left, rows = list(amounts), []
    for part in parts_of(sum(amounts, ZERO), count, first)[:-1]:
        whole = sum(left, ZERO)
        row = round_to([part * amount / whole for amount in left], part)
        left = [amount - paid for amount, paid in zip(left, row, strict=True)]
        rows.append(row)
    return [*rows, left]


def shrink(
    lines: Sequence[PositionColumns],
    amounts: Sequence[Decimal],
    count: int,
    first: Decimal | None = None,
) -> None:
    """Turn the lines of an invoice into those of the first instalment."""
    for line, amount in zip(lines, split(amounts, count, first)[0], strict=True):
        line.quantity, line.unit, line.discount_percent = Decimal("1.00"), Unit.PIECE, ZERO
        line.code_discount = line.code_text = None
        line.unit_price = amount
        line.text = numbered(line.text, 1, count)


def part_lines(contract: Contract, number: int) -> list[InvoicePosition]:
    """The lines of the instalment with this number, from 1."""
    count = contract.instalments or 1
    whole = contract.instalment_lines
    row = split([line.unit_price for line in whole], count, contract.first_price)[number - 1]
    return [
        InvoicePosition(
            **{name: getattr(line, name) for name in CARRIED},
            key=line.key,
            place=line.place,
            text=numbered(line.text, number, count),
            quantity=Decimal("1.00"),
            unit=Unit.PIECE,
            unit_price=amount,
            discount_percent=ZERO,
            contract_id=contract.id,
            participant=line.participant,
        )
        for line, amount in zip(whole, row, strict=True)
    ]


def part_amounts(contract: Contract) -> list[Decimal]:
    """What each instalment is over, in the base of the prices."""
    whole = sum((line.unit_price for line in contract.instalment_lines), ZERO)
    return parts_of(whole, contract.instalments or 2, contract.first_price)


def whole_lines(
    contract: Contract, lines: Sequence[PositionColumns], amounts: Sequence[Decimal]
) -> list[InstalmentLine]:
    """The lines as they are kept, each with its whole amount."""
    return [
        InstalmentLine(
            **{name: getattr(line, name) for name in CARRIED},
            key=line.key,
            place=line.place,
            text=line.text,
            unit_price=amount,
            quantity=Decimal("1.00"),
            discount_percent=ZERO,
            contract_id=contract.id,
        )
        for line, amount in zip(lines, amounts, strict=True)
    ]


def numbered(text: str, number: int, count: int) -> str:
    """`Welpenkurs (Rate 1 von 3)`."""
    suffix = _(" (Rate %(number)s von %(count)s)", number=number, count=count)
    return text[: 500 - len(suffix)] + suffix


def _after(first: Decimal, total: Decimal, count: int) -> list[Decimal]:
    most = total - (count - 1) * CENT
    if not is_amount(first) or not CENT <= first <= most:
        raise DomainError(_("Die erste Rate liegt zwischen 0,01 € und %(most)s.", most=euro(most)))
    return [first, *(parts_of(total - first, count - 1) if count > 2 else [total - first])]
