"""How contracts end: terminated to a day, taken back, or ended at once."""

from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Contract, ContractKind, ContractState, Enrolment, EnrolmentState
from kutego.operations.activity import log_activity
from kutego.operations.enrolments import remove_enrolment
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.periods import DAY, add_months
from kutego.texts import gettext as _


def earliest_end(contract: Contract, received_on: date) -> date:
    """The first day a notice received on `received_on` can end the contract (spec CON-21, 22).

    The minimum term beats the notice period; after it a consumer can leave with the notice alone,
    on any day (§ 309 Nr. 9 BGB). The notice ends on the day of its number (§ 188 BGB). A notice
    within a trial ends it with the trial; a contract that does not renew ends by itself anyway.
    """
    if contract.trial_until is not None and received_on <= contract.trial_until:
        return contract.trial_until
    by_notice = add_months(received_on, contract.notice_months)
    minimum = minimum_end(contract)
    return max(minimum, by_notice) if contract.renews else minimum


def minimum_end(contract: Contract) -> date:
    """The last day of the minimum term, later by the pauses that were agreed to prolong it."""
    first = contract.starts_on if contract.trial_until is None else contract.trial_until + DAY
    end = add_months(first, contract.minimum_months) - DAY
    for pause in contract.pauses:
        if pause.extends_term and first <= pause.last and pause.first <= end:
            end += pause.last + DAY - max(pause.first, first)
    return end


def fixed_end(contract: Contract) -> date | None:
    """The day on which a contract ends that does not renew itself."""
    if contract.renews:
        return None
    return minimum_end(contract) if contract.minimum_months else contract.trial_until


def explain_end(contract: Contract, received_on: date) -> list[str]:
    """How the earliest end comes about, sentence by sentence (spec CON-21)."""
    if contract.trial_until is not None and received_on <= contract.trial_until:
        return [_("Die Probezeit läuft bis zum %(day)s.", day=day_text(contract.trial_until))]
    lines = []
    if contract.minimum_months:
        lines.append(
            _("Die Mindestlaufzeit von %(months)s Monaten endet am %(day)s.",
              months=contract.minimum_months, day=day_text(minimum_end(contract)))
        )  # fmt: skip
    notice = add_months(received_on, contract.notice_months)
    if contract.notice_months:
        lines.append(
            _("Die Frist von %(months)s Monat ab dem Eingang am %(received)s endet am %(day)s.",
              months=contract.notice_months, received=day_text(received_on),
              day=day_text(notice))
        )  # fmt: skip
    else:
        lines.append(_("Eine Kündigungsfrist ist nicht vereinbart."))
    lines.append(
        _("Der frühestmögliche Termin ist der %(day)s.",
          day=day_text(earliest_end(contract, received_on)))
    )  # fmt: skip
    return lines


def day_text(day: date) -> str:
    """A day as the sentences write it."""
    return f"{day:%d.%m.%Y}"


@operation
def terminate_contract(
    contract: Contract,
    *,
    received_on: date,
    to: date | None = None,
    reason: str | None = None,
    notify: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Contract:
    """Note a termination to the day `to` (default: the earliest possible).

    No period that begins later is billed; one that the day cuts is billed by days. A day before
    the earliest ("early") or before what is billed already ("billed") needs a confirmation.
    `notify` confirms it to the customer.
    """
    if received_on > on:
        raise DomainError(_("Das Datum der Kündigung liegt in der Zukunft. Bitte prüfen."))
    if contract.kind is ContractKind.INSTALMENT:
        raise DomainError(
            _("Eine Ratenvereinbarung endet mit der letzten Rate. Sie wird nicht gekündigt.")
        )
    earliest = earliest_end(contract, received_on)
    to = to or earliest
    if to < contract.starts_on - DAY:
        raise DomainError(_("Der Vertrag kann nicht vor seinem Beginn enden."))
    if contract.state is not ContractState.TERMINATED:
        contract.move_to(ContractState.TERMINATED)
    _check_early(to, earliest, confirmed)
    _check_billed(contract, to, confirmed)
    contract.terminated_to = to
    log_activity(
        contract, "contract.terminated", by=by, received_on=received_on, terminated_to=to,
        earliest=earliest, personal={"reason": given_reason(reason)} if reason else None,
    )  # fmt: skip
    if notify:
        queue_message(
            contract.customer, "contract_terminated", subject_of=contract, contract=contract,
            received_on=received_on, to=to,
        )  # fmt: skip
    return contract


@operation
def resume_contract(contract: Contract, *, on: date, by: Actor) -> Contract:
    """Take a termination back; the contract goes on billing as if nothing had been."""
    if contract.state is not ContractState.TERMINATED:
        raise DomainError(_("%(contract)s ist nicht gekündigt.", contract=contract))
    if contract.ends_on == contract.terminated_to and not contract.is_adjacent:
        raise DomainError(
            _(
                "Der letzte Zeitraum wurde schon anteilig abgerechnet. "
                "Bitte einen neuen Vertrag anlegen."
            )
        )
    contract.move_to(ContractState.ACTIVE)
    log_activity(contract, "contract.resumed", by=by, terminated_to=contract.terminated_to)
    contract.terminated_to = fixed_end(contract)
    return contract


@operation
def end_contract(
    contract: Contract, *, reason: str, keep_place: bool = True, on: date, by: Actor
) -> Contract:
    """End the contract now: no new invoices, those so far stay (spec CON-19).

    The place lasts as long as it is paid, or ends today.
    """
    reason = given_reason(reason)
    contract.move_to(ContractState.ENDED)
    log_activity(
        contract, "contract.ended", by=by, ends_on=contract.ends_on, keep_place=keep_place,
        personal={"reason": reason},
    )  # fmt: skip
    if not keep_place:
        for enrolment in _places(contract):
            _leave(enrolment, on=on, by=by)
    return contract


# --- parts ------------------------------------------------------------------------------------


def _check_early(to: date, earliest: date, confirmed: frozenset[str]) -> None:
    if to >= earliest or "early" in confirmed:
        return
    raise NeedsConfirmation(
        "early",
        _(
            "Mindestlaufzeit und Kündigungsfrist enden erst am %(earliest)s. "
            "Soll der Vertrag trotzdem schon am %(to)s enden?",
            earliest=f"{earliest:%d.%m.%Y}",
            to=f"{to:%d.%m.%Y}",
        ),
    )


def _check_billed(contract: Contract, to: date, confirmed: frozenset[str]) -> None:
    if to >= contract.ends_on or "billed" in confirmed:
        return
    raise NeedsConfirmation(
        "billed",
        _(
            "Bis zum %(end)s ist schon abgerechnet; daran ändert die Kündigung zum %(to)s nichts. "
            "Soll Geld zurückgehen, bitte die Rechnung stornieren. Trotzdem so kündigen?",
            end=f"{contract.ends_on:%d.%m.%Y}",
            to=f"{to:%d.%m.%Y}",
        ),
    )


def _places(contract: Contract) -> list[Enrolment]:
    query = select(Enrolment).where(
        Enrolment.contract_id == contract.id, Enrolment.state == EnrolmentState.ACTIVE
    )
    return list(db.session.scalars(query))


def _leave(enrolment: Enrolment, *, on: date, by: Actor) -> None:
    """Today is the last day; a place that has not begun is taken back."""
    if enrolment.starts_on > on:
        remove_enrolment(enrolment, on=on, by=by)
    elif enrolment.ends_on is None or enrolment.ends_on > on:
        enrolment.ends_on = on
        log_activity(enrolment, "enrolment.shortened", by=by, ends_on=on)
