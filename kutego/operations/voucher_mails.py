"""Sold codes go to their buyer by mail as soon as they are valid: at once, or with the payment."""

from datetime import date

from sqlalchemy import ColumnElement, Select, select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.models import Customer, Message, Voucher, VoucherState
from kutego.models.voucher_state import voucher_state_is
from kutego.operations.activity import log_activity
from kutego.operations.vouchers import mail_vouchers


def buyers_to_mail(on: date) -> Select[tuple[int]]:
    """The ids of customers with codes that are valid and still to be mailed."""
    return select(Voucher.customer_id).where(*_due(on)).distinct().order_by(Voucher.customer_id)


@operation
def mail_sold_vouchers(customer: Customer, *, on: date, by: Actor) -> Message | None:
    """One mail with all the codes that a buyer waits for; none where there is no address."""
    query = select(Voucher).where(Voucher.customer_id == customer.id, *_due(on))
    found = list(db.session.scalars(query.order_by(Voucher.id)))
    lock(db.session(), found)
    found = [voucher for voucher in found if voucher.to_mail]
    for voucher in found:
        voucher.to_mail = False
    if not found or not customer.email:
        return None
    message = mail_vouchers(customer, found)
    for voucher in found:
        log_activity(
            voucher, "voucher.sent", by=by, code=voucher.short,
            personal={"recipient": message.recipient},
        )  # fmt: skip
    return message


def _due(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Voucher.to_mail,
        Voucher.customer_id.is_not(None),
        voucher_state_is(VoucherState.VALID, on),
    )
