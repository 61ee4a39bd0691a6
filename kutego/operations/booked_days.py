"""Days of what was booked without an invoice: what one of them cost, where it was paid.

Credit and vouchers pay for a booking; a day of it that is called off is given back as credit, as
with a paid invoice (spec COU-13, D-12).
"""

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    Booking,
    BookingPosition,
    BookingReason,
    BookingState,
    CourseDay,
    DayCompensation,
    Enrolment,
)
from kutego.money import ZERO, to_cents
from kutego.operations.sold_days import CUT, days_of


def booked_for(place: Enrolment, course_day: CourseDay) -> BookingPosition | None:
    """The position of a paid booking that a place's day is part of, if it still holds."""
    query = (
        select(BookingPosition)
        .join(Booking, Booking.id == BookingPosition.booking_id)
        .where(
            Booking.state.in_((BookingState.OPEN, BookingState.DONE)),
            Booking.reason.in_([reason for reason in BookingReason if reason.is_covered]),
            BookingPosition.kind.in_(CUT),
        )
        .order_by(BookingPosition.id.desc())
    )
    if place.contract_id is not None:
        query = query.where(
            BookingPosition.contract_id == place.contract_id,
            BookingPosition.period_first <= course_day.on,
            BookingPosition.period_last >= course_day.on,
        )
    elif place.booking_id is not None:
        query = query.where(
            BookingPosition.booking_id == place.booking_id,
            BookingPosition.key == place.position_key,
        )
    else:
        return None
    position = db.session.scalar(query.limit(1))
    return position if position is not None and position in position.booking.left else None


def day_price(position: BookingPosition) -> Decimal:
    """What the next called-off day of it gives back; the last takes the rest (D-10)."""
    booking = position.booking
    given = _given(booking, [position.key])
    left = position.gross - sum((each.credited for each in given), ZERO)
    days = days_of(booking, [position]).get(position.key, 0)
    if days - len(given) <= 1:
        return left
    return min(to_cents(position.gross / days), left)


def compensated(booking: Booking, keys: Collection[str]) -> Decimal:
    """What days of these positions (by key) have given back already."""
    return sum((each.credited for each in _given(booking, keys)), ZERO)


def is_paid_elsewhere(place: Enrolment) -> bool:
    """Whether the place comes from a booking that neither credit nor vouchers paid for."""
    booking = db.session.get(Booking, place.booking_id) if place.booking_id else None
    return booking is not None and not booking.reason.is_covered


def _given(booking: Booking, keys: Collection[str]) -> list[DayCompensation]:
    query = select(DayCompensation).where(
        DayCompensation.booking_id == booking.id,
        DayCompensation.position_key.in_(keys),
        DayCompensation.credited > ZERO,
    )
    return list(db.session.scalars(query))
