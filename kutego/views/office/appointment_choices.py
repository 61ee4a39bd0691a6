"""What the forms of appointments, rentals and events choose from."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import (
    TEMPLATE_LECTURERS,
    AppointmentTemplate,
    Employee,
    EmployeeState,
    Room,
)


def templates_in_use():
    """What appointments can be made from."""
    query = select(AppointmentTemplate).where(AppointmentTemplate.is_active)
    return db.session.scalars(query.order_by(AppointmentTemplate.name)).all()


def lecturers():
    """Whoever gives appointments, by name."""
    givers = select(TEMPLATE_LECTURERS.c.lecturer_id)
    query = select(Employee).where(Employee.id.in_(givers), Employee.state == EmployeeState.ACTIVE)
    found = db.session.scalars(query.options(joinedload(Employee.customer)))
    return sorted(found, key=lambda each: each.name.casefold())


def rooms():
    """Rooms in use."""
    query = select(Room).where(Room.is_active).options(joinedload(Room.location))
    return db.session.scalars(query.order_by(Room.name)).all()


def named(employee):
    """An employee as a choice."""
    return employee.name


def staff():
    """Who may give appointments."""
    query = select(Employee).where(Employee.state == EmployeeState.ACTIVE)
    return sorted(db.session.scalars(query), key=lambda each: each.name.casefold())
