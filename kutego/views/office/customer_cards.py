"""The Details of a customer: cards of fields, and the figures at the head."""

from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import (
    Invoice,
    PaymentStatus,
    Right,
    WaitlistEntry,
    next_appointment_of,
    next_day_of,
    payment_status_is,
    still_waiting,
)
from kutego.money import ZERO
from kutego.views.frame import zone
from kutego.views.panel import Card, today

CUSTOMER_CARDS = (
    Card("Kontakt", "salutation", "name", "contact", "email", "email_problem", "phone",
         "mobile", "further_phone", "street", "address_extra", "postcode", "city", "country",
         "vat_id", "birthday"),
    Card("Konto", "payment_method", "permanent_discount", "newsletter_told", "customer_groups",
         "recipient_groups", "employee", "origin", "first_seen_at", "created_at", "created_by",
         "updated_at", "updated_by", "former_number", "accounts", "lock_reason",
         "dunning_stop_reason", "remark"),
    Card("Bank", "iban", "bic", "account_holder", "mandate", "former_mandates",
         right=Right.BANK_DATA),
)  # fmt: skip


def standing(customer):
    """What is overdue, the next day that somebody comes, how often they wait; one statement."""
    late = payment_status_is(PaymentStatus.OVERDUE, today())
    overdue = select(func.sum(Invoice.open_amount)).where(Invoice.customer_id == customer.id, late)
    coming = next_day_of(customer.id, today())
    alone = next_appointment_of(customer.id, clock.now())
    waits = select(func.count(WaitlistEntry.id)).where(
        WaitlistEntry.customer_id == customer.id, still_waiting(clock.now())
    )
    asked = (overdue, coming, alone, waits)
    amount, day, moment, waiting = db.session.execute(
        select(*(each.scalar_subquery() for each in asked))
    ).one()
    days = [day, moment and moment.astimezone(zone()).date()]
    return amount or ZERO, min(filter(None, days), default=None), waiting
