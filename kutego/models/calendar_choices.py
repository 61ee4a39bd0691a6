"""What the calendar can be narrowed to."""

from typing import Any

from sqlalchemy import func, select

from kutego.db import db
from kutego.models.course import CourseCategory
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.location import Location
from kutego.models.room import Room


def calendar_choices(led_by: int | None) -> dict[str, list[tuple[int, str]]]:
    """What the calendar can be narrowed to: locations, rooms, leaders, categories in use."""
    name = func.coalesce(Customer.first_name + " " + Customer.last_name, Employee.email)
    queries: dict[str, Any] = {
        "location": select(Location.id, Location.name).where(Location.is_active)
        .order_by(Location.name),
        "room": select(Room.id, Room.name + " (" + Location.name + ")").join(Room.location)
        .where(Room.is_active).order_by(Location.name, Room.name),
        "category": select(CourseCategory.id, CourseCategory.name)
        .where(CourseCategory.is_active).order_by(CourseCategory.name),
    }  # fmt: skip
    if led_by is None:
        queries["leader"] = (
            select(Employee.id, name).join(Employee.customer).order_by(Customer.sort_name)
        )
    return {
        key: [(number, label) for number, label in db.session.execute(query)]
        for key, query in queries.items()
    }
