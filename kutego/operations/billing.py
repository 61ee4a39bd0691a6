"""Contracts bill themselves: one invoice per contract and period, never two, none left out."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingState,
    CancellationPosition,
    Contract,
    ContractKind,
    ContractPeriod,
    ContractState,
    InvoiceOrigin,
    InvoicePosition,
    is_whole,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.billing_lines import (
    instalment_made,
    instalments_made,
    lines_again,
    lines_for,
)
from kutego.operations.contracts import keep_places, rests_in_place
from kutego.operations.effect import Sale, named_by
from kutego.operations.sales import sell_at_once
from kutego.periods import DAY, Period
from kutego.texts import gettext as _

BILLED = (ContractState.ACTIVE, ContractState.TERMINATED)


def due_periods(contract: Contract, on: date) -> list[Period]:
    """The periods to bill on `on`, each in full: target minus actual (spec CON-10, D-27).

    Nothing that begins after the day of a termination is billed any more (spec CON-21).
    """
    if contract.state not in BILLED:
        return []
    periods: list[Period] = []
    first, anchor = contract.next_invoice_on, contract.billing_day
    last_start, most = min(on, contract.terminated_to or on), _most_periods(contract)
    while first <= last_start and (most is None or len(periods) < most):
        period = contract.period_at(first, anchor)
        periods.append(period)
        anchor = contract.anchor_at(first, anchor)
        first = contract.after_pauses(period.last + DAY)
    return periods


@operation
def bill_contract(contract: Contract, *, on: date, by: Actor) -> list[Sale]:
    """Make the invoices that are due on `on`, one per period; what was made before stays as it is.

    A contract whose termination has passed ends here (spec CON-19, 21).
    """
    return bill_due(contract, on=on, by=by)


def bill_due(contract: Contract, *, on: date, by: Actor) -> list[Sale]:
    """What `bill_contract` does, inside a transaction that holds the customer's lock."""
    periods = due_periods(contract, on)
    sales = [bill_period(contract, period, on=on, by=by) for period in periods]
    _close(contract, on=on, by=by)
    return sales


@operation
def bill_period_again(contract: Contract, *, period: ContractPeriod, on: date, by: Actor) -> Sale:
    """Bill a period anew that was cancelled; nothing does that by itself (spec D-24)."""
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
    sale = _sell(contract, lines_again(contract, period), on=on, by=by)
    _note(contract, days, sale, attempt=period.attempt + 1)
    log_activity(contract, "contract.billed_again", by=by, first=days.first, last=days.last)
    return sale


def cancelled_periods(contract: Contract) -> list[ContractPeriod]:
    """The periods of a contract that were cancelled, as a whole, and were not billed anew."""
    newer = aliased(ContractPeriod)
    gone = (
        select(CancellationPosition.id)
        .join(
            InvoicePosition,
            (InvoicePosition.invoice_id == CancellationPosition.invoice_id)
            & (InvoicePosition.key == CancellationPosition.position_key)
            & (InvoicePosition.contract_id == ContractPeriod.contract_id),
        )
        .where(CancellationPosition.invoice_id == ContractPeriod.invoice_id, is_whole())
    )
    booked = select(Booking.id).where(
        Booking.id == ContractPeriod.booking_id,
        (Booking.state == BookingState.CANCELLED) | Booking.cancelled_keys.is_not(None),
    )
    query = (
        select(ContractPeriod)
        .where(
            ContractPeriod.contract_id == contract.id,
            gone.exists() | booked.exists(),
            ~select(newer.id)
            .where(
                newer.contract_id == ContractPeriod.contract_id,
                newer.first == ContractPeriod.first,
                newer.attempt > ContractPeriod.attempt,
            )
            .exists(),
        )
        .order_by(ContractPeriod.first)
    )
    return [period for period in db.session.scalars(query) if not _is_booked(period)]


# --- parts ------------------------------------------------------------------------------------


def _is_booked(period: ContractPeriod) -> bool:
    """Whether a booking of which only other things are cancelled still holds the period."""
    id_ = period.booking_id if period.invoice_id is None else None
    booking = db.session.get(Booking, id_) if id_ is not None else None
    return (
        booking is not None
        and booking.is_standing
        and any(position.contract_id == period.contract_id for position in booking.left)
    )


def bill_period(contract: Contract, full: Period, *, on: date, by: Actor) -> Sale:
    """Bill one period and move the contract's dates and the place behind it (spec CON-08)."""
    period = Period(full.first, min(full.last, contract.terminated_to or full.last))
    _apply_prices(contract, full.first, on=on, by=by)
    sale = _sell(contract, lines_for(contract, period, full), on=on, by=by)
    _note(contract, period, sale)
    instalment_made(contract)
    contract.fee_due = ZERO
    anchor = contract.anchor_at(full.first, contract.billing_day)
    contract.next_invoice_on = contract.after_pauses(full.last + DAY)
    contract.billing_day = contract.anchor_at(contract.next_invoice_on, anchor)
    contract.ends_on = period.last
    if rests_in_place(contract, full.last):
        contract.ends_on = contract.next_invoice_on - DAY
    keep_places(contract)
    return sale


def _apply_prices(contract: Contract, first: date, *, on: date, by: Actor) -> None:
    """A price that was agreed for a day holds from the first period that begins then (CON-25)."""
    for change in contract.prices:
        if change.applied_on is None and change.valid_from <= first:
            change.applied_on, contract.price = on, change.price
            log_activity(contract, "contract.price_applied", by=by, price=change.price,
                         first=first)  # fmt: skip


def _most_periods(contract: Contract) -> int | None:
    """How many are left of an instalment agreement; no limit for the others."""
    if contract.kind is not ContractKind.INSTALMENT:
        return None
    return (contract.instalments or 0) - instalments_made(contract)


def _close(contract: Contract, *, on: date, by: Actor) -> None:
    """A contract ends with its last day, an instalment agreement with its last instalment."""
    last = contract.terminated_to
    if contract.kind is ContractKind.INSTALMENT:
        if contract.state is ContractState.ACTIVE and _most_periods(contract) == 0:
            contract.move_to(ContractState.FULFILLED)
            log_activity(contract, "contract.fulfilled", by=by, count=contract.instalments)
    elif contract.state in BILLED and last is not None and last < on:
        contract.move_to(ContractState.ENDED)
        log_activity(contract, "contract.ended", by=by, terminated_to=last)


def _sell(contract: Contract, lines: Sequence[InvoicePosition], *, on: date, by: Actor) -> Sale:
    """The invoice of a period; a booking where it is free or paid elsewhere (spec D-04)."""
    return sell_at_once(
        contract.customer,
        lines=lines,
        origin=InvoiceOrigin.CONTRACT,
        payment_method=contract.payment_method,
        contract_id=contract.id,
        on=on,
        by=by,
    )


def _note(contract: Contract, period: Period, sale: Sale, *, attempt: int = 1) -> None:
    """Unique in the database: a period that was billed can not be billed by mistake again."""
    db.session.add(
        ContractPeriod(
            contract_id=contract.id,
            first=period.first,
            last=period.last,
            attempt=attempt,
            **named_by(sale),
        )
    )
