"""Membership positions: they make a contract and are its first period."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractKind,
    ContractPeriod,
    ContractState,
    Customer,
    Invoice,
    MembershipTemplate,
    Participant,
)
from kutego.models.position import PositionColumns
from kutego.operations.activation import activate
from kutego.operations.contract_making import sold_contract
from kutego.operations.contract_start import plan_start
from kutego.operations.contract_terms import agreed_terms
from kutego.operations.effect import Effect, Given, Sale
from kutego.operations.terminations import end_contract
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

HELD = (ContractState.ACTIVE, ContractState.TERMINATED)


def membership_terms(template: MembershipTemplate) -> dict[str, Any]:
    """What a contract takes over from the template of a membership."""
    return {
        "kind": ContractKind.MEMBERSHIP,
        "membership_template_id": template.id,
        "text": template.name,
        **agreed_terms(template),
    }


def check_line(customer: Customer, line: "PositionInput") -> None:
    """A template in use; a participant is possible, none is needed."""
    check_membership(customer, _template(line.membership_template_id), None)


def take_membership(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Make the contract; the line becomes its first period, at the price of that one."""
    template = _template(line.membership_template_id)
    start = plan_start(template, line.unit_price * line.quantity, line.starts_on or on)
    contract = sold_contract(
        sale, line, start, by=by, participant_id=line.participant_id, **membership_terms(template)
    )
    if contract.state is ContractState.PENDING and _is_free(sale, line):
        activate(contract, on=on, by=by)


def memberships_given(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The memberships that began with these positions; later periods gave nothing of their own."""
    ids = [line.contract_id for line in lines if line.contract_id is not None]
    sold_on = ContractPeriod.invoice_id if isinstance(sale, Invoice) else ContractPeriod.booking_id
    first = select(func.min(ContractPeriod.id)).where(ContractPeriod.contract_id == Contract.id)
    query = (
        select(Contract)
        .join(ContractPeriod, ContractPeriod.contract_id == Contract.id)
        .where(
            Contract.id.in_(ids),
            Contract.state.in_([*HELD, ContractState.PENDING]),
            sold_on == sale.id,
            ContractPeriod.id == first.correlate(Contract).scalar_subquery(),
        )
        .order_by(Contract.id)
    )
    return [
        Given(
            contract,
            _("Mitgliedschaft %(number)s endet und wird nicht weiter abgerechnet.",
              number=contract.number),
            _end,
            optional=True,
        )
        for contract in db.session.scalars(query)
    ]  # fmt: skip


def _end(contract: Contract, *, on: date, by: Actor) -> None:
    end_contract(
        contract, reason=_("Die erste Rechnung wurde storniert."), keep_place=False, on=on, by=by
    )


def _is_free(sale: Sale, line: PositionColumns) -> bool:
    return not isinstance(sale, Invoice) or line.discount_percent == 100 or not line.unit_price


def _template(template_id: int | None) -> MembershipTemplate:
    template = db.session.get(MembershipTemplate, template_id) if template_id else None
    if template is None:
        raise DomainError(_("Bitte eine Mitgliedschaft auswählen."))
    return template


def check_membership(
    customer: Customer, template: MembershipTemplate, participant: Participant | None
) -> None:
    """Refuse to sell a template out of use, to a locked customer, or for somebody else's dog."""
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    if not template.is_active:
        raise DomainError(_("„%(name)s“ wird nicht mehr angeboten.", name=template.name))
    if participant is not None and participant.customer_id != customer.id:
        raise DomainError(_("Dieser Eintrag ({participant}) gehört nicht zu diesem Kunden."))


MEMBERSHIP = Effect(
    check=check_line,
    take=take_membership,
    given=memberships_given,
)
