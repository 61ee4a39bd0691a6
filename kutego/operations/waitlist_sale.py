"""What a place from the waiting list costs: the position of its offer or invoice."""

from datetime import date

from kutego.errors import DomainError
from kutego.models import CourseKind, PaymentMethod, PositionKind, WaitlistEntry
from kutego.operations.payment_methods import customer_methods, narrowing, office_methods
from kutego.operations.positions import PositionInput
from kutego.operations.waitlist_places import starts_for
from kutego.texts import gettext as _


def line_for(entry: WaitlistEntry, on: date) -> PositionInput:
    """The course at its price, or the term of a running one; the customer's own discount on it."""
    course = entry.course_date
    term = course.term_template if course.kind is CourseKind.RUNNING else None
    price, vat_rate = (term.price, term.vat_rate) if term else (course.price, course.vat_rate)
    if course.kind is CourseKind.RUNNING and term is None:
        raise DomainError(_("„%(course)s“ hat keine Laufzeitvorlage.", course=course.title))
    if price is None:
        raise DomainError(_("„%(course)s“ hat noch keinen Preis.", course=course.title))
    text = _("%(course)s (%(term)s)", course=course.title, term=term.name) if term else course.title
    return PositionInput(
        kind=PositionKind.COURSE,
        text=text,
        unit_price=price,
        vat_rate=vat_rate,
        discount_percent=entry.customer.permanent_discount,
        participant_id=entry.participant_id,
        course_date_id=course.id,
        term_template_id=term.id if term else None,
        starts_on=starts_for(entry, on),
    )


def method_for(entry: WaitlistEntry, line: PositionInput) -> PaymentMethod:
    """How the customer pays by habit, or the first way that the course allows."""
    sold = narrowing([line])
    allowed = office_methods(None, sold)
    wished = entry.customer.payment_method
    if wished in allowed:
        return wished
    choices = [m for m in customer_methods(wished, False, sold) if m in allowed] or allowed
    if not choices:
        raise DomainError(_("Für diesen Kurs ist keine Zahlungsmethode erlaubt."))
    return choices[0]
