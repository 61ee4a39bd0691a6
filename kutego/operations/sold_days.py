"""Which days of its course a position was sold for, and which position sold somebody a day."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select

from kutego.db import db
from kutego.models import (
    Booking,
    BookingPosition,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    Enrolment,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    PositionKind,
)
from kutego.models.position import PositionColumns

CUT = (PositionKind.COURSE, PositionKind.MEMBERSHIP)  # what is paid for days of a course


def days_of(
    sale: Invoice | Booking, positions: Iterable[InvoicePosition | BookingPosition]
) -> dict[str, int]:
    """How many days of its course each position is for, by key; 0 where it is for none.

    A day that was called off counts where it was paid for: one of a contract's period always, one
    of a block course where that happened after the sale.
    """
    sold = {p.key: p for p in positions if p.kind in CUT and p.course_date_id is not None}
    if not sold:
        return {}
    document = sale.versions[0] if isinstance(sale, Invoice) else sale.confirmation
    sold_at = datetime.fromisoformat(document.snapshot["issued_at"])
    days = db.session.execute(
        select(CourseDay.course_date_id, CourseDay.on, CourseDay.called_off_at).where(
            CourseDay.course_date_id.in_({p.course_date_id for p in sold.values()}),
            or_(CourseDay.state == CourseDayState.PLANNED, CourseDay.called_off_at.is_not(None)),
        )
    ).all()
    return {
        key: sum(
            course == p.course_date_id
            and _is_in(p, on)
            and (called_off is None or p.contract_id is not None or called_off >= sold_at)
            for course, on, called_off in days
        )
        for key, p in sold.items()
    }


def sold_for(
    place: Enrolment, course_day: CourseDay
) -> tuple[Invoice | None, InvoicePosition | None]:
    """The newest invoice, and its position, that a place's day is paid by.

    That which gave the place, or for a contract that of the period which the day is in.
    """
    query = (
        select(InvoicePosition)
        .join(InvoiceVersion, InvoiceVersion.id == InvoicePosition.version_id)
        .join(Invoice, Invoice.id == InvoicePosition.invoice_id)
        .where(
            Invoice.state == InvoiceState.ISSUED,
            Invoice.version == InvoiceVersion.version,
            InvoicePosition.kind.in_(CUT),
        )
        .order_by(InvoicePosition.id.desc())
    )
    if place.contract_id is not None:
        query = query.where(
            InvoicePosition.contract_id == place.contract_id,
            InvoicePosition.period_first <= course_day.on,
            InvoicePosition.period_last >= course_day.on,
        )
    elif place.invoice_id is not None:
        query = query.where(
            InvoicePosition.invoice_id == place.invoice_id,
            InvoicePosition.key == place.position_key,
        )
    else:
        return None, None
    position = db.session.scalar(query.limit(1))
    return (position.invoice_version.invoice, position) if position else (None, None)


def lost_days(lines: Iterable[PositionColumns], since: datetime) -> bool:
    """Whether a day of a block course among these lines was called off since a moment.

    What was offered before is not what would be sold now.
    """
    courses = {
        line.course_date_id for line in lines if line.kind is PositionKind.COURSE
    } - {None}  # fmt: skip
    query = (
        select(CourseDay.id)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDay.course_date_id.in_(courses),
            CourseDate.kind == CourseKind.BLOCK,
            CourseDay.called_off_at >= since,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


# --- parts ------------------------------------------------------------------------------------


def _is_in(position: PositionColumns, on: date) -> bool:
    first, last = position.period_first or on, position.period_last or on
    return first <= on <= last
