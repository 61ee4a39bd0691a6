"""Cancelling what was invoiced, by position or in whole. See also `contract_cancellations`."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.models import (
    Cancellation,
    CancellationPosition,
    EntryKind,
    Invoice,
    NumberKind,
    Payment,
    PaymentKind,
    PaymentMethod,
    Refund,
    Settlement,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.cancellation_content import cancellation_content
from kutego.operations.cancellation_plan import (
    CancellationPlan,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.credit_booking import book_entry, change_open
from kutego.operations.documents import add_renditions
from kutego.operations.effects import give_back_all, lock_given
from kutego.operations.enrolments import leave_course
from kutego.operations.messages import queue_message
from kutego.operations.numbers import draw_number
from kutego.operations.payments import add_payment
from kutego.operations.reasons import given_reason
from kutego.operations.redemptions import return_payment, return_shares, vouchers_on
from kutego.texts import gettext as _

__all__ = ["cancel_positions", "cancellable_positions", "plan_cancellation"]


@operation
def cancel_positions(
    invoice: Invoice,
    *,
    positions: Sequence[str] | None = None,
    days: Mapping[str, int] | None = None,
    fee: Decimal = ZERO,
    fee_taxed: bool = False,
    reason: str,
    settlement: Settlement = Settlement.CREDIT,
    remove_participants: bool = True,
    leave_on: date | None = None,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> Cancellation:
    """Take back the positions with these keys, or all that are left, by a document of its own.

    `days` says for positions (by key) how many of their days are taken back instead (INV-47); who
    comes stays in the course, or with `leave_on` comes no more from that day on.
    `fee` (gross, Euro) is kept of it. The open amount shrinks first; what was paid beyond it
    becomes credit or goes to the refund list (spec INV-44 to 57).
    A contract's period stays billed (D-24).
    """
    reason = given_reason(reason)
    plan = plan_cancellation(
        invoice, positions=positions, days=days, fee=fee, fee_taxed=fee_taxed,
        settlement=settlement, remove_participants=remove_participants, leave_on=leave_on,
    )  # fmt: skip
    lock_given(plan.given, also=[*vouchers_on(invoice), *(p.course_date for p in plan.leaving)])
    cancellation = carry_out(plan, reason, on=on, by=by)
    if send_mail:
        queue_message(
            invoice.customer, "invoice_cancelled", subject_of=cancellation,
            recipient=invoice.email, cancellation=cancellation,
        )  # fmt: skip
    return cancellation


# --- parts ------------------------------------------------------------------------------------


def carry_out(plan: CancellationPlan, reason: str, *, on: date, by: Actor) -> Cancellation:
    """What was given, number and document, then the money, then the sums of the invoice."""
    invoice = plan.invoice
    give_back_all(plan.given, on=on, by=by)
    for place in plan.leaving:
        leave_course(place, leave_on=cast(date, plan.leave_on), on=on, by=by)
    cancellation = _issue(plan, reason, on=on)
    _give_back(plan, cancellation, on=on, by=by)
    invoice.cancelled += plan.cancelled
    invoice.fee += plan.fee
    invoice.revision += 1
    change_open(invoice)
    log_activity(
        invoice, "invoice.cancelled", by=by, number=cancellation.number, total=plan.total,
        fee=plan.fee, credited=plan.credited, refunded=plan.refunded, personal={"reason": reason},
    )  # fmt: skip
    return cancellation


def _issue(plan: CancellationPlan, reason: str, *, on: date) -> Cancellation:
    invoice = plan.invoice
    number = draw_number(NumberKind.CANCELLATION, on=on)
    cancellation = Cancellation(
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        number=number,
        issued_on=on,
        reason=reason,
        fee=plan.fee,
        total=plan.total,
        settlement=_settlement(plan),
        settled=plan.settled,
        to_vouchers=plan.redeemed or None,
        snapshot=cancellation_content(plan, number=number, on=on),
    )
    db.session.add(cancellation)
    db.session.flush()
    db.session.add_all(
        CancellationPosition(
            customer_id=invoice.customer_id,
            cancellation_id=cancellation.id,
            invoice_id=invoice.id,
            position_key=part.key,
            gross=part.gross,
            net=part.net,
            days=part.days,
            of_days=part.of_days,
            days_before=part.days_before,
        )
        for part in plan.parts
    )
    add_renditions(cancellation, invoice.customer)
    return cancellation


def _settlement(plan: CancellationPlan) -> Settlement | None:
    """Credit stays credit whatever was chosen, and where no money was paid there is no choice."""
    if plan.settled == plan.redeemed:
        return None
    return Settlement.REFUND if plan.refunded else Settlement.CREDIT


def _give_back(plan: CancellationPlan, cancellation: Cancellation, *, on: date, by: Actor) -> None:
    invoice = plan.invoice
    return_shares(invoice, plan.portions, cancellation, on=on, by=by)
    for voucher, back in plan.to_vouchers:
        return_payment(invoice, voucher, back, cancellation=cancellation, on=on, by=by)
    entry = None
    if plan.credited:
        text = _("Storno %(number)s zu %(invoice)s", number=cancellation.number, invoice=invoice)
        entry = book_entry(
            invoice.customer, plan.credited, EntryKind.CANCELLATION, text=text, booked_on=on,
            invoice=invoice, by=by,
        )  # fmt: skip
    parts: list[tuple[Decimal, PaymentKind, PaymentMethod | None]] = [
        (plan.returned, PaymentKind.CREDITED, None),
        (plan.money - plan.refunded, PaymentKind.CREDITED, _last_method(invoice)),
        (plan.refunded, PaymentKind.REFUNDED, _last_method(invoice)),
    ]
    for amount, kind, method in parts:
        if amount:
            add_payment(
                invoice, -amount, kind, method=method, paid_on=on, by=by,
                entry=entry if kind is PaymentKind.CREDITED else None,
                cancellation_id=cancellation.id,
            )  # fmt: skip
    if plan.refunded:
        _list_refund(plan, cancellation, on)


def _list_refund(plan: CancellationPlan, cancellation: Cancellation, on: date) -> None:
    """To the customer's account, as far as we know it; the refund list asks for the rest."""
    customer = plan.invoice.customer
    holder = customer.account_holder or customer.person or customer.name
    purpose = _("%(number)s Storno zu %(invoice)s", number=cancellation, invoice=plan.invoice)
    db.session.add(
        Refund(
            customer_id=customer.id,
            cancellation_id=cancellation.id,
            amount=plan.refunded,
            account_holder=holder if customer.iban else None,
            iban=customer.iban,
            purpose=purpose[:140],
            created_on=on,
        )
    )
    db.session.flush()


def _last_method(invoice: Invoice) -> PaymentMethod | None:
    """How the money came in that now goes back."""
    query = select(Payment.method).where(
        Payment.invoice_id == invoice.id, Payment.amount > 0, Payment.method.is_not(None)
    )
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))
