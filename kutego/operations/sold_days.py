"""Which days of its course a position was sold for, and which position sold somebody a day."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select

from kutego.db import db
from kutego.models import (
    CourseDay,
    CourseDayState,
    Enrolment,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    PositionKind,
)

CUT = (PositionKind.COURSE, PositionKind.MEMBERSHIP)  # what is paid for days of a course


def days_of(invoice: Invoice, positions: Iterable[InvoicePosition]) -> dict[str, int]:
    """How many days of its course each position is for, by key; 0 where it is for none.

    A day that was called off later counts: it was paid for.
    """
    sold = {p.key: p for p in positions if p.kind in CUT and p.course_date_id is not None}
    if not sold:
        return {}
    sold_at = datetime.fromisoformat(invoice.versions[0].snapshot["issued_at"])
    rows = db.session.execute(
        select(CourseDay.course_date_id, CourseDay.on).where(
            CourseDay.course_date_id.in_({p.course_date_id for p in sold.values()}),
            or_(CourseDay.state == CourseDayState.PLANNED, CourseDay.called_off_at >= sold_at),
        )
    ).all()
    return {
        key: sum(course == p.course_date_id and _is_in(p, on) for course, on in rows)
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


# --- parts ------------------------------------------------------------------------------------


def _is_in(position: InvoicePosition, on: date) -> bool:
    first, last = position.period_first or on, position.period_last or on
    return first <= on <= last
