"""End and next invoice put right by hand; what a gap or an overlap means, and the ways out."""

from datetime import date

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Contract
from kutego.operations.activity import log_activity
from kutego.operations.contracts import (
    Shift,
    check_dates,
    dates_changed,
    keep_places,
    refuse_billed,
    refuse_over,
)
from kutego.operations.terminations import day_text
from kutego.periods import DAY, add_months
from kutego.texts import gettext as _


def explain_dates(contract: Contract) -> str | None:
    """What is wrong with the dates of a contract and what it does; None where they fit (CON-07)."""
    if contract.is_adjacent or contract.is_last_period:
        return None
    days = abs((contract.next_invoice_on - contract.ends_on - DAY).days)
    values = {
        "end": day_text(contract.ends_on),
        "next": day_text(contract.next_invoice_on),
        "days": days,
    }
    if contract.next_invoice_on > contract.ends_on:
        return _(
            "Lücke von %(days)s Tagen: Der Vertrag ist bis zum %(end)s bezahlt, die nächste "
            "Rechnung beginnt am %(next)s. Dazwischen steht niemand dafür in der Liste, "
            "und niemand zahlt.",
            **values,
        )
    return _(
        "Überschneidung von %(days)s Tagen: Der Vertrag ist bis zum %(end)s bezahlt, die nächste "
        "Rechnung beginnt schon am %(next)s. Diese Tage würden doppelt bezahlt.",
        **values,
    )


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
    refuse_billed(contract, min(next_invoice_on, ends_on + DAY))
    _check_adjacent(ends_on, next_invoice_on, confirmed)
    log_activity(
        contract, "contract.dates_changed", by=by, billing_day=anchor,
        **dates_changed(contract, Shift(ends_on, next_invoice_on, anchor)),
    )  # fmt: skip
    contract.ends_on, contract.next_invoice_on = ends_on, next_invoice_on
    contract.billing_day = anchor
    keep_places(contract)
    return contract


@operation
def join_next_invoice(contract: Contract, *, on: date, by: Actor) -> Contract:
    """Let the next invoice begin on the day after the end: every day is paid once (CON-07)."""
    _refuse_fitting(contract)
    return change_contract_dates(contract, ends_on=contract.ends_on, on=on, by=by)


@operation
def join_end(contract: Contract, *, on: date, by: Actor) -> Contract:
    """Let the contract last to the day before the next invoice: the days between are free."""
    _refuse_fitting(contract)
    return change_contract_dates(
        contract,
        ends_on=contract.next_invoice_on - DAY,
        next_invoice_on=contract.next_invoice_on,
        billing_day=contract.billing_day,
        on=on,
        by=by,
    )


# --- parts ------------------------------------------------------------------------------------


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


def _refuse_fitting(contract: Contract) -> None:
    refuse_over(contract)
    if contract.is_adjacent:
        raise DomainError(
            _("Bei %(contract)s passen Ende und nächste Rechnung zusammen.", contract=contract)
        )
