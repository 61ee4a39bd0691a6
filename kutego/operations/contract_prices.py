"""New prices of running contracts from a day on, agreed ahead and applied by the billing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Contract, ContractKind, ContractPrice, PriceStep
from kutego.money import MOST, euro, is_amount, to_cents
from kutego.operations.activity import log_activity
from kutego.operations.contracts import refuse_over
from kutego.operations.messages import queue_message
from kutego.operations.terminations import day_text
from kutego.periods import DAY
from kutego.texts import gettext as _


@dataclass(frozen=True)
class PricePlan:
    """The old and the new price, and the first period that is billed with it."""

    old: Decimal
    new: Decimal
    first: date


def plan_price(
    contract: Contract, *, valid_from: date, step: PriceStep, value: Decimal, on: date
) -> PricePlan:
    """What a change comes to; refuses what cannot be. The change and its preview.

    It holds for periods that begin on `valid_from` or later: what is billed stays (spec CON-25).
    """
    refuse_over(contract)
    if contract.kind is ContractKind.INSTALMENT:
        raise DomainError(_("Raten stehen fest. Ihr Preis ändert sich nicht."))
    if valid_from < on:
        raise DomainError(_("Ein neuer Preis gilt frühestens ab heute."))
    if any(change.valid_from == valid_from for change in contract.prices):
        raise DomainError(
            _("Für den %(day)s ist schon ein neuer Preis vorgemerkt.", day=day_text(valid_from))
        )
    if not is_amount(value) or abs(value) > MOST:
        raise DomainError(_("Bitte eine Zahl mit höchstens zwei Stellen nach dem Komma eingeben."))
    first = first_period_from(contract, valid_from)
    if contract.terminated_to is not None and first > contract.terminated_to:
        raise DomainError(
            _("Der Vertrag endet am %(day)s, bevor der neue Preis gilt.",
              day=day_text(contract.terminated_to))
        )  # fmt: skip
    old = agreed_price(contract, valid_from)
    new = _stepped(old, step, value)
    if not 0 <= new <= MOST:
        raise DomainError(_("Der neue Preis läge bei %(price)s. Das geht nicht.", price=euro(new)))
    if new == old:
        raise DomainError(_("Der Preis ist schon %(price)s.", price=euro(old)))
    return PricePlan(old, new, first)


def first_period_from(contract: Contract, day: date) -> date:
    """When the first period begins that is not billed yet and begins on `day` or later."""
    first, anchor = contract.next_invoice_on, contract.billing_day
    while first < day or (contract.first_until is not None and first <= contract.first_until):
        period = contract.period_at(first, anchor)
        anchor = contract.anchor_at(first, anchor)
        first = contract.after_pauses(period.last + DAY)
    return first


@operation
def change_contract_price(
    contract: Contract,
    *,
    valid_from: date,
    step: PriceStep,
    value: Decimal,
    notify: bool = False,
    on: date,
    by: Actor,
) -> ContractPrice:
    """Agree a new price from a day on; the billing applies it, `notify` tells the customer."""
    plan = plan_price(contract, valid_from=valid_from, step=step, value=value, on=on)
    change = ContractPrice(
        contract_id=contract.id,
        valid_from=valid_from,
        old_price=plan.old,
        price=plan.new,
        created_at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    db.session.expire(contract, ["prices"])
    log_activity(
        contract, "contract.price_changed", by=by, old=plan.old, new=plan.new,
        valid_from=valid_from, first=plan.first,
    )  # fmt: skip
    if notify:
        queue_message(
            contract.customer, "contract_price", subject_of=contract, contract=contract,
            plan=plan,
        )  # fmt: skip
    return change


@operation
def withdraw_price(change: ContractPrice, *, on: date, by: Actor) -> ContractPrice:
    """Take back a price that no period was billed with yet."""
    if change.withdrawn_at is not None or change.applied_on is not None:
        raise DomainError(_("Dieser Preis gilt schon oder ist zurückgenommen."))
    contract = change.contract
    if any(later.valid_from > change.valid_from for later in contract.prices):
        raise DomainError(_("Bitte zuerst die spätere Preisänderung zurücknehmen."))
    change.withdrawn_at = clock.now()
    db.session.flush()
    db.session.expire(contract, ["prices"])
    log_activity(
        contract, "contract.price_withdrawn", by=by, price=change.price,
        valid_from=change.valid_from,
    )  # fmt: skip
    return change


def agreed_price(contract: Contract, day: date) -> Decimal:
    """The price of a whole period on `day`, whatever the first one costs."""
    agreed = [change.price for change in contract.prices if change.valid_from <= day]
    if agreed:
        return agreed[-1]
    return contract.prices[0].old_price if contract.prices else contract.price


def _stepped(old: Decimal, step: PriceStep, value: Decimal) -> Decimal:
    if step is PriceStep.PERCENT:
        return to_cents(old * (100 + value) / 100)
    return old + value if step is PriceStep.AMOUNT else value
