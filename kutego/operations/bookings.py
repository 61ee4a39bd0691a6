"""What becomes of a booking: done, sent again, cancelled. See also `booking_conversions`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingState,
    Contract,
    ContractState,
    EntryKind,
    Message,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.booking_making import mail_booking
from kutego.operations.credit_booking import book_entry
from kutego.operations.effect import Given
from kutego.operations.effects import give_back_all, given_by, lock_given
from kutego.operations.enclosures import enclosures_sent
from kutego.operations.reasons import given_reason
from kutego.texts import gettext as _

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class BookingCancellation:
    """What cancelling a booking would take back."""

    booking: Booking
    given: tuple[Given, ...]
    credit: Decimal
    contracts: tuple[Contract, ...]  # that go on

    def lines(self) -> list[str | tuple[str, Decimal]]:
        """For the screen, before it is done."""
        told: list[str | tuple[str, Decimal]] = [thing.sentence for thing in self.given]
        if self.credit:
            told.append((_("Wird wieder Guthaben"), self.credit))
        told += [
            _("Vertrag %(number)s läuft weiter und wird weiter abgerechnet.", number=contract)
            for contract in self.contracts
        ]
        return told or [_("Es ist nichts zurückzugeben.")]


@operation
def finish_booking(booking: Booking, *, on: date, by: Actor) -> None:
    """Mark a booking done: there is nothing left to do about it (spec INV-06)."""
    booking.move_to(BookingState.DONE)
    log_activity(booking, "booking.done", by=by, number=booking.number)


@operation
def reopen_booking(booking: Booking, *, on: date, by: Actor) -> None:
    """Take back that it is done."""
    booking.move_to(BookingState.OPEN)
    log_activity(booking, "booking.reopened", by=by, number=booking.number)


@operation
def resend_booking(booking: Booking, *, to_current: bool, on: date, by: Actor) -> Message:
    """Send the confirmation again, to its own address or to the customer's of today (D-06)."""
    if not booking.is_standing:
        raise DomainError(
            _("%(number)s ist „%(state)s“, ihre Bestätigung gilt nicht mehr.",
              number=booking, state=booking.state.label)
        )  # fmt: skip
    recipient = booking.customer.email if to_current else booking.email
    message = mail_booking(
        booking, "booking_made", recipient=recipient, enclosures=enclosures_sent(booking)
    )
    log_activity(booking, "booking.resent", by=by, personal={"recipient": recipient})
    return message


@operation
def cancel_booking(
    booking: Booking,
    *,
    reason: str,
    remove_participants: bool = True,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> None:
    """Cancel a booking: what its positions gave goes back, and credit that paid for it.

    A contract that it began goes on, as with an invoice.
    """
    reason = given_reason(reason)
    plan = plan_booking_cancellation(booking, remove_participants=remove_participants)
    lock_given(plan.given)
    booking.move_to(BookingState.CANCELLED)
    give_back_all(plan.given, on=on, by=by)
    return_credit(booking, on=on, by=by)
    log_activity(
        booking, "booking.cancelled", by=by, number=booking.number, credited=plan.credit,
        personal={"reason": reason},
    )  # fmt: skip
    if send_mail:
        mail_booking(booking, "booking_cancelled", with_files=False, credited=plan.credit)


def plan_booking_cancellation(
    booking: Booking, *, remove_participants: bool = True
) -> BookingCancellation:
    """What would go back. Raises `DomainError` where the booking does not stand any more."""
    if not booking.is_standing:
        raise DomainError(
            _("%(number)s ist „%(state)s“ und wird nicht mehr storniert.",
              number=booking, state=booking.state.label)
        )  # fmt: skip
    given = given_by(booking, booking.positions)
    contracts = {p.contract for p in booking.positions if p.contract is not None}
    return BookingCancellation(
        booking=booking,
        given=tuple(g for g in given if remove_participants or not g.optional),
        credit=booking.credit_used,
        contracts=tuple(
            sorted((c for c in contracts if c.state in RUNNING), key=lambda c: c.id)
        ),
    )  # fmt: skip


def cancel_booked_periods(contract: Contract, *, on: date, by: Actor) -> None:
    """Cancel the bookings that a cancelled contract made; one with other things on it stays.

    Joins a transaction; the contract's place is taken back with the contract.
    """
    query = select(Booking).where(
        Booking.contract_id == contract.id,
        Booking.state.in_((BookingState.OPEN, BookingState.DONE)),
    )
    for booking in db.session.scalars(query.order_by(Booking.id)).all():
        if all(position.contract_id == contract.id for position in booking.positions):
            booking.move_to(BookingState.CANCELLED)
            credited = return_credit(booking, on=on, by=by)
            log_activity(
                booking, "booking.cancelled", by=by, number=booking.number, credited=credited
            )


def return_credit(booking: Booking, *, on: date, by: Actor) -> Decimal:
    """Give back the credit that paid for the booking; returns how much. Joins a transaction."""
    amount = booking.credit_used
    if amount:
        text = _("Rückgabe zu %(number)s", number=booking.number)
        book_entry(
            booking.customer, amount, EntryKind.CANCELLATION, text=text, booked_on=on,
            booking=booking, by=by,
        )  # fmt: skip
        booking.credit_used = ZERO
    return amount
