"""Contracts bill themselves: one invoice per contract and period, never two, none left out."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CancellationPosition,
    Contract,
    ContractPeriod,
    ContractState,
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    PositionKind,
    Unit,
    company,
)
from kutego.money import to_cents
from kutego.operations.activity import log_activity
from kutego.operations.contracts import keep_places
from kutego.operations.invoices import issue_at_once
from kutego.operations.pricing import price
from kutego.periods import DAY, Period, period_from
from kutego.texts import gettext as _

BILLED = (ContractState.ACTIVE, ContractState.TERMINATED)
KEY = "p1"  # of the one position that a contract's invoice has


def due_periods(contract: Contract, on: date) -> list[Period]:
    """The periods to bill on `on`, each in full: target minus actual (spec CON-10, D-27).

    Nothing that begins after the day of a termination is billed any more (spec CON-21).
    """
    periods = []
    first, last_start = contract.next_invoice_on, min(on, contract.terminated_to or on)
    while contract.state in BILLED and first <= last_start:
        period = period_from(first, contract.interval_months, contract.billing_day)
        periods.append(period)
        first = period.last + DAY
    return periods


@operation
def bill_contract(contract: Contract, *, on: date, by: Actor) -> list[Invoice]:
    """Make the invoices that are due on `on`, one per period; what was made before stays as it is.

    A contract whose termination has passed ends here (spec CON-19, 21).
    """
    return bill_due(contract, on=on, by=by)


def bill_due(contract: Contract, *, on: date, by: Actor) -> list[Invoice]:
    """What `bill_contract` does, inside a transaction that holds the customer's lock."""
    periods = due_periods(contract, on)
    invoices = [_bill(contract, period, on=on, by=by) for period in periods]
    last = contract.terminated_to
    if contract.state is ContractState.TERMINATED and last is not None and last < on:
        contract.move_to(ContractState.ENDED)
        log_activity(contract, "contract.ended", by=by, terminated_to=last)
    return [invoice for invoice in invoices if invoice is not None]


@operation
def bill_period_again(
    contract: Contract, *, period: ContractPeriod, on: date, by: Actor
) -> Invoice | None:
    """Bill a period anew whose invoice was cancelled; nothing does that by itself (spec D-24)."""
    if period.contract_id != contract.id or contract.state is ContractState.CANCELLED:
        raise DomainError(_("%(contract)s hat diesen Zeitraum nicht.", contract=contract))
    if period not in cancelled_periods(contract):
        raise DomainError(
            _(
                "Der Zeitraum %(period)s ist abgerechnet. Noch einmal abgerechnet wird nur, "
                "was vorher storniert wurde.",
                period=Period(period.first, period.last),
            )
        )
    days = Period(period.first, period.last)
    invoice = _invoice(contract, days, on=on, by=by)
    _note(contract, days, invoice, attempt=period.attempt + 1)
    log_activity(contract, "contract.billed_again", by=by, first=days.first, last=days.last)
    return invoice


def cancelled_periods(contract: Contract) -> list[ContractPeriod]:
    """The periods of a contract whose position was cancelled and that were not billed anew."""
    newer = aliased(ContractPeriod)
    query = (
        select(ContractPeriod)
        .join(CancellationPosition, CancellationPosition.invoice_id == ContractPeriod.invoice_id)
        .join(
            InvoicePosition,
            (InvoicePosition.invoice_id == CancellationPosition.invoice_id)
            & (InvoicePosition.key == CancellationPosition.position_key)
            & (InvoicePosition.contract_id == ContractPeriod.contract_id),
        )
        .where(
            ContractPeriod.contract_id == contract.id,
            ~select(newer.id)
            .where(
                newer.contract_id == ContractPeriod.contract_id,
                newer.first == ContractPeriod.first,
                newer.attempt > ContractPeriod.attempt,
            )
            .exists(),
        )
        .order_by(ContractPeriod.first)
        .distinct()
    )
    return list(db.session.scalars(query))


# --- parts ------------------------------------------------------------------------------------


def _bill(contract: Contract, full: Period, *, on: date, by: Actor) -> Invoice | None:
    """Bill one period and move the contract's dates and the place behind it (spec CON-08)."""
    period = _cut(contract, full)
    invoice = _invoice(contract, period, on=on, by=by)
    if invoice is None:
        log_activity(contract, "contract.period_free", by=by, first=period.first, last=period.last)
    _note(contract, period, invoice)
    contract.ends_on = period.last
    contract.next_invoice_on = full.last + DAY
    keep_places(contract)
    return invoice


def _invoice(contract: Contract, period: Period, *, on: date, by: Actor) -> Invoice | None:
    """The invoice of a period, or None where its total is zero (spec D-04)."""
    line = _line(contract, period)
    if price([line], company()).gross == 0:
        return None
    return issue_at_once(
        contract.customer,
        lines=[line],
        origin=InvoiceOrigin.CONTRACT,
        payment_method=contract.payment_method,
        contract_id=contract.id,
        on=on,
        by=by,
    )


def _line(contract: Contract, period: Period) -> InvoicePosition:
    return InvoicePosition(
        key=KEY,
        place=1,
        kind=PositionKind.COURSE,
        text=contract.text,
        quantity=Decimal("1.00"),
        unit=Unit.PIECE,
        unit_price=_share(contract, period),
        discount_percent=contract.discount_percent,
        vat_rate=contract.vat_rate,
        period_first=period.first,
        period_last=period.last,
        participant=contract.participant,
        participant_id=contract.participant_id,
        course_date_id=contract.course_date_id,
        term_template_id=contract.term_template_id,
        contract_id=contract.id,
    )


def _cut(contract: Contract, period: Period) -> Period:
    """The period, or its part up to the day of the termination."""
    return Period(period.first, min(period.last, contract.terminated_to or period.last))


def _share(contract: Contract, period: Period) -> Decimal:
    """The price of the period: by days where a termination cuts it (§ 309 Nr. 9 BGB)."""
    full = period_from(period.first, contract.interval_months, contract.billing_day)
    if period.last == full.last:
        return contract.price
    return to_cents(contract.price * _days(period) / _days(full))


def _days(period: Period) -> int:
    return (period.last - period.first).days + 1


def _note(contract: Contract, period: Period, invoice: Invoice | None, *, attempt: int = 1) -> None:
    """Unique in the database: a period that was billed can not be billed by mistake again."""
    db.session.add(
        ContractPeriod(
            contract_id=contract.id,
            first=period.first,
            last=period.last,
            attempt=attempt,
            invoice_id=invoice.id if invoice else None,
        )
    )
