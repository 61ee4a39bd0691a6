"""What one kind of position does besides costing money: the shape. The table is in `effects`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kutego.db import Base
from kutego.errors import DomainError
from kutego.models import Booking, Customer, Invoice
from kutego.models.position import PositionColumns

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

Sale = Invoice | Booking


class GoneMeanwhile(DomainError):
    """Somebody else was faster. The sentence is fit for a customer: it says nothing of others."""


@dataclass(frozen=True)
class Given:
    """Something that a position gave and that can be taken back.

    `sentence` says before it is done what happens, `give_back(record, *, on, by)` does it. What is
    `optional` may stay where the office wishes so: the place of a double booking (spec INV-48).
    """

    record: Base
    sentence: str
    give_back: Callable[..., object]
    optional: bool = False


def _checks_nothing(_customer: Customer, _line: "PositionInput") -> None: ...


def _locks_nothing(_line: PositionColumns) -> Iterable[Base]:
    return ()


def _takes_nothing(_sale: Sale, _line: Any, **_how: Any) -> None: ...


def _gave_nothing(_sale: Sale, _lines: Sequence[Any]) -> list[Given]:
    return []


@dataclass(frozen=True)
class Effect:
    """The four things a kind knows; each function belongs to the file of its noun.

    `check(customer, line)` refuses what cannot be sold, without reserving anything.
    `roots(line)` are the records to lock before any number is drawn.
    `take(sale, line, *, confirmed, on, by)` books what the line sells, everything locked.
    `given(sale, lines)` is what these lines gave and would take back now.
    `books` is off for what a locked customer may still buy (spec CUS-38), `counts` on where the
    quantity stands for things that exist one by one and so belongs to the position.
    """

    check: Callable[[Customer, "PositionInput"], None] = _checks_nothing
    roots: Callable[[Any], Iterable[Base]] = _locks_nothing
    take: Callable[..., None] = _takes_nothing
    given: Callable[[Sale, Sequence[Any]], list[Given]] = _gave_nothing
    books: bool = True
    counts: bool = False


def named_by(sale: Sale) -> dict[str, int | None]:
    """The two columns by which a row names the document that it comes from."""
    is_invoice = isinstance(sale, Invoice)
    return {
        "invoice_id": sale.id if is_invoice else None,
        "booking_id": None if is_invoice else sale.id,
    }


def sold_by(sale: Sale, line: PositionColumns) -> dict[str, Any]:
    """The columns of `models.sold.Sold` for what `line` of `sale` gives."""
    return {**named_by(sale), "position_key": line.key}


def of_sale(model: Any, sale: Sale, lines: Sequence[PositionColumns]) -> Any:
    """The condition for the rows of `model` (a `Sold`) that these lines of `sale` gave."""
    column = model.invoice_id if isinstance(sale, Invoice) else model.booking_id
    return (column == sale.id) & model.position_key.in_([line.key for line in lines])
