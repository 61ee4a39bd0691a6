"""How an instalment agreement begins: an invoice becomes its first part, the rest follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Contract,
    ContractKind,
    ContractPeriod,
    CourseDate,
    Invoice,
    InvoicePosition,
    PositionKind,
    PriceMode,
    company,
)
from kutego.models.position import PositionColumns
from kutego.money import ZERO, euro
from kutego.operations.contract_making import write_contract
from kutego.operations.instalment_numbers import offered_numbers
from kutego.operations.instalment_parts import parts_of, shrink, whole_lines
from kutego.operations.pricing import Priced
from kutego.periods import DAY, add_months
from kutego.texts import gettext as _

LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True)
class Instalment:
    """One part of an amount: the first comes with the invoice, the others month by month."""

    number: int
    on: date
    amount: Decimal


def plan_instalments(
    total: Decimal,
    count: int,
    on: date,
    first: Decimal | None = None,
    second_on: date | None = None,
) -> list[Instalment]:
    """What is due when, in the base of the prices.

    `first` is what the first part is over where it is a deposit; from `second_on` (default: a
    month later) the others follow month by month.
    """
    begin = second_on or add_months(on, 1)
    if not on < begin <= on + LONGEST_WAIT:
        raise DomainError(_("Die zweite Rate kommt nach der ersten, höchstens ein Jahr später."))
    anchor = second_on.day if second_on else on.day
    days = [on, *(add_months(begin, number, anchor) for number in range(count - 1))]
    parts = parts_of(total, count, first)
    return [Instalment(n, *part) for n, part in enumerate(zip(days, parts, strict=True), start=1)]


def first_part(total: Decimal, count: int | None) -> Decimal:
    """What the first invoice is over, in instalments or at once."""
    return total if count is None else parts_of(total, count)[0]


def begin_instalments(
    invoice: Invoice,
    lines: Sequence[InvoicePosition],
    priced: Priced,
    count: int,
    *,
    first: Decimal | None = None,
    second_on: date | None = None,
    on: date,
    by: Actor,
) -> Contract:
    """Make the agreement and turn `lines` into those of the first instalment (spec CON-37, D-10).

    The caller prices the lines again and writes the version. What a contract bills already is not
    split. Joins a transaction.
    """
    _refuse_contracts(lines)
    amounts = [line.gross if _is_gross() else line.net for line in priced.lines]
    plan = plan_instalments(sum(amounts, ZERO), count, on, first, second_on)
    contract = Contract(
        kind=ContractKind.INSTALMENT,
        customer_id=invoice.customer_id,
        offer_id=invoice.offer_id,
        text=_("%(text)s in %(count)s Raten", text=lines[0].text[:300], count=count),
        price=plan[0 if first is None else 1].amount,
        first_price=first,
        vat_rate=lines[0].vat_rate,
        payment_method=invoice.payment_method,
        instalments=count,
        notice_months=0,
        billing_day=(second_on or on).day,
        starts_on=on,
        ends_on=plan[1].on - DAY,
        next_invoice_on=plan[1].on,
        active_from=on,
    )
    write_contract(contract, by=by)
    db.session.add_all(whole_lines(contract, lines, amounts))
    db.session.add(
        ContractPeriod(
            contract_id=contract.id, first=on, last=plan[1].on - DAY, invoice_id=invoice.id
        )
    )
    shrink(lines, amounts, count, first)
    invoice.contract_id = contract.id
    before = invoice.closing or company().invoice_closing
    invoice.closing = "\n\n".join(filter(None, (before, told(contract, plan))))
    return contract


def told(contract: Contract, plan: Sequence[Instalment]) -> str:
    """The plan as it stands on the first invoice."""
    later = ", ".join(
        _("%(amount)s am %(day)s", amount=euro(part.amount), day=f"{part.on:%d.%m.%Y}")
        for part in plan[1:]
    )
    return _(
        "Ratenvereinbarung %(number)s über %(total)s in %(count)s Raten: %(first)s mit dieser "
        "Rechnung, dann %(later)s.",
        number=contract.number,
        total=euro(sum((part.amount for part in plan), ZERO)),
        count=len(plan),
        first=euro(plan[0].amount),
        later=later,
    )


def check_number(
    lines: Sequence[PositionColumns], count: int | None, confirmed: frozenset[str]
) -> None:
    """Ask where a course offers other numbers of instalments (spec CON-35)."""
    if count is None:
        return
    ids = {line.course_date_id for line in lines if line.kind is PositionKind.COURSE}
    for course in db.session.scalars(select(CourseDate).where(CourseDate.id.in_(ids - {None}))):
        offered = offered_numbers(course)
        if course.instalments and count not in offered and "instalments" not in confirmed:
            raise NeedsConfirmation(
                "instalments",
                _(
                    "„%(course)s“ wird in %(numbers)s Raten angeboten. Trotzdem %(count)s Raten?",
                    course=course.title,
                    numbers=", ".join(str(number) for number in offered),
                    count=count,
                ),
            )


def _refuse_contracts(lines: Sequence[PositionColumns]) -> None:
    for line in lines:
        if line.contract_id is not None or line.kind is PositionKind.MEMBERSHIP:
            raise DomainError(
                _(
                    "„%(text)s“ wird Zeitraum für Zeitraum abgerechnet und lässt sich nicht in "
                    "Raten teilen.",
                    text=line.text,
                )
            )


def _is_gross() -> bool:
    return company().prices is PriceMode.GROSS
