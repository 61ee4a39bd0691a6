"""What a place in a course costs as a position, and how it is usually paid."""

from datetime import date

from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseKind,
    Customer,
    Participant,
    PaymentMethod,
    PositionKind,
)
from kutego.operations.payment_methods import customer_methods, narrowing, office_methods
from kutego.operations.positions import PositionInput
from kutego.texts import gettext as _


def course_line(
    participant: Participant, course_date: CourseDate, starts_on: date
) -> PositionInput:
    """The course at its price, or the term of a running one; the customer's own discount on it."""
    term = course_date.term_template if course_date.kind is CourseKind.RUNNING else None
    source = term or course_date
    if course_date.kind is CourseKind.RUNNING and term is None:
        raise DomainError(_("„%(course)s“ hat keine Laufzeitvorlage.", course=course_date))
    if source.price is None:
        raise DomainError(_("„%(course)s“ hat noch keinen Preis.", course=course_date))
    text = _("%(course)s (%(term)s)", course=course_date, term=term) if term else course_date.title
    return PositionInput(
        kind=PositionKind.COURSE, text=text, unit_price=source.price, vat_rate=source.vat_rate,
        discount_percent=participant.customer.permanent_discount, participant_id=participant.id,
        course_date_id=course_date.id, term_template_id=term.id if term else None,
        starts_on=starts_on,
    )  # fmt: skip


def usual_method(customer: Customer, line: PositionInput) -> PaymentMethod:
    """How the customer pays by habit, or the first way that the course allows."""
    sold = narrowing([line])
    allowed = office_methods(None, sold)
    wished = customer.payment_method
    if wished in allowed:
        return wished
    choices = [m for m in customer_methods(wished, False, sold) if m in allowed] or allowed
    if not choices:
        raise DomainError(_("Für diesen Kurs ist keine Zahlungsmethode erlaubt."))
    return choices[0]
