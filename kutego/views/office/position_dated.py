"""What is sold and has a date: courses and the tickets of events, as far as they are to come."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.db import db
from kutego.models import CourseDate, CourseState, Event, EventState, TicketCategory
from kutego.views.office.position_found import Wanted


def courses(wanted: Wanted, on: date) -> list[CourseDate]:
    """Those that are not over; where there are too many, the next to begin."""
    goes_on = CourseDate.ends_on.is_(None) | (CourseDate.ends_on >= on)
    is_sold = (CourseDate.state != CourseState.CANCELLED) & goes_on
    query = wanted.of(select(CourseDate), CourseDate, is_sold, CourseDate.title)
    has_begun = (CourseDate.starts_on < on).asc()
    query = query.order_by(has_begun, CourseDate.starts_on, CourseDate.id)
    query = query.options(joinedload(CourseDate.term_template))
    return sorted(
        db.session.scalars(query), key=lambda course: (course.title.casefold(), course.starts_on)
    )


def tickets(wanted: Wanted) -> list[TicketCategory]:
    """Those of events to come, the next event first."""
    is_open = (Event.state == EventState.PUBLISHED) & (Event.ends_at >= clock.now())
    is_sold, words = TicketCategory.is_active & is_open, Event.name + " " + TicketCategory.name
    query = (
        wanted.of(select(TicketCategory), TicketCategory, is_sold, words)
        .join(TicketCategory.event)
        .options(joinedload(TicketCategory.event))
        .order_by(Event.begins_at, TicketCategory.id)
    )
    return list(db.session.scalars(query))
