"""What the system sells by itself, from a contract or an offer: an invoice, or a booking."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    InvoiceState,
    PaymentMethod,
    company,
)
from kutego.models.ids import give_id
from kutego.money import ZERO
from kutego.operations.booking_making import mail_booking, make_booking
from kutego.operations.booking_reasons import reason_for_booking
from kutego.operations.draft_vouchers import paid_by, try_codes
from kutego.operations.effect import Sale
from kutego.operations.enclosures import enclosures_for
from kutego.operations.first_periods import as_billed
from kutego.operations.invoices import mail_invoice
from kutego.operations.issuing import issue
from kutego.operations.payment_methods import refuse_rest
from kutego.operations.redemption_plan import NO_VOUCHERS, vouchers_named
from kutego.texts import gettext as _


def sell_at_once(
    customer: Customer,
    *,
    lines: Sequence[InvoicePosition],
    origin: InvoiceOrigin,
    payment_method: PaymentMethod,
    contract_id: int | None = None,
    offer_id: int | None = None,
    vouchers: Mapping[int, Decimal] = NO_VOUCHERS,
    with_mail: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Sale:
    """Sell the lines: an invoice, or a booking where `reason_for_booking` finds a reason.

    Existing credit is set off (CRD-15). Joins the transaction of an operation that has locked the
    customer, and the `vouchers` (ids, each with what it pays). A contract's free period is
    confirmed by no mail: nothing is to be done about it.
    """
    codes = vouchers_named(vouchers)
    priced, redeemed = try_codes(codes, as_billed(lines, on), customer, on, vouchers)
    left = priced.gross - paid_by(redeemed)
    refuse_rest(payment_method, codes, left - min(customer.credit, left), lines)
    reason = reason_for_booking(
        company(), total=priced.gross, method=payment_method, origin=origin,
        credit=min(customer.credit, left), redeemed=paid_by(redeemed), has_codes=bool(codes),
    )  # fmt: skip
    if reason is None:
        return _issue(
            customer, lines=lines, origin=origin, payment_method=payment_method,
            contract_id=contract_id, offer_id=offer_id, vouchers=vouchers, confirmed=confirmed,
            template="invoice_issued" if with_mail else None, on=on, by=by,
        )  # fmt: skip
    if paid_by(redeemed) and not reason.is_covered:
        raise DomainError(
            _("Das wird eine Buchung ohne Rechnung, von der kein Gutschein abgehen kann.")
        )
    booking = make_booking(
        customer, lines, reason=reason, origin=origin, payment_method=payment_method,
        contract_id=contract_id, offer_id=offer_id,
        credit=left if reason.is_covered else ZERO, vouchers=vouchers, confirmed=confirmed,
        on=on, by=by,
    )  # fmt: skip
    if with_mail and not (origin is InvoiceOrigin.CONTRACT and booking.total == 0):
        enclosures = () if origin is InvoiceOrigin.CONTRACT else enclosures_for([booking])
        mail_booking(booking, "booking_made", enclosures=enclosures)
    return booking


def new_invoice(
    customer: Customer,
    *,
    origin: InvoiceOrigin,
    payment_method: PaymentMethod,
    contract_id: int | None,
    offer_id: int | None,
) -> Invoice:
    """The head of an invoice that is issued at once, with an id; written with the next flush."""
    invoice = Invoice(
        customer=customer,
        state=InvoiceState.DRAFT,
        origin=origin,
        created_at=clock.now(),
        email=customer.email,
        payment_method=payment_method,
        contract_id=contract_id,
        offer_id=offer_id,
        version=0,
        revision=1,
        cancelled=ZERO,
        fee=ZERO,
        paid=ZERO,
        open_amount=ZERO,
    )
    give_id(invoice)
    db.session.add(invoice)
    return invoice


# --- parts ------------------------------------------------------------------------------------


def _issue(
    customer: Customer,
    *,
    lines: Sequence[InvoicePosition],
    origin: InvoiceOrigin,
    payment_method: PaymentMethod,
    contract_id: int | None = None,
    offer_id: int | None = None,
    vouchers: Mapping[int, Decimal] = NO_VOUCHERS,
    template: str | None = "invoice_issued",
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Invoice:
    """Issue what the system makes by itself (contract, offer); existing credit is set off (CRD-15).

    Joins the transaction of an operation that has locked the customer; it is written with the
    next flush, so that a run writes the rows of many invoices together. `template` names the mail
    that goes with it, None for none.
    """
    invoice = new_invoice(
        customer, origin=origin, payment_method=payment_method, contract_id=contract_id,
        offer_id=offer_id,
    )  # fmt: skip
    issue(
        invoice, lines, credit=customer.credit, vouchers=vouchers, confirmed=confirmed, on=on, by=by
    )
    if template:
        mail_invoice(invoice, template)
    return invoice
