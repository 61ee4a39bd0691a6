"""Those who work here, as forms and filters offer them."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import Customer, Employee, EmployeeState


def colleagues(right):
    """Those who may do something, by name: who can be given a task or a request."""
    active = select(Employee).where(Employee.state == EmployeeState.ACTIVE)
    found = db.session.scalars(active.options(joinedload(Employee.customer)))
    return sorted((e for e in found if e.may(right)), key=lambda e: e.name.casefold())


def all_colleagues():
    """Id and name of everybody who works or worked here, for a filter."""
    name = func.coalesce(Customer.first_name + " " + Customer.last_name, Employee.email)
    named = select(Employee.id, name).join(Customer, Employee.customer_id == Customer.id)
    return named.order_by(Customer.sort_name)
