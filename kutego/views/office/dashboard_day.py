"""What is on today besides courses: appointments, events, rented rooms (spec ADM-10)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_login import current_user
from sqlalchemy import Select, case, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from kutego import clock
from kutego.db import Base, db
from kutego.models import (
    Appointment,
    AppointmentState,
    AppointmentTemplate,
    Customer,
    Employee,
    Event,
    EventState,
    Location,
    RentalState,
    Right,
    Room,
    RoomRental,
    company,
)
from kutego.periods import DAY
from kutego.texts import gettext as _
from kutego.views.panel.places import address

MODELS: dict[str, type[Base]] = {
    model.__tablename__: model for model in (Appointment, Event, RoomRental)
}


@dataclass(frozen=True)
class Item:
    """One line of the day."""

    begins_at: datetime
    ends_at: datetime
    title: str
    detail: str
    url: str | None


def todays(on: date) -> list[Item]:
    """In the order of the clock, in one statement.

    Who may not see all courses sees the own appointments and the events.
    """
    kinds = [_appointments(on), _events(on)]
    if current_user.may(Right.COURSES_ALL):
        kinds.append(_rentals(on))
    rows = db.session.execute(union_all(*kinds)).all()
    return [_item(row) for row in sorted(rows, key=lambda row: (row.begins_at, row.title))]


def _item(row: Any) -> Item:
    detail = " · ".join(part for part in (row.who, row.with_whom, row.place) if part)
    title = _("%(room)s vermietet", room=row.title) if row.kind == "room_rental" else row.title
    return Item(row.begins_at, row.ends_at, title, detail, address(MODELS[row.kind], row.id))


def _appointments(on: date) -> Select[Any]:
    giver = aliased(Customer)
    query = (
        _of_day(Appointment, on, AppointmentTemplate.name, _name(Customer), _name(giver),
                func.coalesce(Appointment.address, Location.name))
        .join(AppointmentTemplate, AppointmentTemplate.id == Appointment.template_id)
        .join(Customer, Customer.id == Appointment.customer_id)
        .join(Employee, Employee.id == Appointment.lecturer_id)
        .join(giver, giver.id == Employee.customer_id)
        .outerjoin(Location, Location.id == Appointment.location_id)
        .where(Appointment.state != AppointmentState.CANCELLED)
    )  # fmt: skip
    if current_user.may(Right.COURSES_ALL):
        return query
    return query.where(Appointment.lecturer_id == current_user.id)


def _events(on: date) -> Select[Any]:
    return (
        _of_day(Event, on, Event.name, null(), null(), Location.name)
        .outerjoin(Location, Location.id == Event.location_id)
        .where(Event.state == EventState.PUBLISHED)
    )


def _rentals(on: date) -> Select[Any]:
    return (
        _of_day(RoomRental, on, Room.name, _name(Customer), null(), null())
        .join(Room, Room.id == RoomRental.room_id)
        .join(Customer, Customer.id == RoomRental.customer_id)
        .where(RoomRental.state == RentalState.PLANNED)
    )


def _of_day(model: Any, on: date, title: Any, who: Any, with_whom: Any, place: Any) -> Select[Any]:
    zone = company().zone
    first, last = clock.moment(on, time(0), zone), clock.moment(on + DAY, time(0), zone)
    return select(
        literal(model.__tablename__).label("kind"), model.id, model.begins_at, model.ends_at,
        title.label("title"), who.label("who"), with_whom.label("with_whom"), place.label("place"),
    ).where(model.begins_at >= first, model.begins_at < last)  # fmt: skip


def _name(customer: Any) -> Any:
    person = func.coalesce(customer.first_name, "") + " " + func.coalesce(customer.last_name, "")
    company_name = case((customer.is_company, customer.company_name))
    return func.coalesce(company_name, func.trim(person))
