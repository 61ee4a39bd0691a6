"""A mail some days before a make-up day expires, where the house wants one (spec U-24)."""

from datetime import date, timedelta

from sqlalchemy import Select, literal, select

from kutego.actor import Actor
from kutego.db import operation
from kutego.models import (
    Customer,
    CustomerState,
    MakeUpClaim,
    MakeUpStatus,
    Message,
    company,
    make_up_status_is,
)
from kutego.operations.messages import queue_message


def due_reminders(on: date) -> Select[int]:
    """The ids of open claims that expire soon and that nobody was told about yet."""
    days = company().make_up_reminder_days
    last = on + timedelta(days=days or 0)
    return (
        select(MakeUpClaim.id)
        .join(Customer, Customer.id == MakeUpClaim.customer_id)
        .where(
            literal(days is not None),
            make_up_status_is(MakeUpStatus.OPEN, on),
            MakeUpClaim.expires_on <= last,
            MakeUpClaim.reminded_on.is_(None),
            Customer.state == CustomerState.ACTIVE,
            Customer.email.is_not(None),
        )
        .order_by(MakeUpClaim.expires_on, MakeUpClaim.id)
    )


@operation
def remind_of_expiry(claim: MakeUpClaim, *, on: date, by: Actor) -> Message | None:
    """Say once that the claim is about to expire; None where that is done or it is spent."""
    if claim.reminded_on is not None or claim.status(on) is not MakeUpStatus.OPEN:
        return None
    claim.reminded_on = on
    return queue_message(claim.customer, "make_up_expiring", subject_of=claim, claim=claim)
