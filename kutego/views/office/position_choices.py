"""What a line of an invoice or offer can be about: courses, terms, products, participants."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import Base, db
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    Customer,
    Participant,
    ParticipantState,
    Product,
    TermTemplate,
)


class Choices:
    """The lists of one form, each read once. `positions` may name what is out of use by now."""

    def __init__(self, customer: Customer, positions: Sequence[Any], on: date) -> None:
        self._used = {
            name: {getattr(position, name) for position in positions} - {None}
            for name in ("participant_id", "course_date_id", "term_template_id", "product_id")
        }
        self._lists: dict[str, list[Any]] = {
            "participant_id": self._participants(customer),
            "course_date_id": self._courses(on),
            "term_template_id": self._active(TermTemplate, "term_template_id"),
            "product_id": self._active(Product, "product_id"),
        }

    def of(self, name: str) -> list[Any]:
        """The records that the field `name` offers."""
        return self._lists[name]

    def told(self) -> dict[str, dict[str, Any]]:
        """What the browser fills in when a course, term or product is chosen."""
        return {
            "courses": {str(c.id): _course(c) for c in self._lists["course_date_id"]},
            "terms": {str(t.id): _article(t) for t in self._lists["term_template_id"]},
            "products": {str(p.id): _article(p) for p in self._lists["product_id"]},
        }

    def _participants(self, customer: Customer) -> list[Participant]:
        used = Participant.id.in_(self._used["participant_id"])
        query = select(Participant).where(
            Participant.customer_id == customer.id,
            (Participant.state == ParticipantState.ACTIVE) | used,
        )
        return list(db.session.scalars(query.order_by(Participant.id)))

    def _courses(self, on: date) -> list[CourseDate]:
        goes_on = CourseDate.ends_on.is_(None) | (CourseDate.ends_on >= on)
        used = CourseDate.id.in_(self._used["course_date_id"])
        query = (
            select(CourseDate)
            .where(((CourseDate.state != CourseState.CANCELLED) & goes_on) | used)
            .options(joinedload(CourseDate.term_template))
            .order_by(CourseDate.title, CourseDate.starts_on)
        )
        return list(db.session.scalars(query))

    def _active(self, model: type[TermTemplate] | type[Product], name: str) -> list[Any]:
        query = select(model).where(model.is_active | model.id.in_(self._used[name]))
        return list(db.session.scalars(query.order_by(model.name)))


def course_label(record: Base) -> str:
    """`Welpenkurs, ab 01.12.2026`: several dates of one course are told apart."""
    return f"{record}, ab {record.starts_on:%d.%m.%Y}"  # type: ignore[attr-defined]


def _article(record: TermTemplate | Product) -> dict[str, str]:
    return {"text": record.name, "price": f"{record.price:.2f}", "rate": f"{record.vat_rate:.2f}"}


def _course(record: CourseDate) -> dict[str, Any]:
    return {
        "text": record.title,
        "price": f"{record.price:.2f}" if record.price is not None else "",
        "rate": f"{record.vat_rate:.2f}",
        "running": record.kind is CourseKind.RUNNING,
        "term": record.term_template_id,
    }
