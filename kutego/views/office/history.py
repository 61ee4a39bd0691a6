"""The history of a record or customer, below its cards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kutego.db import Base, db
from kutego.models import Activity, Customer
from kutego.views.office.history_sentences import details, sentence

SHOWN = 50


def customer_history(customer: Customer) -> list[Activity]:
    """The newest lines of everything that concerns a customer, in two statements."""
    return _newest(Activity.customer_id == customer.id)


def record_history(record: Base) -> list[Activity]:
    """The newest lines about one record."""
    return _newest(
        (Activity.subject_type == record.__tablename__) & (Activity.subject_id == record.id)
    )


def _newest(condition: Any) -> list[Activity]:
    query = select(Activity).where(condition).order_by(Activity.id.desc()).limit(SHOWN)
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
            Line(activity.at, activity.actor, sentence(activity), details(activity))
            for activity in self.activities(record)
        ]
