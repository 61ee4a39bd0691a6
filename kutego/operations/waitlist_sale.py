"""What a place from the waiting list costs: the position of its offer or invoice."""

from datetime import date

from kutego.models import PaymentMethod, WaitlistEntry
from kutego.operations.course_sale import course_line, usual_method
from kutego.operations.positions import PositionInput
from kutego.operations.waitlist_places import starts_for


def line_for(entry: WaitlistEntry, on: date) -> PositionInput:
    """The course at its price, from when the place would be."""
    return course_line(entry.participant, entry.course_date, starts_for(entry, on))


def method_for(entry: WaitlistEntry, line: PositionInput) -> PaymentMethod:
    """How the customer pays by habit, or the first way that the course allows."""
    return usual_method(entry.customer, line)
