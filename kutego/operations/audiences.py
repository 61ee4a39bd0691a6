"""Whom a mailing reaches: from the wish ("all members, group 3") to customers, each with a reason.

The count before sending, the rows that are written when it starts and the last look before a
message is queued all come from the same condition, so that they cannot differ.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union,
)

from kutego.db import db
from kutego.models import (
    Attendance,
    AttendanceValue,
    ConsentAction,
    Contract,
    ContractState,
    CourseDate,
    CourseDay,
    Customer,
    CustomerState,
    Employee,
    EmployeeState,
    Enrolment,
    EnrolmentState,
    Everyone,
    Invoice,
    LeftOut,
    Mailing,
    MailingRecipient,
    MakeUpClaim,
    NewsletterConsent,
    RecipientState,
)
from kutego.models.customer_group import CUSTOMER_GROUP_MEMBERS, RECIPIENT_GROUP_MEMBERS
from kutego.operations.places import covers

REASON = MailingRecipient.reason.type
AWAY = (AttendanceValue.MAKE_UP, AttendanceValue.EXCUSED, AttendanceValue.ILL)
RUNNING = (ContractState.ACTIVE, ContractState.TERMINATED)  # terminated: until it ends


def planned(mailing: Mailing, on: date) -> Subquery:
    """Every customer the mailing is meant for: `id`, `email`, and `reason` where they get nothing.

    Of several with one address the first gets it (spec COM-13).
    """
    meant = select(Customer.id, Customer.email, obstacle(mailing).label("reason"))
    each = meant.where(Customer.id.in_(_meant(mailing, on))).subquery()
    address = func.lower(each.c.email)
    place = func.row_number().over(partition_by=(each.c.reason, address), order_by=each.c.id)
    is_double = and_(each.c.reason.is_(None), place > 1)
    reason = case((is_double, literal(LeftOut.DUPLICATE, REASON)), else_=each.c.reason)
    return select(each.c.id, each.c.email, type_coerce(reason, REASON).label("reason")).subquery()


def obstacle(mailing: Mailing) -> ColumnElement[Any]:
    """Why a customer cannot get the mailing, as a column over `Customer`; NULL where they can."""
    reasons = [
        (Customer.state != CustomerState.ACTIVE, LeftOut.LOCKED),
        (func.coalesce(Customer.email, "") == "", LeftOut.NO_ADDRESS),
        (Customer.email_problem.is_not(None), LeftOut.BOUNCED),
    ]
    if mailing.is_newsletter:
        line = _newest_consent()
        agreed = line.where(
            NewsletterConsent.action == ConsentAction.CONFIRMED,
            NewsletterConsent.address == Customer.email,
        )
        withdrawn = line.where(NewsletterConsent.action == ConsentAction.WITHDRAWN)
        reasons += [
            (withdrawn.exists(), LeftOut.UNSUBSCRIBED),
            (~agreed.exists(), LeftOut.NO_CONSENT),
        ]
    whens = [(condition, literal(reason, REASON)) for condition, reason in reasons]
    return type_coerce(case(*whens, else_=null()), REASON)


def counted(mailing: Mailing, on: date) -> dict[LeftOut | None, int]:
    """How many would get the mailing today (`None`), and how many not, by reason."""
    each = planned(mailing, on)
    rows = db.session.execute(select(each.c.reason, func.count()).group_by(each.c.reason))
    return {row[0]: row[1] for row in rows}


def first_recipients(mailing: Mailing, on: date, most: int = 5) -> list[Customer]:
    """The first customers who would get it, to look at their text."""
    each = planned(mailing, on)
    found = select(Customer).join(each, each.c.id == Customer.id).where(each.c.reason.is_(None))
    return list(db.session.scalars(found.order_by(Customer.sort_name, Customer.id).limit(most)))


def is_empty(audience: dict[str, Any]) -> bool:
    """Whether nobody at all is named."""
    return not any(audience.values())


# --- parts ------------------------------------------------------------------------------------


def _newest_consent() -> Select[Any]:
    """The line of the log that counts for the customer at hand; see `newsletter.consent_of`."""
    later = NewsletterConsent.__table__.alias("later")
    counts = NewsletterConsent.action != ConsentAction.ASKED
    newest = (
        select(func.max(later.c.id))
        .where(later.c.customer_id == Customer.id, later.c.action != ConsentAction.ASKED)
        .correlate(Customer)
        .scalar_subquery()
    )
    return (
        select(NewsletterConsent.id)
        .where(NewsletterConsent.id == newest, counts)
        .correlate(Customer)
    )


def _meant(mailing: Mailing, on: date) -> Any:
    """The ids of the customers it is meant for, each once."""
    chosen = select(MailingRecipient.customer_id).where(
        MailingRecipient.mailing_id == mailing.id,
        MailingRecipient.state == RecipientState.CHOSEN,
    )
    wish = mailing.audience
    parts = [chosen, *(_everyone(Everyone(name)) for name in wish.get("everyone", ()))]
    for key, members in (
        ("customer_groups", CUSTOMER_GROUP_MEMBERS),
        ("recipient_groups", RECIPIENT_GROUP_MEMBERS),
    ):
        if groups := wish.get(key):
            parts.append(select(members.c.customer_id).where(members.c.group_id.in_(groups)))
    if roles := wish.get("roles"):
        staff = (Employee.state == EmployeeState.ACTIVE, Employee.role.in_(roles))
        parts.append(select(Employee.customer_id).where(*staff))
    if courses := wish.get("course_dates"):
        parts += _participants(courses, mailing.course_day, on)
    return union(*parts)


def _everyone(kind: Everyone) -> Select[Any]:
    if kind is Everyone.MEMBERS:
        return select(Contract.customer_id).where(Contract.state.in_(RUNNING))
    if kind is Everyone.STAFF:
        return select(Employee.customer_id).where(Employee.state == EmployeeState.ACTIVE)
    return select(Customer.id).where(Customer.newsletter)


def _participants(courses: list[int], day: CourseDay | None, on: date) -> list[Select[Any]]:
    """Whoever comes on the day, or has a place from today on; later, who stayed to the end.

    Nobody comes on a day whose place rests, who has signed off or was excused; guests do.
    """
    places = (
        select(Enrolment.customer_id)
        .join(CourseDate, CourseDate.id == Enrolment.course_date_id)
        .where(Enrolment.course_date_id.in_(courses), Enrolment.state == EnrolmentState.ACTIVE)
    )
    if day is None:
        lasts = (covers(on), Enrolment.ends_on >= on, Enrolment.ends_on >= CourseDate.ends_on)
        return [places.where(or_(*lasts, Enrolment.ends_on.is_(None)))]
    unpaid = select(Invoice.id).where(Invoice.id == Enrolment.suspended_for_id,
                                      Invoice.open_amount > 0)  # fmt: skip
    stays_away = select(Attendance.id).where(
        Attendance.course_day_id == day.id,
        Attendance.participant_id == Enrolment.participant_id,
        Attendance.value.in_(AWAY),
    )
    guests = select(MakeUpClaim.customer_id).where(MakeUpClaim.used_day_id == day.id)
    return [places.where(covers(day.on), ~unpaid.exists(), ~stays_away.exists()), guests]
