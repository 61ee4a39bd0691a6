"""How a booking comes into the world, whoever asks for it: person, contract or offer."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingConfirmation,
    BookingPosition,
    BookingReason,
    Customer,
    Enclosure,
    EntryKind,
    Invoice,
    InvoiceOrigin,
    Message,
    NumberKind,
    PaymentMethod,
    company,
)
from kutego.models.ids import give_id
from kutego.models.position import PositionColumns
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.booking_reasons import reason_sentence
from kutego.operations.booking_vouchers import redeem_for
from kutego.operations.credit_booking import book_entry
from kutego.operations.documents import add_renditions, renditions_of
from kutego.operations.draft_vouchers import paid_by, try_codes, wish_of, wished_vouchers
from kutego.operations.effects import take_all
from kutego.operations.enclosures import enclosures_for
from kutego.operations.first_periods import copied
from kutego.operations.messages import queue_message
from kutego.operations.numbers import draw_number
from kutego.operations.pricing import Priced
from kutego.operations.redemption_plan import (
    NO_VOUCHERS,
    Redemption,
    refuse_less,
    vouchers_named,
)
from kutego.operations.snapshots import deductions, snapshot
from kutego.texts import gettext as _


def make_booking(
    customer: Customer,
    lines: Sequence[PositionColumns],
    *,
    reason: BookingReason,
    origin: InvoiceOrigin,
    payment_method: PaymentMethod,
    contract_id: int | None = None,
    offer_id: int | None = None,
    credit: Decimal = ZERO,
    vouchers: Mapping[int, Decimal] = NO_VOUCHERS,
    send_mail: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Booking:
    """Give what the lines sell, draw the number, freeze the confirmation. Joins a transaction.

    `credit` is the most that is taken of the customer's credit, never more than what `vouchers`
    leave; those are ids, each with what it is to take off (Euro; 0: all it can). Where the reason
    is that all is paid, the caller has seen to it that these do. `send_mail` off: what is given
    is not told of by mail either.
    """
    booking = Booking(
        customer=customer,
        reason=reason,
        origin=origin,
        created_at=clock.now(),
        booked_on=on,
        email=customer.email,
        payment_method=payment_method,
        contract_id=contract_id,
        offer_id=offer_id,
        credit_used=ZERO,
        voucher_used=ZERO,
        send_mail=send_mail,
    )
    give_id(booking)
    db.session.add(booking)
    positions = copied(BookingPosition, lines)
    codes = vouchers_named(vouchers)
    take_all(booking, positions, also=codes, confirmed=confirmed, on=on, by=by)
    priced, redeemed = try_codes(codes, positions, customer, on, vouchers)
    refuse_less(redeemed, vouchers)
    if priced.gross < 0:
        raise DomainError(_("Eine Buchung über weniger als 0,00 € gibt es nicht."))
    booking.total = priced.gross
    booking.contract_id = contract_id or next(
        (p.contract_id for p in positions if p.contract_id), None
    )
    with db.session.no_autoflush:
        booking.number = draw_number(NumberKind.BOOKING, on=on)
    credit = min(credit, priced.gross - paid_by(redeemed))
    _freeze(booking, priced, redeemed, credit)
    redeem_for(booking, redeemed, on=on, by=by)
    if credit > 0:
        use_credit_for(booking, credit, by=by)
    log_activity(booking, "booking.made", by=by, number=booking.number, total=booking.total,
                 reason=reason.label)  # fmt: skip
    return booking


def use_credit_for(booking: Booking, amount: Decimal, *, by: Actor) -> None:
    """Let the customer's credit pay for a booking."""
    db.session.flush()  # the entry names it
    text = _("Verrechnung mit %(number)s", number=booking.number)
    book_entry(
        booking.customer, -amount, EntryKind.OFFSET, text=text, booked_on=booking.booked_on,
        booking=booking, by=by,
    )  # fmt: skip
    booking.credit_used += amount


def book_draft(
    draft: Invoice,
    lines: Sequence[PositionColumns],
    reason: BookingReason,
    *,
    confirmed: frozenset[str],
    on: date,
    by: Actor,
) -> Booking:
    """Let a draft become a booking: it goes without a trace in the numbers, the history knows both.

    Joins a transaction.
    """
    pays_here = any(voucher.is_money for voucher in wished_vouchers(draft))
    if not reason.is_covered and (pays_here or draft.credit_to_use or draft.down_payment):
        raise DomainError(
            _("Das wird eine Buchung ohne Rechnung. Gutschein, Guthaben und Anzahlung können von "
              "ihr nicht abgehen; bitte leeren oder eine andere Zahlungsmethode wählen.")
        )  # fmt: skip
    if draft.instalments:
        raise DomainError(
            _("Das wird eine Buchung ohne Rechnung, und ohne Rechnung gibt es keine Raten. Bitte "
              "„In Raten zahlen“ leeren.")
        )  # fmt: skip
    booking = make_booking(
        draft.customer, lines, reason=reason, origin=draft.origin,
        payment_method=draft.payment_method, credit=draft.credit_to_use, vouchers=wish_of(draft),
        send_mail=draft.send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip
    log_activity(draft, "invoice.draft_booked", by=by, number=booking.number)
    if draft.send_mail:
        mail_booking(booking, "booking_made", enclosures=enclosures_for([booking]))
    db.session.delete(draft)
    return booking


def mail_booking(
    booking: Booking,
    template: str,
    *,
    recipient: str | None = None,
    enclosures: Sequence[Enclosure] = (),
    with_files: bool = True,
    **context: Any,
) -> Message:
    """Queue a mail with the confirmation, and the office's files after it."""
    files = renditions_of(booking.confirmation) if with_files else []
    return queue_message(
        booking.customer, template, subject_of=booking, attachments=[*files, *enclosures],
        recipient=recipient or booking.email, booking=booking, enclosures=enclosures, **context,
    )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _freeze(
    booking: Booking, priced: Priced, redeemed: Sequence[Redemption], credit: Decimal
) -> None:
    """The positions with their amounts, and what the customer is told."""
    house = company()
    taken = [redemption.taken for redemption in redeemed if redemption.shares is None]
    taken += [("credit", _("Guthaben"), credit)] if credit else []
    content = snapshot(
        "booking",
        house,
        booking.customer,
        priced,
        number=booking.number or "",
        title=_("Buchungsbestätigung"),
        issued_on=booking.booked_on,
        intro=house.booking_text,
        booking={
            "reason": booking.reason.value,
            "label": booking.reason.label,
            "sentence": reason_sentence(booking.reason, with_credit=credit > 0),
        },
        **deductions(taken, priced.gross) | {"due": f"{ZERO:.2f}"},
    )
    confirmation = BookingConfirmation(
        customer_id=booking.customer.id,
        booking=booking,
        number=booking.number,
        issued_on=booking.booked_on,
        total=priced.gross,
        snapshot=content,
    )
    give_id(confirmation)
    db.session.add(confirmation)
    for line in priced.lines:
        position = cast(BookingPosition, line.position)
        position.customer_id, position.booking = booking.customer.id, booking
        position.category = line.category
        position.net, position.tax, position.gross = line.net, line.tax, line.gross
        db.session.add(position)
    db.session.flush()
    db.session.expire(booking, ["positions", "confirmation"])
    add_renditions(confirmation, booking.customer)
