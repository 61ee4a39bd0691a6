"""Contracts that rest for a while: for free days or whole periods (spec CON-17)."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm.attributes import set_committed_value

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Contract, ContractKind, ContractPause
from kutego.operations.activity import log_activity
from kutego.operations.contracts import keep_places, refuse_over
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.terminations import day_text
from kutego.periods import DAY, Period
from kutego.texts import gettext as _

LONGEST = timedelta(days=366)
LATEST = timedelta(days=92)  # so long after it began a pause can still be put in
MOST_PERIODS = 24


@dataclass(frozen=True)
class PausePlan:
    """What a pause does to the dates of a contract. `paid` days of it are billed already."""

    days: Period
    paid: int
    ends_on: date
    next_invoice_on: date
    billing_day: int


def plan_pause(
    contract: Contract,
    *,
    first: date,
    last: date | None = None,
    periods: int | None = None,
    keep_place: bool = True,
    on: date,
) -> PausePlan:
    """The dates after a pause; refuses what cannot be. The change and its preview.

    Days that are billed come after the pause; of what is not billed yet the pause is left out.
    `periods` takes so many whole periods from the next one on in place of `last`.
    """
    days = _days(contract, first, last, periods)
    _refuse(contract, days, on)
    if days.first > contract.ends_on:
        return _ahead(contract, days, keep_place)
    paid = (min(days.last, contract.ends_on) + DAY - days.first).days
    ends_on = _later(contract, max(contract.ends_on, days.last), paid)
    next_on = ends_on + DAY
    if not contract.is_adjacent:
        next_on = contract.next_invoice_on + (ends_on - contract.ends_on)
    return PausePlan(
        days, paid, ends_on, next_on, contract.anchor_at(next_on, contract.billing_day)
    )


@operation
def pause_contract(
    contract: Contract,
    *,
    first: date,
    last: date | None = None,
    periods: int | None = None,
    keep_place: bool = True,
    extend_term: bool = False,
    reason: str,
    notify: bool = False,
    on: date,
    by: Actor,
) -> ContractPause:
    """Let a contract rest: nothing is due for these days, and what is paid is not lost.

    The place is kept or given to others meanwhile; with `extend_term` the minimum term ends later
    by the days, where that was agreed.
    """
    plan = plan_pause(
        contract, first=first, last=last, periods=periods, keep_place=keep_place, on=on
    )
    pause = put_pause(contract, plan, keep_place=keep_place, extend_term=extend_term,
                      reason=reason, by=by)  # fmt: skip
    if notify:
        queue_message(
            contract.customer, "contract_paused", subject_of=contract, contract=contract,
            pause=pause,
        )  # fmt: skip
    return pause


def put_pause(
    contract: Contract,
    plan: PausePlan,
    *,
    keep_place: bool = True,
    extend_term: bool = False,
    reason: str,
    by: Actor,
) -> ContractPause:
    """Write a planned pause down, inside a transaction that holds the customer's lock."""
    reason = given_reason(reason)
    pause = ContractPause(
        contract_id=contract.id,
        first=plan.days.first,
        last=plan.days.last,
        keeps_place=keep_place,
        extends_term=extend_term,
        old_ends_on=contract.ends_on,
        old_next_invoice_on=contract.next_invoice_on,
        old_billing_day=contract.billing_day,
        new_ends_on=plan.ends_on,
        new_next_invoice_on=plan.next_invoice_on,
        created_at=clock.now(),
    )
    db.session.add(pause)
    rest = sorted([*contract.pauses, pause], key=lambda each: each.first)
    set_committed_value(contract, "pauses", rest)  # without a flush: a run writes many together
    _put(contract, plan.ends_on, plan.next_invoice_on, plan.billing_day)
    log_activity(
        contract, "contract.paused", by=by, first=pause.first, last=pause.last,
        old_ends_on=pause.old_ends_on, new_ends_on=pause.new_ends_on,
        new_next_invoice_on=pause.new_next_invoice_on, keep_place=keep_place,
        personal={"reason": reason},
    )  # fmt: skip
    return pause


@operation
def withdraw_pause(pause: ContractPause, *, on: date, by: Actor) -> ContractPause:
    """Take a pause back; the contract has its old dates again.

    Refused where somebody changed the contract since, or billed a period after it.
    """
    contract = pause.contract
    refuse_over(contract)
    if pause.withdrawn_at is not None:
        raise DomainError(_("Diese Pause ist schon zurückgenommen."))
    as_left = (pause.new_ends_on, pause.new_next_invoice_on)
    if (contract.ends_on, contract.next_invoice_on) != as_left:
        raise DomainError(
            _(
                "Seit der Pause wurde abgerechnet oder das Datum geändert. Bitte die Daten des "
                "Vertrags von Hand richtigstellen („Daten ändern“)."
            )
        )
    pause.withdrawn_at = clock.now()
    db.session.flush()
    db.session.expire(contract, ["pauses"])
    _put(contract, pause.old_ends_on, pause.old_next_invoice_on, pause.old_billing_day)
    log_activity(
        contract, "contract.pause_withdrawn", by=by, first=pause.first, last=pause.last,
        new_ends_on=contract.ends_on, new_next_invoice_on=contract.next_invoice_on,
    )  # fmt: skip
    return pause


# --- parts ------------------------------------------------------------------------------------


def _put(contract: Contract, ends_on: date, next_invoice_on: date, billing_day: int) -> None:
    contract.ends_on, contract.next_invoice_on = ends_on, next_invoice_on
    contract.billing_day = billing_day
    keep_places(contract)


def _days(contract: Contract, first: date, last: date | None, periods: int | None) -> Period:
    if (last is None) == (periods is None):
        raise DomainError(
            _("Bitte entweder den letzten Tag der Pause oder die Anzahl der Zeiträume eingeben.")
        )
    if last is not None:
        if last < first:
            raise DomainError(_("Die Pause endet vor ihrem Beginn."))
        return Period(first, last)
    if not 1 <= (periods or 0) <= MOST_PERIODS:
        raise DomainError(_("Eine Pause dauert 1 bis %(most)s Zeiträume.", most=MOST_PERIODS))
    if first != contract.next_invoice_on:
        raise DomainError(
            _("Ganze Zeiträume ruhen ab der nächsten Rechnung am %(day)s.",
              day=day_text(contract.next_invoice_on))
        )  # fmt: skip
    begin, anchor, end = first, contract.billing_day, first
    for _each in range(periods or 0):
        period = contract.period_at(begin, anchor)
        begin, anchor, end = period.last + DAY, contract.anchor_at(begin, anchor), period.last
    return Period(first, end)


def _refuse(contract: Contract, days: Period, on: date) -> None:
    refuse_over(contract)
    if contract.kind is ContractKind.INSTALMENT:
        raise DomainError(_("Raten ruhen nicht. Bitte die Vereinbarung um Monate verschieben."))
    if days.last - days.first >= LONGEST:
        raise DomainError(_("Eine Pause dauert höchstens ein Jahr."))
    if days.first < contract.starts_on or days.first < on - LATEST:
        raise DomainError(
            _("Eine Pause beginnt nach dem Vertragsbeginn und liegt höchstens drei Monate zurück.")
        )
    if contract.terminated_to is not None and days.first > contract.terminated_to:
        raise DomainError(
            _("Der Vertrag endet am %(day)s, vor dieser Pause.",
              day=day_text(contract.terminated_to))
        )  # fmt: skip
    for pause in contract.pauses:
        if days.first <= pause.last and pause.first <= days.last:
            raise DomainError(_("Der Vertrag ruht schon vom %(pause)s.", pause=pause))


def _ahead(contract: Contract, days: Period, keep_place: bool) -> PausePlan:
    """Nothing of it is billed: the next invoice comes after it, or later ones step over it."""
    next_on, ends_on = contract.next_invoice_on, contract.ends_on
    if days.first <= next_on <= days.last:
        next_on = contract.after_pauses(days.last + DAY)
        ends_on = next_on - DAY if keep_place and contract.is_adjacent else ends_on
    return PausePlan(days, 0, ends_on, next_on, contract.anchor_at(next_on, contract.billing_day))


def _later(contract: Contract, day: date, count: int) -> date:
    """The day `count` days after `day`, those of other pauses left out."""
    end = day + timedelta(days=count)
    for pause in contract.pauses:
        if day < pause.first <= end:
            end += timedelta(days=pause.days)
    return end
