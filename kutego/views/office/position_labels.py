"""What the choices of a line are called."""

from typing import Any

from kutego.models import CourseDate, TicketCategory, company
from kutego.texts import gettext as _
from kutego.views.office import course_places


def label_of(record: Any) -> str:
    """What a choice is called in its list."""
    if isinstance(record, CourseDate):
        return course_label(record)
    return ticket_label(record) if isinstance(record, TicketCategory) else str(record)


def course_label(record: Any) -> str:
    """`Welpenkurs, ab 01.12.2026, 2 frei`: several dates of one course are told apart."""
    return f"{record}, ab {record.starts_on:%d.%m.%Y}{_places(record)}"


def _places(course: Any) -> str:
    if course.capacity is None:
        return ""
    free = course.capacity - course_places.taken(course)
    return _(", %(free)s frei", free=free) if free > 0 else _(", voll")


def ticket_label(record: Any) -> str:
    """`Sommerfest, Erwachsene, 12.06.2027`."""
    return f"{record}, {record.event.begins_at.astimezone(company().zone):%d.%m.%Y}"
