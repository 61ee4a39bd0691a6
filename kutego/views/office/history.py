"""The history of a record or customer, below its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from kutego.db import Base, db
from kutego.models import Activity, Contract, Customer, Right
from kutego.views.office.history_facts import details
from kutego.views.office.history_sentences import sentence

SHOWN = 50
BILLED = 8  # documents of a contract
NEWEST = 20  # of a customer; the timeline has them all
RIGHTS = {  # the first word of an action, and who may read of it
    "contract": Right.CONTRACTS_VIEW, "unit_quota": Right.CONTRACTS_VIEW,
    "credit": Right.CREDIT_VIEW, "refund": Right.CREDIT_VIEW,
    "invoice": Right.INVOICES_VIEW, "booking": Right.INVOICES_VIEW,
    "voucher": Right.VOUCHERS, "voucher_template": Right.VOUCHERS,
    "offer": Right.OFFERS_VIEW, "message": Right.MESSAGES_VIEW,
    "thread": Right.MESSAGES_VIEW, "contact": Right.MESSAGES_VIEW,
    "callback": Right.MESSAGES_VIEW, "message_template": Right.MESSAGES_VIEW,
    "letter": Right.MESSAGES_VIEW, "sms": Right.MESSAGES_VIEW,
    "mailing": Right.MESSAGES_VIEW, "newsletter": Right.MESSAGES_VIEW,
    "info_agent": Right.MESSAGES_VIEW,
    "dunning": Right.INVOICES_VIEW,
    "appointment": Right.COURSES_VIEW, "room_rental": Right.COURSES_VIEW,
    "ticket": Right.COURSES_VIEW, "event": Right.COURSES_VIEW,
    "make_up_claim": Right.COURSES_VIEW, "waitlist_entry": Right.COURSES_VIEW,
    "participant_note": Right.NOTES, "attendance": Right.ATTENDANCE,
    "course_date": Right.COURSES_VIEW, "course_day": Right.COURSES_VIEW,
    "absence": Right.COURSES_ALL, "calendar_feed": Right.COURSES_VIEW,
    "note": Right.NOTES, "task": Right.NOTES, "customer_file": Right.DOCUMENTS_VIEW,
}  # fmt: skip
BILLING = ("invoice.issued", "invoice.edited", "invoice.cancelled", "booking.made")


def customer_history(customer: Customer) -> list[Activity]:
    """The newest lines of everything that concerns a customer, in two statements."""
    return _newest(Activity.customer_id == customer.id, NEWEST)


def record_history(record: Base) -> list[Activity]:
    """The newest lines about one record."""
    return _newest(is_about(record.__tablename__, [record.id]))


def contract_history(contract: Contract) -> list[Activity]:
    """The newest lines about a contract, and the last of what was billed and cancelled of it.

    All of them stand in the tab of its periods: here they would hide what a person decided.
    """
    invoices = [period.invoice_id for period in contract.periods if period.invoice_id]
    bookings = [period.booking_id for period in contract.periods if period.booking_id]
    sold = is_about("invoice", invoices) | is_about("booking", bookings)
    here = Activity.customer_id == contract.customer_id
    mine = _newest(here & is_about("contract", [contract.id]))
    last = _newest(here & sold & Activity.action.in_(BILLING), BILLED)
    return sorted([*mine, *last], key=lambda line: line.id, reverse=True)


def is_about(table: str, ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition for lines about records of one table."""
    return (Activity.subject_type == table) & Activity.subject_id.in_(ids)


def _newest(condition: Any, most: int = SHOWN) -> list[Activity]:
    """As far as the user may know: somebody without the right to invoices reads of none."""
    secret = [word for word, right in RIGHTS.items() if not current_user.may(right)]
    known = (~Activity.action.startswith(f"{word}.") for word in secret)
    query = select(Activity).where(condition, *known).order_by(Activity.id.desc()).limit(most)
    return list(db.session.scalars(query.options(selectinload(Activity.detail))))


@dataclass(frozen=True)
class Line:
    """One line of the history as the page shows it."""

    at: datetime
    actor: str
    sentence: str
    details: list[str]


class WithHistory:
    """A record page that tells below its cards what was done to the record."""

    record_template = "office/record_with_history.html"

    def activities(self, record: Base) -> list[Activity]:
        """The newest lines about the record itself."""
        return record_history(record)

    def told(self, record: Base) -> list[Line]:
        """The history in sentences, newest first."""
        return [
            Line(activity.at, activity.actor, sentence(activity), self.details(record, activity))
            for activity in self.activities(record)
        ]

    def details(self, record: Base, activity: Activity) -> list[str]:
        """What else there is to say about one line, without the fields one may not see."""
        return details(activity, self.may_see)  # type: ignore[attr-defined]  # of the view
