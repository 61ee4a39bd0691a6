"""Sold codes go to their buyer by mail as soon as they are valid: at once, or with the payment."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.models import Customer, Message, Voucher, VoucherState
from kutego.models.voucher_state import voucher_state_is
from kutego.operations.activity import log_activity
from kutego.operations.vouchers import mail_vouchers


def buyers_to_mail(on: date) -> Select[int]:
    """The ids of customers with codes that are valid and still to be mailed."""
    buyer = select(Customer.id).join(Voucher, Voucher.customer_id == Customer.id)
    return buyer.where(_due(on)).distinct().order_by(Customer.id)


@operation
def mail_sold_vouchers(customer: Customer, *, on: date, by: Actor) -> Message | None:
    """One mail with all the codes that a buyer waits for; none where there is no address."""
    query = select(Voucher).where(Voucher.customer_id == customer.id, _due(on))
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


def _due(on: date) -> ColumnElement[bool]:
    return and_(Voucher.to_mail, voucher_state_is(VoucherState.VALID, on))
