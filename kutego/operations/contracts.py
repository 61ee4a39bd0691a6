"""The dates of contracts: shifted by months, put right by hand. See also `terminations`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
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

MOST_MONTHS = 24
RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class Shift:
    """Where a shift puts the end and the next invoice of a contract."""

    ends_on: date
    next_invoice_on: date


def plan_shift(contract: Contract, months: int) -> Shift:
    """The dates after a shift by `months`; refuses what cannot be. The change and its preview.

    End and next invoice move alike and keep to the anchor, so that they stay adjacent for ever
    and the opposite shift brings the old dates back (spec CON-12, 14, D-18).
    """
    if months == 0 or abs(months) > MOST_MONTHS:
        raise DomainError(
            _("Bitte um 1 bis %(most)s Monate verschieben, vor oder zurück.", most=MOST_MONTHS)
        )
    refuse_over(contract)
    next_invoice_on = moved(contract.next_invoice_on, months, contract.billing_day)
    ends_on = moved(contract.ends_on + DAY, months, contract.billing_day) - DAY
    _check_not_billed(contract, min(next_invoice_on, ends_on + DAY))
    return Shift(ends_on, next_invoice_on)


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
    contract: Contract, *, months: int, reason: str, notify: bool = False, on: date, by: Actor
) -> Contract:
    """Move end and next invoice by months; negative ones undo it (spec CON-11 to 16, D-26).

    The start, the invoices so far and the day of a termination stay; the place is kept meanwhile.
    """
    shift, reason = plan_shift(contract, months), given_reason(reason)
    log_activity(
        contract, "contract.shifted", by=by, months=months, **_change(contract, shift),
        personal={"reason": reason},
    )  # fmt: skip
    contract.ends_on, contract.next_invoice_on = shift.ends_on, shift.next_invoice_on
    keep_places(contract)
    if notify:
        queue_message(
            contract.customer, "contract_shifted", subject_of=contract, contract=contract,
            months=months,
        )  # fmt: skip
    return contract


@operation
def change_contract_dates(
    contract: Contract,
    *,
    ends_on: date,
    next_invoice_on: date | None = None,
    billing_day: int | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Contract:
    """Put end and next invoice right by hand (spec CON-03, 06, 07).

    Without `next_invoice_on` it is the day after the end. Days that nobody pays for ("gap") or
    that are in the course and billed again ("overlap") need a confirmation (spec D-18).
    """
    refuse_over(contract)
    next_invoice_on = next_invoice_on or ends_on + DAY
    fits = add_months(next_invoice_on, 0, contract.billing_day) == next_invoice_on
    anchor = billing_day or (contract.billing_day if fits else next_invoice_on.day)
    check_dates(contract.starts_on, ends_on, next_invoice_on, anchor)
    _check_not_billed(contract, min(next_invoice_on, ends_on + DAY))
    _check_adjacent(ends_on, next_invoice_on, confirmed)
    log_activity(
        contract, "contract.dates_changed", by=by, billing_day=anchor,
        **_change(contract, Shift(ends_on, next_invoice_on)),
    )  # fmt: skip
    contract.ends_on, contract.next_invoice_on = ends_on, next_invoice_on
    contract.billing_day = anchor
    keep_places(contract)
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


def _change(contract: Contract, new: Shift) -> dict[str, Any]:
    return {
        "old_ends_on": contract.ends_on,
        "new_ends_on": new.ends_on,
        "old_next_invoice_on": contract.next_invoice_on,
        "new_next_invoice_on": new.next_invoice_on,
    }


def check_dates(starts_on: date, ends_on: date, next_invoice_on: date, anchor: int) -> None:
    """Refuse dates before the start, and an anchor that the next invoice does not stand on."""
    if ends_on + DAY < starts_on or next_invoice_on < starts_on:
        raise DomainError(_("Ende und nächste Rechnung liegen nicht vor dem Vertragsbeginn."))
    if not 1 <= anchor <= 31 or add_months(next_invoice_on, 0, anchor) != next_invoice_on:
        raise DomainError(
            _("Der Abrechnungstag passt nicht zum Datum der nächsten Rechnung. Bitte prüfen.")
        )


def _check_not_billed(contract: Contract, first_free: date) -> None:
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


def _check_adjacent(ends_on: date, next_invoice_on: date, confirmed: frozenset[str]) -> None:
    values = {"end": f"{ends_on:%d.%m.%Y}", "next": f"{next_invoice_on:%d.%m.%Y}"}
    fix = _(
        "Lückenlos wäre der %(day)s: Dazu „Nächste Rechnung“ leer lassen.",
        day=f"{ends_on + DAY:%d.%m.%Y}",
    )
    if next_invoice_on > ends_on + DAY and "gap" not in confirmed:
        sentence = _(
            "Zwischen dem Ende am %(end)s und der nächsten Rechnung am %(next)s liegt eine "
            "Lücke: An diesen Tagen ist der Platz nicht belegt. Soll das so sein?",
            **values,
        )
        raise NeedsConfirmation("gap", sentence, (fix,))
    if next_invoice_on <= ends_on and "overlap" not in confirmed:
        sentence = _(
            "Die nächste Rechnung am %(next)s beginnt vor dem Ende am %(end)s. Soll das so sein?",
            **values,
        )
        raise NeedsConfirmation("overlap", sentence, (fix,))


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
