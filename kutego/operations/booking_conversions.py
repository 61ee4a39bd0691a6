"""A booking becomes an invoice after all; it stays as what the invoice came from (spec INV-05)."""

from datetime import date
from typing import Any

from sqlalchemy import update

from kutego.actor import Actor
from kutego.db import Base, db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingState,
    ContractPeriod,
    DayCompensation,
    Invoice,
    InvoicePosition,
    PaymentMethod,
    company,
)
from kutego.models.sold import Sold
from kutego.operations import issuing
from kutego.operations.activity import log_activity
from kutego.operations.booking_cancellations import return_credit
from kutego.operations.booking_vouchers import codes_of, return_codes, split_money, wish_like
from kutego.operations.enclosures import enclosures_sent
from kutego.operations.first_periods import copied
from kutego.operations.invoices import mail_invoice
from kutego.operations.payment_methods import refuse_method, refuse_rest
from kutego.operations.sales import new_invoice
from kutego.texts import gettext as _


@operation
def convert_booking(
    booking: Booking,
    *,
    payment_method: PaymentMethod | None = None,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> Invoice:
    """Make an invoice of a booking, with the same positions and a number of its own.

    Nothing is given anew: what the booking gave belongs to the invoice from now on. Vouchers and
    credit that paid for it pay the invoice, whatever has become of the codes since. What was
    cancelled of it stays away. Without `payment_method` it is the booking's.
    """
    _refuse(booking)
    method = payment_method or booking.payment_method
    refuse_method(method, booking.payment_method)
    codes = codes_of(booking)
    lock(db.session(), codes)
    lines = copied(InvoicePosition, booking.left)
    paid, credit = split_money(booking, booking.left_total)
    vouchers = wish_like(booking, paid)
    settled = sum((amount for _voucher, amount in paid), credit)
    refuse_rest(method, codes, booking.left_total - settled)
    return_codes(booking, paid, [line.key for line in lines], on=on, by=by)
    return_credit(booking, credit, on=on, by=by)
    invoice = new_invoice(
        booking.customer, origin=booking.origin, payment_method=method,
        contract_id=booking.contract_id, offer_id=booking.offer_id,
    )  # fmt: skip
    issuing.issue(
        invoice, lines, credit=credit, vouchers=vouchers, is_given=True, confirmed=frozenset(),
        on=on, by=by,
    )  # fmt: skip
    booking.move_to(BookingState.CONVERTED)
    db.session.flush()
    booking.invoice_id = invoice.id
    _hand_over(booking, invoice)
    log_activity(booking, "booking.converted", by=by, number=booking.number, invoice=invoice.number)
    if send_mail:
        mail_invoice(invoice, "invoice_issued", enclosures=enclosures_sent(booking))
    return invoice


# --- parts ------------------------------------------------------------------------------------


def _refuse(booking: Booking) -> None:
    if booking.invoice is not None:
        raise DomainError(
            _("%(number)s ist schon umgewandelt, in Rechnung %(invoice)s.",
              number=booking, invoice=booking.invoice)
        )  # fmt: skip
    if not company().finance_module:
        raise DomainError(
            _("Das Finanzmodul ist ausgeschaltet, deshalb gibt es keine Rechnungen. Einschalten "
              "lässt es sich unter Einstellungen, Zahlung.")
        )  # fmt: skip


def _hand_over(booking: Booking, invoice: Invoice) -> None:
    """What the booking gave is the invoice's too, so that cancelling the invoice takes it back."""
    models: list[Any] = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Sold)]
    for model in [*models, ContractPeriod, DayCompensation]:
        sold = model.booking_id == booking.id
        db.session.execute(
            update(model).where(sold).values(invoice_id=invoice.id),
            execution_options={"synchronize_session": "fetch"},
        )
