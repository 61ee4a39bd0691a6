"""What a line of an invoice or offer can be about: each list read once, and never a whole table."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from kutego.db import db
from kutego.models import (
    AppointmentTemplate,
    Customer,
    Employee,
    Participant,
    ParticipantState,
    Room,
)
from kutego.views.office.position_articles import ARTICLES, articles
from kutego.views.office.position_dated import courses, tickets
from kutego.views.office.position_found import FEW, Wanted
from kutego.views.office.position_kinds import LINKS
from kutego.views.office.position_told import told

MOST = 300  # of what no office has thousands of
SEARCHED = ("course_date_id", "ticket_category_id", *ARTICLES)


class Choices:
    """The lists of one form. `positions` may name what is out of use by now, `rows` may not."""

    def __init__(
        self,
        customer: Customer,
        positions: Sequence[Any],
        on: date,
        rows: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self._wanted = {
            name: Wanted(
                {getattr(position, name) for position in positions} - {None},
                {row.get(name) for row in rows} - {None},
                most=FEW if name in SEARCHED else MOST,
            )
            for name in LINKS
        }
        templates = self._templates()
        self._lists: dict[str, list[Any]] = {
            "participant_id": self._participants(customer),
            "course_date_id": courses(self._wanted["course_date_id"], on),
            "appointment_template_id": templates,
            "lecturer_id": self._lecturers(templates),
            "room_id": self._rooms(),
            "ticket_category_id": tickets(self._wanted["ticket_category_id"]),
            **articles(self._wanted),
        }

    def of(self, name: str) -> list[Any]:
        """The records that the field `name` offers."""
        return self._lists[name]

    def is_cut(self, name: str) -> bool:
        """Whether there may be more of them, to be found by typing."""
        return name in SEARCHED and len(self._lists[name]) >= FEW

    def told(self) -> dict[str, dict[str, Any]]:
        """By field and id, what the browser fills in when something is chosen."""
        return told(self._lists)

    def _participants(self, customer: Customer) -> list[Participant]:
        used = Participant.id.in_(self._wanted["participant_id"].used)
        query = select(Participant).where(
            Participant.customer_id == customer.id,
            (Participant.state == ParticipantState.ACTIVE) | used,
        )
        return list(db.session.scalars(query.order_by(Participant.id).limit(MOST)))

    def _templates(self) -> list[AppointmentTemplate]:
        model = AppointmentTemplate
        wanted = self._wanted["appointment_template_id"]
        query = wanted.of(select(model), model, model.is_active, model.name).order_by(model.name)
        lecturers = selectinload(model.lecturers).joinedload(Employee.customer)
        return list(db.session.scalars(query.options(lecturers)))

    def _lecturers(self, templates: Sequence[AppointmentTemplate]) -> list[Employee]:
        """Whoever gives one of the appointments, and those of the stored lines."""
        given = {each.id: each for template in templates for each in template.lecturers}
        if gone := set(self._wanted["lecturer_id"].used) - set(given):
            query = select(Employee).where(Employee.id.in_(gone))
            found = db.session.scalars(query.options(joinedload(Employee.customer)))
            given |= {each.id: each for each in found}
        return sorted(given.values(), key=lambda each: each.name.casefold())

    def _rooms(self) -> list[Room]:
        """Those that are rented: they have a price."""
        is_rented = Room.is_active & or_(Room.price.is_not(None), Room.flat_price.is_not(None))
        query = self._wanted["room_id"].of(select(Room), Room, is_rented, Room.name)
        query = query.order_by(Room.name, Room.id).options(joinedload(Room.location))
        return list(db.session.scalars(query))


def find(field: str, words: str, on: date) -> list[Any]:
    """What is sold and has all these words in its name; `field` is one of `SEARCHED`."""
    wanted = Wanted(words=words)
    if field == "course_date_id":
        return courses(wanted, on)
    if field == "ticket_category_id":
        return tickets(wanted)
    return articles({field: wanted}, (field,))[field]
