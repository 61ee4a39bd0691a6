"""What a line that sells a contract bills: its first period, which may cost less than the others.

Issuing and every preview of it work it out here, so that what is shown is what is issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseKind,
    DraftPosition,
    MembershipTemplate,
    PositionKind,
    Terms,
    TermTemplate,
)
from kutego.models.position import PositionColumns
from kutego.money import euro, to_cents
from kutego.operations.contract_start import Start, plan_start
from kutego.periods import DAY
from kutego.texts import gettext as _
from kutego.texts import ngettext

if TYPE_CHECKING:
    from kutego.models import Contract
    from kutego.operations.positions import PositionInput

P = TypeVar("P", bound=PositionColumns)
COPIED = tuple(
    column.key for column in DraftPosition.__table__.columns
    if column.key not in ("id", "invoice_id")
)  # fmt: skip


@dataclass(frozen=True)
class FirstPeriod:
    """How the contract begins that a line sells at `price` an interval, all discounts off."""

    text: str
    terms: Terms
    start: Start
    price: Decimal
    is_open: bool  # the beginning follows the day of the sale

    def __str__(self) -> str:
        """In a sentence or two: which days at first, and what comes after them."""
        parts = {
            "text": self.text,
            "period": self.start.first,
            "note": f" ({self.start.note})" if self.start.note else "",
            "price": euro(self.price),
            "interval": interval_text(self.terms),
            "next": f"{self.start.first.last + DAY:%d.%m.%Y}",
        }
        first = _("„%(text)s“: zuerst %(period)s%(note)s.", **parts)
        if self.start.terminated_to is not None and (
            self.start.terminated_to <= self.start.first.last
        ):
            return " ".join((first, _("Danach endet der Vertrag von selbst.")))
        return " ".join((first, _("Ab dem %(next)s %(price)s %(interval)s.", **parts)))


def sold_terms(line: "PositionColumns | PositionInput") -> Terms | None:
    """The terms that a line sells a contract by; None for everything else."""
    if line.contract_id is not None:
        return None
    if line.kind is PositionKind.MEMBERSHIP and line.membership_template_id:
        return db.session.get(MembershipTemplate, line.membership_template_id)
    if line.kind is not PositionKind.COURSE or not line.term_template_id:
        return None
    course = db.session.get(CourseDate, line.course_date_id) if line.course_date_id else None
    if course is None or course.kind is not CourseKind.RUNNING:
        return None
    return db.session.get(TermTemplate, line.term_template_id)


def first_period(line: PositionColumns, on: date) -> FirstPeriod | None:
    """How the contract begins that `line` sells on the day `on`; None where it sells none."""
    terms = sold_terms(line)
    if terms is None:
        return None
    price = line.unit_price * line.quantity
    start = plan_start(terms, price, line.starts_on or _earliest(line, on))
    less = to_cents(price * (100 - line.discount_percent) / 100)
    return FirstPeriod(line.text, terms, start, less, line.starts_on is None)


def told_first(lines: Sequence[PositionColumns], is_offer: bool, on: date) -> tuple[str, ...]:
    """How the contracts begin that the lines sell; of an offer the day is not known yet."""
    found = [first for line in lines if (first := first_period(line, on)) is not None]
    today = _("Wird das Angebot heute angenommen:")
    texts = {line.text for line in lines}
    told = []
    for first in found:
        words = [today] if is_offer and first.is_open else []
        words.append(str(first))
        if first.terms.registration_fee and fee_text(first.terms) in texts:
            fee = euro(first.terms.registration_fee)
            words.append(_("Einmalig dazu die Aufnahmegebühr von %(fee)s.", fee=fee))
        told.append(" ".join(words))
    return tuple(told)


def bill_first(line: PositionColumns, start: Start) -> None:
    """Let the line bill the first period, at the price of that one."""
    line.period_first, line.period_last = start.first
    if start.note:
        line.text = f"{line.text} ({start.note})"[:500]
    if start.price != line.unit_price * line.quantity:
        line.quantity, line.unit_price = Decimal("1.00"), start.price


def as_billed(lines: Sequence[PositionColumns], on: date | None) -> list[PositionColumns]:
    """The lines as they will be priced; those that sell a contract as copies that bill the first.

    Without `on`, for an offer, only those whose beginning is fixed: the others are never dearer.
    """
    return [_as_billed(line, on) for line in lines]


def copied(model: type[P], lines: Sequence[PositionColumns]) -> list[P]:
    """The same lines as rows of another table; unsaved."""
    made = []
    for line in lines:
        copy = model(**{name: getattr(line, name) for name in COPIED})
        copy.participant = line.participant
        made.append(copy)
    return made


def fee_text(terms: Terms) -> str:
    """What the registration fee is called on a document."""
    return _("Aufnahmegebühr (%(terms)s)", terms=terms.name)


def interval_text(terms: "Terms | Contract") -> str:
    """`jeden Monat`, `alle 3 Monate`, `alle 4 Wochen`."""
    if terms.interval_weeks is not None:
        return ngettext("jede Woche", "alle %(count)s Wochen", terms.interval_weeks)
    return ngettext("jeden Monat", "alle %(count)s Monate", terms.interval_months or 1)


# --- parts ------------------------------------------------------------------------------------


def _as_billed(line: PositionColumns, on: date | None) -> PositionColumns:
    day = on or line.starts_on
    first = first_period(line, day) if day is not None else None
    if first is None:
        return line
    [copy] = copied(DraftPosition, [line])
    bill_first(copy, first.start)
    return copy


def _earliest(line: PositionColumns, on: date) -> date:
    """A running course that has not begun yet is billed from its beginning on."""
    if line.kind is not PositionKind.COURSE:
        return on
    return max(on, db.session.get_one(CourseDate, line.course_date_id).starts_on)
