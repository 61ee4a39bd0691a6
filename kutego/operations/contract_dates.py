"""A gap or an overlap between end and next invoice: what it means, and the two ways out."""

from datetime import date

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Contract
from kutego.operations.contracts import change_contract_dates, refuse_over
from kutego.operations.terminations import day_text
from kutego.periods import DAY
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


def _refuse_fitting(contract: Contract) -> None:
    refuse_over(contract)
    if contract.is_adjacent:
        raise DomainError(
            _("Bei %(contract)s passen Ende und nächste Rechnung zusammen.", contract=contract)
        )
