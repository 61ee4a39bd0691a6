"""What a customer gets about a place: the list of the dates, without a word of the team's own."""

from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import CourseDay, CourseDayState, Enrolment, Message
from kutego.operations.messages import queue_message
from kutego.texts import gettext as _

MOST_DAYS = 60


@operation
def send_dates(enrolment: Enrolment, *, on: date, by: Actor) -> Message:
    """Send the customer the days that are still to come for a place (spec COU-07)."""
    customer = enrolment.customer
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if not customer.email:
        raise DomainError(_("Von %(name)s ist keine E-Mail-Adresse bekannt.", name=customer.name))
    days = coming_days(enrolment, on)
    if not days:
        raise DomainError(
            _("Für %(name)s steht in „%(course)s“ kein Termin mehr an.",
              name=enrolment.participant.name, course=enrolment.course_date)
        )  # fmt: skip
    return queue_message(
        customer, "course_dates", subject_of=enrolment.course_date, enrolment=enrolment, days=days
    )


def coming_days(enrolment: Enrolment, on: date) -> list[CourseDay]:
    """The days from `on` that a place is for; of one with a contract all that are planned."""
    query = select(CourseDay).where(
        CourseDay.course_date_id == enrolment.course_date_id,
        CourseDay.state == CourseDayState.PLANNED,
        CourseDay.on >= max(on, enrolment.starts_on),
    )
    if enrolment.ends_on is not None and enrolment.contract_id is None:
        query = query.where(CourseDay.on <= enrolment.ends_on)
    ordered = query.order_by(CourseDay.on, CourseDay.starts_at).limit(MOST_DAYS)
    return list(db.session.scalars(ordered))
