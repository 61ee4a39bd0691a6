"""Contracts shifted by months or days. See also `contract_dates`, `terminations`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Activity,
    Contract,
    ContractPeriod,
    ContractState,
    Enrolment,
    EnrolmentState,
)
from kutego.operations.activity import log_activity
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.run_slices import in_slices
from kutego.periods import DAY, add_months
from kutego.texts import gettext as _

MOST_MONTHS, MOST_DAYS = 24, 366
SHIFTED_BY_DAYS = "contract.shifted_by_days"
RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class Shift:
    """Where a shift puts the end and the next invoice of a contract, and its anchor."""

    ends_on: date
    next_invoice_on: date
    billing_day: int


def plan_shift(contract: Contract, months: int | None = None, days: int | None = None) -> Shift:
    """The dates after a shift by `months`, or `days`; refuses what cannot be. Also its preview.

    End and next invoice move alike and keep to the anchor, so that they stay adjacent for ever
    and the opposite shift brings the old dates back (spec CON-12, 14, D-18). By days the anchor
    moves along.
    """
    _refuse_distance(months, days)
    refuse_over(contract)
    anchor = contract.billing_day
    if months:
        next_invoice_on = moved(contract.next_invoice_on, months, anchor)
        ends_on = moved(contract.ends_on + DAY, months, anchor) - DAY
    else:
        next_invoice_on = contract.next_invoice_on + (days or 0) * DAY
        ends_on = contract.ends_on + (days or 0) * DAY
        anchor = _anchor_before(contract, days or 0) or contract.anchor_at(next_invoice_on, anchor)
    refuse_billed(contract, min(next_invoice_on, ends_on + DAY))
    return Shift(ends_on, next_invoice_on, anchor)


def _read_billed(contracts: Sequence[Contract]) -> None:
    """How far many contracts are billed, for a transaction that bills none of them."""
    ids = [contract.id for contract in contracts]
    query = select(ContractPeriod.contract_id, func.max(ContractPeriod.last))
    query = query.where(ContractPeriod.contract_id.in_(ids)).group_by(ContractPeriod.contract_id)
    billed = {row[0]: row[1] for row in db.session.execute(query)}
    db.session.info["billed"] = {contract_id: billed.get(contract_id) for contract_id in ids}


@in_slices(
    lambda: (selectinload(Contract.pauses), selectinload(Contract.enrolments)),
    ahead=_read_billed,
)
@operation
def shift_contract(
    contract: Contract,
    *,
    months: int | None = None,
    days: int | None = None,
    reason: str,
    notify: bool = False,
    on: date,
    by: Actor,
) -> Contract:
    """Move end and next invoice by months or by days; negative ones undo it (CON-11 to 16, D-26).

    The start, the invoices so far and the day of a termination stay; the place is kept meanwhile.
    """
    shift, reason = plan_shift(contract, months, days), given_reason(reason)
    change: dict[str, Any] = dates_changed(contract, shift)
    why: dict[str, object] = {"reason": reason}
    if months:
        log_activity(contract, "contract.shifted", by=by, months=months, **change, personal=why)
    else:
        log_activity(
            contract, SHIFTED_BY_DAYS, by=by, days=days, old_billing_day=contract.billing_day,
            **change, personal=why,
        )  # fmt: skip
    contract.ends_on, contract.next_invoice_on = shift.ends_on, shift.next_invoice_on
    contract.billing_day = shift.billing_day
    keep_places(contract)
    if notify:
        queue_message(
            contract.customer, "contract_shifted", subject_of=contract, contract=contract,
            months=months or 0, days=days or 0,
        )  # fmt: skip
    return contract


def rests_in_place(contract: Contract, last: date) -> bool:
    """Whether a pause that keeps the place begins on the day after `last`."""
    return any(p.keeps_place and p.first <= last + DAY <= p.last for p in contract.pauses)


def keep_places(contract: Contract) -> None:
    """Let the place in the course last as long as the contract (spec CON-08, 13)."""
    until = place_until(contract)
    with db.session.no_autoflush:
        for enrolment in places_of(contract):
            if enrolment.ends_on is not None:
                enrolment.ends_on = until


def places_of(contract: Contract) -> list[Enrolment]:
    """Its places that nobody moved on from; those before stay as long as they were."""
    left = {enrolment.moved_from_id for enrolment in contract.enrolments}
    return [
        enrolment
        for enrolment in contract.enrolments
        if enrolment.state is EnrolmentState.ACTIVE and enrolment.id not in left
    ]


def place_until(contract: Contract) -> date:
    """The last day of the place: the end, or that of the first period before it was billed."""
    if contract.ends_on >= contract.starts_on:
        return contract.ends_on
    return contract.next_period.last


# --- parts ------------------------------------------------------------------------------------


def dates_changed(contract: Contract, new: Shift) -> dict[str, Any]:
    """The dates before and after, as the history keeps them."""
    return {
        "old_ends_on": contract.ends_on,
        "new_ends_on": new.ends_on,
        "old_next_invoice_on": contract.next_invoice_on,
        "new_next_invoice_on": new.next_invoice_on,
    }


def _refuse_distance(months: int | None, days: int | None) -> None:
    if bool(months) == bool(days) or abs(months or 0) > MOST_MONTHS or abs(days or 0) > MOST_DAYS:
        raise DomainError(
            _(
                "Bitte um 1 bis %(months)s Monate oder um 1 bis %(days)s Tage verschieben, vor "
                "oder zurück.",
                months=MOST_MONTHS,
                days=MOST_DAYS,
            )
        )


def _anchor_before(contract: Contract, days: int) -> int | None:
    """The anchor that the contract had before the shift by days that this one takes back."""
    if days > 0:
        return None
    query = select(Activity).where(
        Activity.customer_id == contract.customer_id, Activity.subject_type == "contract",
        Activity.subject_id == contract.id, Activity.action == SHIFTED_BY_DAYS,
    )  # fmt: skip
    line = db.session.scalar(query.order_by(Activity.id.desc()).limit(1))
    if line is None or line.facts["days"] != -days:
        return None
    is_last = line.facts["new_next_invoice_on"] == contract.next_invoice_on.isoformat()
    return int(line.facts["old_billing_day"]) if is_last else None


def check_dates(starts_on: date, ends_on: date, next_invoice_on: date, anchor: int) -> None:
    """Refuse dates before the start, and an anchor that the next invoice does not stand on."""
    if ends_on + DAY < starts_on or next_invoice_on < starts_on:
        raise DomainError(_("Ende und nächste Rechnung liegen nicht vor dem Vertragsbeginn."))
    if not 1 <= anchor <= 31 or add_months(next_invoice_on, 0, anchor) != next_invoice_on:
        raise DomainError(
            _("Der Abrechnungstag passt nicht zum Datum der nächsten Rechnung. Bitte prüfen.")
        )


def refuse_billed(contract: Contract, first_free: date) -> None:
    """Neither the end nor the next invoice goes back into a period that was billed (D-26)."""
    known: dict[int, date | None] = db.session.info.get("billed", {})
    if contract.id in known:  # in a mass run
        billed = known[contract.id]
    else:
        query = select(func.max(ContractPeriod.last))
        billed = db.session.scalar(query.where(ContractPeriod.contract_id == contract.id))
    if first_free < contract.starts_on or (billed is not None and first_free <= billed):
        raise DomainError(
            _(
                "%(contract)s ist bis zum %(billed)s abgerechnet. Davor geht es nicht zurück.",
                contract=contract,
                billed=f"{billed or contract.starts_on:%d.%m.%Y}",
            )
        )


def refuse_over(contract: Contract) -> None:
    """Only a contract that still runs can be changed."""
    if contract.state not in RUNNING:
        raise DomainError(
            _(
                "%(contract)s ist „%(state)s“ und ändert sich nicht mehr.",
                contract=contract,
                state=contract.state.label,
            )
        )


def moved(first: date, months: int, anchor: int) -> date:
    """A first day moved by months, on the anchor where it stood on it."""
    on_anchor = add_months(first, 0, anchor) == first
    return add_months(first, months, anchor if on_anchor else first.day)
