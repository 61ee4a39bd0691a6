"""What the invoice of a contract's period says: the period, a registration fee, an instalment."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import func, select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    BookingPosition,
    Contract,
    ContractKind,
    ContractPeriod,
    InvoicePosition,
    PositionKind,
    Unit,
)
from kutego.money import ZERO, to_cents
from kutego.operations.instalment_parts import CARRIED, part_lines
from kutego.periods import Period
from kutego.texts import gettext as _

KEY, FEE_KEY = "p1", "p2"
AGAIN = (
    "key", "place", "text", "quantity", "unit", "unit_price", "discount_percent", *CARRIED,
)  # fmt: skip


def lines_for(contract: Contract, period: Period, full: Period) -> list[InvoicePosition]:
    """The lines of a period; `full` is the one that a termination may have cut."""
    if contract.kind is ContractKind.INSTALMENT:
        return part_lines(contract, instalments_made(contract) + 1)
    lines = [_line(contract, period, _share(contract, period, full))]
    if contract.fee_due > 0:
        lines.append(_fee(contract))
    return lines


def lines_again(contract: Contract, period: ContractPeriod) -> list[InvoicePosition]:
    """The lines of a period as they were billed before."""
    if period.invoice is not None:
        before = [*period.invoice.current.positions]
    else:
        query = select(BookingPosition).where(BookingPosition.booking_id == period.booking_id)
        before = list(db.session.scalars(query.order_by(BookingPosition.place)))
    if contract.kind is not ContractKind.INSTALMENT:
        before = [line for line in before if line.contract_id == contract.id]
    if not before:
        raise DomainError(_("Für diesen Zeitraum wurde nichts berechnet."))
    return [
        InvoicePosition(
            **{name: getattr(line, name) for name in AGAIN},
            contract_id=contract.id,
            participant=line.participant,
        )
        for line in before
    ]


def instalments_made(contract: Contract) -> int:
    """How many instalments were billed so far."""
    known: dict[int, int] = db.session.info.get("instalments", {})
    return known[contract.id] if contract.id in known else _counts([contract.id])[contract.id]


def count_instalments(contracts: Iterable[Contract]) -> None:
    """Count those of many contracts at once, for the transaction that holds their locks.

    Asked for each of them, before and after it is billed, the job would take twice as long.
    """
    ids = [each.id for each in contracts if each.kind is ContractKind.INSTALMENT]
    if ids:
        db.session.info.setdefault("instalments", {}).update(_counts(ids))


def instalment_made(contract: Contract) -> None:
    """Count one more, where they are counted already."""
    known: dict[int, int] = db.session.info.get("instalments", {})
    if contract.id in known:
        known[contract.id] += 1


def _counts(ids: list[int]) -> dict[int, int]:
    query = (
        select(ContractPeriod.contract_id, func.count())
        .where(ContractPeriod.contract_id.in_(ids), ContractPeriod.attempt == 1)
        .group_by(ContractPeriod.contract_id)
    )
    return dict.fromkeys(ids, 0) | {row[0]: row[1] for row in db.session.execute(query)}


def _line(contract: Contract, period: Period, amount: Decimal) -> InvoicePosition:
    is_membership = contract.kind is ContractKind.MEMBERSHIP
    return InvoicePosition(
        key=KEY,
        place=1,
        kind=PositionKind.MEMBERSHIP if is_membership else PositionKind.COURSE,
        text=contract.text,
        quantity=Decimal("1.00"),
        unit=Unit.PIECE,
        unit_price=amount,
        discount_percent=contract.discount_percent,
        vat_rate=contract.vat_rate,
        period_first=period.first,
        period_last=period.last,
        participant=contract.participant,
        participant_id=contract.participant_id,
        course_date_id=contract.course_date_id,
        term_template_id=contract.term_template_id,
        membership_template_id=contract.membership_template_id,
        contract_id=contract.id,
    )


def _fee(contract: Contract) -> InvoicePosition:
    return InvoicePosition(
        key=FEE_KEY,
        place=2,
        kind=PositionKind.OTHER,
        text=_("Aufnahmegebühr"),
        quantity=Decimal("1.00"),
        unit=Unit.PIECE,
        unit_price=contract.fee_due,
        discount_percent=ZERO,
        vat_rate=contract.vat_rate,
        contract_id=contract.id,
    )


def _share(contract: Contract, period: Period, full: Period) -> Decimal:
    """The price of the period: by days where a termination cuts it (§ 309 Nr. 9 BGB)."""
    price = contract.price_at(full.first)
    if period == full:
        return price
    return to_cents(price * contract.paid_days(period) / contract.paid_days(full))
