"""Cancelling a contract from its beginning, with every invoice that it made."""

from collections.abc import Sequence
from datetime import date
from itertools import chain

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Cancellation,
    Contract,
    ContractKind,
    ContractState,
    Enrolment,
    EnrolmentState,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    Settlement,
)
from kutego.money import ZERO, euro
from kutego.operations.activity import log_activity
from kutego.operations.booking_cancellations import booked_periods, cancel_booked_periods
from kutego.operations.booking_vouchers import codes_of
from kutego.operations.cancellation_plan import (
    CancellationPlan,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.cancellations import carry_out
from kutego.operations.documents import renditions_of
from kutego.operations.effects import lock_given
from kutego.operations.enrolments import remove_enrolment
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.redemptions import vouchers_on
from kutego.texts import gettext as _


@operation
def cancel_contract(
    contract: Contract,
    *,
    reason: str,
    settlement: Settlement = Settlement.CREDIT,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> list[Cancellation]:
    """Cancel a contract from the beginning: its positions on every invoice, and its place.

    Other positions of these invoices stay (spec CON-20, D-24). The list of the invoices has to be
    confirmed ("cancel_contract").
    """
    reason = given_reason(reason)
    plans = plan_contract_cancellation(contract, settlement=settlement)
    _ask(contract, plans, confirmed)
    contract.move_to(ContractState.CANCELLED)
    places = _places_of(contract)
    booked = booked_periods(contract)
    vouchers = [voucher for plan in plans for voucher in vouchers_on(plan.invoice)]
    vouchers += [voucher for plan in booked for voucher in codes_of(plan.booking)]
    given = [thing for plan in plans for thing in plan.given]
    lock_given(given, also=[*(place.course_date for place in places), *vouchers])
    for place in places:
        remove_enrolment(place, on=on, by=by)
    made = [carry_out(plan, reason, on=on, by=by) for plan in plans]
    cancel_booked_periods(booked, on=on, by=by)
    log_activity(
        contract, "contract.cancelled", by=by, invoices=[c.number for c in made],
        total=sum((c.total for c in made), ZERO), personal={"reason": reason},
    )  # fmt: skip
    if send_mail and made:
        _send(contract, made)
    return made


@operation
def cancel_invoiced_contract(
    invoice: Invoice,
    *,
    contract: Contract,
    reason: str,
    settlement: Settlement = Settlement.CREDIT,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> list[Cancellation]:
    """As `cancel_contract`, for a contract that stands on the invoice (spec INV-50)."""
    if contract not in contracts_on(invoice):
        raise DomainError(_("Dieser Vertrag steht nicht auf %(number)s.", number=invoice))
    return cancel_contract(
        contract, reason=reason, settlement=settlement, send_mail=send_mail, confirmed=confirmed,
        on=on, by=by,
    )  # fmt: skip


def contracts_on(invoice: Invoice) -> list[Contract]:
    """The contracts that the newest version bills and that can still be cancelled."""
    if invoice.state is not InvoiceState.ISSUED:
        return []
    billed = {p.contract for p in invoice.current.positions if p.contract is not None}
    if invoice.contract is not None and invoice.contract.kind is ContractKind.INSTALMENT:
        billed.add(invoice.contract)  # the first part was sold without it
    return sorted((c for c in billed if c.can(ContractState.CANCELLED)), key=lambda c: c.id)


def plan_contract_cancellation(
    contract: Contract, *, settlement: Settlement = Settlement.CREDIT
) -> list[CancellationPlan]:
    """One plan for each invoice with positions of the contract, oldest first.

    With an instalment agreement the sale itself goes, and what its positions gave.
    """
    is_sale = contract.kind is ContractKind.INSTALMENT
    billed = _instalments(contract) if is_sale else _billed(contract)
    return [
        plan_cancellation(
            invoice, positions=keys, settlement=settlement, remove_participants=is_sale
        )
        for invoice, keys in billed
    ]


# --- parts ------------------------------------------------------------------------------------


def _billed(contract: Contract) -> list[tuple[Invoice, list[str]]]:
    """Invoices with positions of the contract that are not cancelled yet, oldest first."""
    query = (
        select(Invoice)
        .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id)
              & (InvoiceVersion.version == Invoice.version))
        .join(InvoicePosition, InvoicePosition.version_id == InvoiceVersion.id)
        .where(Invoice.state == InvoiceState.ISSUED, InvoicePosition.contract_id == contract.id)
        .distinct()
        .order_by(Invoice.id)
    )  # fmt: skip
    found = [
        (i, [p.key for p in cancellable_positions(i) if p.contract_id == contract.id])
        for i in db.session.scalars(query).all()
    ]
    return [(invoice, keys) for invoice, keys in found if keys]


def _instalments(contract: Contract) -> list[tuple[Invoice, list[str]]]:
    invoices = {period.invoice for period in contract.periods if period.invoice is not None}
    found = [
        (invoice, [position.key for position in cancellable_positions(invoice)])
        for invoice in sorted(invoices, key=lambda invoice: invoice.id)
    ]
    return [(invoice, keys) for invoice, keys in found if keys]


def _ask(contract: Contract, plans: Sequence[CancellationPlan], confirmed: frozenset[str]) -> None:
    if not contract.can(ContractState.CANCELLED) or "cancel_contract" in confirmed:
        return  # what cannot be is refused by the change of the state itself
    raise NeedsConfirmation(
        "cancel_contract",
        _(
            "Der Vertrag %(number)s wird von Beginn an storniert, mit %(count)s Rechnungen über "
            "zusammen %(total)s. Das lässt sich nicht rückgängig machen. Wirklich stornieren?",
            number=contract.number,
            count=len(plans),
            total=euro(sum((plan.total for plan in plans), ZERO)),
        ),
        tuple(
            _("%(number)s vom %(day)s: %(total)s", number=plan.invoice, total=euro(plan.total),
              day=f"{plan.invoice.issued_on:%d.%m.%Y}")
            for plan in plans
        ),
    )  # fmt: skip


def _places_of(contract: Contract) -> list[Enrolment]:
    query = select(Enrolment).where(
        Enrolment.contract_id == contract.id, Enrolment.state == EnrolmentState.ACTIVE
    )
    return list(db.session.scalars(query.order_by(Enrolment.id)))


def _send(contract: Contract, made: Sequence[Cancellation]) -> None:
    """One mail with all documents."""
    files = chain.from_iterable(renditions_of(cancellation) for cancellation in made)
    queue_message(
        contract.customer, "contract_cancelled", subject_of=contract, attachments=list(files),
        contract=contract, cancellations=made,
        credited=sum((c.credited for c in made), ZERO),
        to_vouchers=sum((c.to_vouchers or ZERO for c in made), ZERO),
        refunded=sum((c.refunded for c in made), ZERO),
    )  # fmt: skip
