"""What a line of an invoice or offer can be about: each list read once, and never a whole table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from kutego import clock
from kutego.db import db
from kutego.models import (
    AppointmentTemplate,
    CourseDate,
    CourseState,
    Customer,
    Employee,
    Event,
    EventState,
    Participant,
    ParticipantState,
    Room,
    TicketCategory,
)
from kutego.views.office.position_articles import articles
from kutego.views.office.position_kinds import LINKS
from kutego.views.office.position_told import told

MOST = 300  # of each list: the next courses and events, articles by name


class Choices:
    """The lists of one form. `positions` may name what is out of use by now."""

    def __init__(self, customer: Customer, positions: Sequence[Any], on: date) -> None:
        self._used = {
            name: {getattr(position, name) for position in positions} - {None} for name in LINKS
        }
        templates = self._templates()
        self._lists: dict[str, list[Any]] = {
            "participant_id": self._participants(customer),
            "course_date_id": self._courses(on),
            "appointment_template_id": templates,
            "lecturer_id": self._lecturers(templates),
            "room_id": self._rooms(),
            "ticket_category_id": self._tickets(),
            **articles(self._used, MOST),
        }

    def of(self, name: str) -> list[Any]:
        """The records that the field `name` offers."""
        return self._lists[name]

    def told(self) -> dict[str, dict[str, Any]]:
        """By field and id, what the browser fills in when something is chosen."""
        return told(self._lists)

    def _participants(self, customer: Customer) -> list[Participant]:
        used = Participant.id.in_(self._used["participant_id"])
        query = select(Participant).where(
            Participant.customer_id == customer.id,
            (Participant.state == ParticipantState.ACTIVE) | used,
        )
        return list(db.session.scalars(query.order_by(Participant.id).limit(MOST)))

    def _courses(self, on: date) -> list[CourseDate]:
        goes_on = CourseDate.ends_on.is_(None) | (CourseDate.ends_on >= on)
        query = self._first(
            CourseDate, "course_date_id", (CourseDate.state != CourseState.CANCELLED) & goes_on
        ).order_by(CourseDate.starts_on, CourseDate.id)
        found = db.session.scalars(query.options(joinedload(CourseDate.term_template)))
        return sorted(found, key=lambda course: (course.title.casefold(), course.starts_on))

    def _templates(self) -> list[AppointmentTemplate]:
        model = AppointmentTemplate
        query = self._first(model, "appointment_template_id", model.is_active).order_by(model.name)
        lecturers = selectinload(model.lecturers).joinedload(Employee.customer)
        return list(db.session.scalars(query.options(lecturers)))

    def _lecturers(self, templates: Sequence[AppointmentTemplate]) -> list[Employee]:
        """Whoever gives one of the appointments, and those of the stored lines."""
        given = {each.id: each for template in templates for each in template.lecturers}
        if gone := self._used["lecturer_id"] - set(given):
            query = select(Employee).where(Employee.id.in_(gone))
            found = db.session.scalars(query.options(joinedload(Employee.customer)))
            given |= {each.id: each for each in found}
        return sorted(given.values(), key=lambda each: each.name.casefold())

    def _rooms(self) -> list[Room]:
        """Those that are rented: they have a price."""
        is_rented = or_(Room.price.is_not(None), Room.flat_price.is_not(None))
        query = self._first(Room, "room_id", Room.is_active & is_rented)
        query = query.order_by(Room.name, Room.id).options(joinedload(Room.location))
        return list(db.session.scalars(query))

    def _tickets(self) -> list[TicketCategory]:
        is_open = (Event.state == EventState.PUBLISHED) & (Event.ends_at >= clock.now())
        query = (
            self._first(TicketCategory, "ticket_category_id", TicketCategory.is_active & is_open)
            .join(TicketCategory.event)
            .options(joinedload(TicketCategory.event))
            .order_by(Event.begins_at, TicketCategory.id)
        )
        return list(db.session.scalars(query))

    def _first(self, model: Any, name: str, condition: Any) -> Select[Any]:
        """What is used already, and then as many of the others as a list can hold."""
        used = model.id.in_(self._used[name])
        return select(model).where(condition | used).order_by(used.desc()).limit(MOST)
