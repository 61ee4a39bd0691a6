"""What is left of the positions of an invoice, and cutting them by days (spec INV-47).

A position of a course that has several days can be cancelled day by day. A day costs the amount of
the position by its days, rounded to cents; the last takes the rest (D-10), so that all parts sum up
to gross, net and tax of the position, in however many steps.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CancellationPosition,
    CompensationWay,
    Contract,
    CourseDay,
    DayCompensation,
    Invoice,
    InvoicePosition,
    PositionKind,
)
from kutego.money import ZERO, to_cents
from kutego.operations.sold_days import days_of
from kutego.texts import gettext as _

T = TypeVar("T")
SEPARATOR = "."  # between the key of a position and that of the credit for a day of it


@dataclass(frozen=True)
class Part:
    """A position, or `days` of its `of_days` after the first `days_before` are gone."""

    position: InvoicePosition
    gross: Decimal
    net: Decimal
    portion: Decimal  # of what was left
    days: int | None = None
    of_days: int | None = None
    days_before: int | None = None

    @property
    def key(self) -> str:
        return self.position.key

    @property
    def tax(self) -> Decimal:
        return self.gross - self.net

    @property
    def is_all(self) -> bool:
        """Whether nothing of the position is left without it."""
        return self.portion == 1

    @property
    def is_as_invoiced(self) -> bool:
        """Whether it is the whole line as it stands on the invoice."""
        return self.days is None and self.gross == self.position.gross

    @property
    def share(self) -> str | None:
        """`2 von 5 Tagen`."""
        if self.days is None or self.of_days is None:
            return None
        return _("%(days)s von %(of)s Tagen", days=self.days, of=self.of_days)

    @property
    def text(self) -> str:
        """The position, and how much of it."""
        return f"{self.position.text} ({self.share})" if self.share else self.position.text

    @property
    def contract(self) -> Contract | None:
        return self.position.contract


@dataclass(frozen=True)
class Left:
    """What nobody has taken back of a position yet; `days` is None where it cannot be cut."""

    position: InvoicePosition
    gross: Decimal
    net: Decimal
    of_days: int | None = None
    days: int | None = None
    is_cut: bool = False  # days were cancelled before

    @property
    def days_before(self) -> int:
        """How many days are gone: cancelled, or compensated when they were called off."""
        return (self.of_days or 0) - (self.days or 0)

    def part(self, days: int | None = None) -> Part:
        """So many days of it, or all that is left (None)."""
        if days is not None and (self.days is None or not 0 < days <= self.days):
            raise DomainError(self._refusal())
        if days is None or days == self.days:
            cut = (self.days, self.of_days, self.days_before) if self.is_cut else (None,) * 3
            return Part(self.position, self.gross, self.net, Decimal(1), *cut)
        gross = min(days * to_cents(self.position.gross / Decimal(self.of_days or 1)), self.gross)
        net = min(days * to_cents(self.position.net / Decimal(self.of_days or 1)), gross)
        portion = gross / self.gross if self.gross else ZERO
        return Part(self.position, gross, net, portion, days, self.of_days, self.days_before)

    def _refusal(self) -> str:
        if self.days is None:
            return _("„%(text)s“ hat keine Tage, die sich einzeln stornieren lassen.",
                     text=self.position.text)  # fmt: skip
        return _("Von „%(text)s“ können 1 bis %(most)s Tage storniert werden.",
                 text=self.position.text, most=self.days)  # fmt: skip


def parts_left(invoice: Invoice) -> dict[str, Left]:
    """What is left of each position of the newest version, by key; nothing for what is gone.

    The credit for a called-off day is part of the position that it was taken off.
    """
    if invoice.current is None:
        return {}
    positions = {p.key: p for p in invoice.current.positions}
    rows = _by_key(select_rows(invoice), lambda row: row.position_key)
    credits = _by_key(positions.values(), lambda p: _credited(p, positions))
    given = _by_key(_compensations(invoice), lambda c: c.position_key)
    days = days_of(invoice, positions.values())
    found = {}
    for key, position in positions.items():
        if _credited(position, positions) is None:
            left = _left(position, days.get(key, 0), rows[key], credits[key], given[key])
            if left is not None:
                found[key] = left
    return found


def select_rows(invoice: Invoice) -> Sequence[CancellationPosition]:
    """What was cancelled of an invoice, in order."""
    query = select(CancellationPosition).where(CancellationPosition.invoice_id == invoice.id)
    return db.session.scalars(query.order_by(CancellationPosition.id)).all()


def credit_key(position: InvoicePosition, course_day: CourseDay) -> str:
    """The key of the line that takes a called-off day off a position: one per day."""
    return f"{position.key}{SEPARATOR}{course_day.id}"


# --- parts ------------------------------------------------------------------------------------


def _left(
    position: InvoicePosition,
    all_days: int,
    rows: list[CancellationPosition],
    credits: list[InvoicePosition],
    given: list[DayCompensation],
) -> Left | None:
    if any(row.days is None for row in rows):
        return None
    # a day's price that became credit was paid, and is not paid back a second time
    paid_out = sum((c.credited for c in given), ZERO)
    paid_net = to_cents(paid_out * position.net / position.gross) if paid_out else ZERO
    taken = sum((row.gross for row in rows), ZERO) - sum((c.gross for c in credits), ZERO)
    net = sum((row.net or ZERO for row in rows), ZERO) - sum((c.net for c in credits), ZERO)
    of_days = next((row.of_days for row in rows), None) or all_days
    days = of_days - sum(row.days or 0 for row in rows) - len(given)
    if (rows or given) and days <= 0:
        return None
    can_cut = of_days > 1 and position.gross > 0
    return Left(
        position,
        position.gross - taken - paid_out,
        position.net - net - paid_net,
        of_days if can_cut else None,
        days if can_cut else None,
        is_cut=bool(rows),
    )


def _by_key(rows: Iterable[T], key: Callable[[T], str | None]) -> dict[str | None, list[T]]:
    found: dict[str | None, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _credited(position: InvoicePosition, positions: dict[str, InvoicePosition]) -> str | None:
    """The key of the position that this line takes a called-off day off."""
    of = position.key.partition(SEPARATOR)[0]
    is_credit = position.kind is PositionKind.DAY_CREDIT and of in positions
    return of if is_credit else None


def _compensations(invoice: Invoice) -> Iterable[DayCompensation]:
    """The days whose price somebody got back outside of cancellations."""
    query = select(DayCompensation).where(
        DayCompensation.invoice_id == invoice.id,
        DayCompensation.way == CompensationWay.MONEY,
        DayCompensation.done_at.is_not(None),
        DayCompensation.cancellation_id.is_(None),
    )
    return db.session.scalars(query.order_by(DayCompensation.id)).all()
