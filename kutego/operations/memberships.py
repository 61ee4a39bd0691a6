"""Memberships: made by hand, and what their holders get. Sold ones: `membership_positions`."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractState,
    Customer,
    Invoice,
    MembershipTemplate,
    Participant,
    PaymentMethod,
)
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.activation import activate
from kutego.operations.billing import bill_period
from kutego.operations.contract_making import write_contract
from kutego.operations.contract_start import plan_start
from kutego.operations.membership_positions import HELD, check_membership, membership_terms
from kutego.operations.payment_methods import refuse_method
from kutego.texts import gettext as _


@operation
def create_membership(
    customer: Customer,
    *,
    membership_template: MembershipTemplate,
    participant: Participant | None = None,
    starts_on: date,
    price: Decimal | None = None,
    discount_percent: Decimal | None = None,
    payment_method: PaymentMethod | None = None,
    on: date,
    by: Actor,
) -> Contract:
    """Make a membership by hand (spec CON-30); the daily job makes its invoices.

    One that waits for its first payment gets its first invoice at once. Price, discount and
    method default to the template's and the customer's.
    """
    amount = membership_template.price if price is None else price
    discount = customer.permanent_discount if discount_percent is None else discount_percent
    method = payment_method or customer.payment_method
    refuse_method(method)
    check_membership(customer, membership_template, participant)
    if not is_amount(amount) or not 0 <= amount <= MOST:
        raise DomainError(_("Bitte einen Preis in Euro und Cent eingeben."))
    if not is_amount(discount) or not 0 <= discount <= 100:
        raise DomainError(_("Der Rabatt liegt zwischen 0 und 100 Prozent."))
    start = plan_start(membership_template, amount, starts_on)
    contract = Contract(
        customer_id=customer.id,
        participant_id=participant.id if participant else None,
        payment_method=method,
        price=amount,
        discount_percent=discount,
        fee_due=membership_template.registration_fee,
        **membership_terms(membership_template),
        **start.columns(billed=False),
    )
    write_contract(contract, by=by)
    if contract.state is ContractState.PENDING:
        first = contract.period_at(contract.next_invoice_on, contract.billing_day)
        sale = bill_period(contract, first, on=on, by=by)
        if not isinstance(sale, Invoice) or not sale.open_amount:  # there is nothing to wait for
            activate(contract, on=on, by=by)
    return contract


def holder_discount(customer: Customer, on: date) -> Decimal:
    """The best discount on courses of the memberships that the customer holds on the day `on`."""
    query = (
        select(func.max(MembershipTemplate.holder_discount))
        .join(Contract, Contract.membership_template_id == MembershipTemplate.id)
        .where(
            Contract.customer_id == customer.id,
            Contract.state.in_(HELD),
            Contract.active_from <= on,
            Contract.terminated_to.is_(None) | (Contract.terminated_to >= on),
        )
    )
    return db.session.scalar(query) or ZERO
