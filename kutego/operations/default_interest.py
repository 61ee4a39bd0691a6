"""Default interest (§ 288 BGB), by days: nine points above the base rate for a business, else five.

No interest on interest (§ 289 BGB), and none on dunning fees: they are damages themselves.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego.db import db
from kutego.models import BaseRate, DunningEntry, Invoice, Payment, PositionKind
from kutego.money import ZERO, to_cents

BUSINESS, CONSUMER = Decimal("9.00"), Decimal("5.00")  # § 288 (2) and (1) BGB
LUMP_SUM = Decimal("40.00")  # § 288 (5) BGB
THIRTY = timedelta(days=30)  # § 286 (3) BGB
DAY = timedelta(days=1)
Step = tuple[date, Decimal]  # from this day on, this much


def default_since(invoice: Invoice, *, before: date) -> date | None:
    """The first day of default of an invoice, as far as it began before the day `before`.

    A dunning letter after the due date begins it (§ 286 (1) BGB), for a business at the latest
    the thirtieth day (§ 286 (3) BGB).
    """
    due_on = invoice.due_on
    if due_on is None:
        return None
    query = select(DunningEntry.fired_on).where(
        DunningEntry.invoice_id == invoice.id, DunningEntry.fired_on > due_on
    )
    first = db.session.scalar(query.order_by(DunningEntry.fired_on).limit(1))
    if first is None and invoice.reminded_at is not None:
        first = invoice.reminded_at.date()  # of the time before there were runs
    days = [first + DAY] if first is not None and first > due_on else []
    if invoice.customer.is_company:
        days.append(due_on + THIRTY + DAY)
    earliest = min(days, default=None)
    return earliest if earliest is not None and earliest <= before else None


def accrued(invoice: Invoice, since: date, until: date) -> Decimal:
    """The interest of an invoice for the days from `since` up to and with `until`."""
    points = BUSINESS if invoice.customer.is_company else CONSUMER
    return interest(_principal(invoice), base_rates(), points, since, until)


def interest(
    principal: Sequence[Step], rates: Sequence[Step], points: Decimal, since: date, until: date
) -> Decimal:
    """What steps of a debt bear at the base rate of each day and `points`, in a year of 365 days.

    Both are dated steps in order. Before the first rate counts the first, after the last the last.
    """
    changes = {day for day, _value in (*principal, *rates) if since < day <= until}
    total = Decimal(0)
    starts = sorted({since, *changes})
    for first, after in zip(starts, [*starts[1:], until + DAY], strict=True):
        rate = at(rates, first) + points
        total += at(principal, first) * max(rate, ZERO) * (after - first).days / 36500
    return to_cents(total)


def at(steps: Sequence[Step], day: date) -> Decimal:
    """The value that holds on a day."""
    if not steps:
        return ZERO
    return next((value for start, value in reversed(steps) if start <= day), steps[0][1])


def base_rates() -> list[Step]:
    """The table of base rates, the oldest first."""
    rows = db.session.execute(select(BaseRate.valid_from, BaseRate.rate))
    return sorted((day, rate) for day, rate in rows)


def fees_on(invoice: Invoice) -> Decimal:
    """What of an invoice's current version are dunning fees."""
    positions = invoice.current.positions
    return sum((p.gross for p in positions if p.kind is PositionKind.DUNNING_FEE), ZERO)


def _principal(invoice: Invoice) -> list[Step]:
    """How much was owed from which day on, without fees: the payments taken back one by one."""
    owed = max(invoice.open_amount - fees_on(invoice), ZERO)
    steps: list[Step] = []
    query = select(Payment.paid_on, Payment.amount).where(Payment.invoice_id == invoice.id)
    for paid_on, amount in sorted(db.session.execute(query), reverse=True):
        steps.append((paid_on, owed))
        owed += amount
    steps.append((date.min, owed))
    return steps[::-1]
