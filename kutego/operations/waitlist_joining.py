"""Onto a waiting list from the page of a customer, and from the page of a course."""

from datetime import date

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import CourseDate, Customer, Participant, WaitlistEntry
from kutego.operations.waitlist import join_waitlist
from kutego.texts import gettext as _


@operation
def list_participant(
    customer: Customer,
    *,
    participant: Participant,
    course_date: CourseDate,
    wished_from: date | None = None,
    is_binding: bool = False,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> WaitlistEntry:
    """Put one of a customer's participants on a list."""
    if participant.customer_id != customer.id:
        raise DomainError(_("Dieser Eintrag ({participant}) gehört nicht zu diesem Kunden."))
    return join_waitlist(
        participant, course_date=course_date, wished_from=wished_from, is_binding=is_binding,
        remark=remark, send_mail=send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip


def list_here(
    course_date: CourseDate,
    *,
    participant: Participant,
    wished_from: date | None = None,
    is_binding: bool = False,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> WaitlistEntry:
    """The same from the page of the course; the customer is locked before it, as everywhere."""
    return join_waitlist(
        participant, course_date=course_date, wished_from=wished_from, is_binding=is_binding,
        remark=remark, send_mail=send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip
