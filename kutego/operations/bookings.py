"""What becomes of a booking: done, sent again. See also `booking_conversions`,
`booking_cancellations`."""

from datetime import date

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Booking, BookingState, Message
from kutego.operations.activity import log_activity
from kutego.operations.booking_making import mail_booking
from kutego.operations.enclosures import enclosures_sent
from kutego.texts import gettext as _


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
