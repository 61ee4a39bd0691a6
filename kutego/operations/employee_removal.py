"""Somebody stops working here for good: the login goes, the customer record stays (spec CUS-34)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Column, delete, select, update

from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import Employee, ListPreference, SavedView
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _


@operation
def remove_employee(employee: Employee, *, on: date, by: Actor) -> None:
    """Take the staff role off a customer whose login is closed.

    What the person did stays with its name. Their own lists go; views that they shared and the
    mass runs that they started belong to whoever removes them.
    """
    if employee.is_active:
        raise DomainError(
            _("%(name)s kann sich noch anmelden. Bitte zuerst deaktivieren.", name=employee.name)
        )
    if by.employee_id is None or by.employee_id == employee.id:
        raise DomainError(_("Das kann nur ein anderer Mitarbeiter tun."))
    log_activity(employee.customer, "employee.removed", by=by)
    _leave_own_lists(employee, by.employee_id)
    for column in columns_of_employees():
        heir = None if column.nullable else by.employee_id
        db.session.execute(
            update(column.table).where(column == employee.id).values({column.name: heir})
        )
    db.session.expire_all()
    db.session.delete(employee)


def columns_of_employees() -> Iterator[Column[int]]:
    """Every column of the database that names an employee."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Employee.__table__:
                yield key.parent


def _leave_own_lists(employee: Employee, heir: int) -> None:
    """Shared views stay for the others, unless the heir has one of the same name."""
    mine = (ListPreference.employee_id == employee.id,)
    db.session.execute(delete(ListPreference).where(*mine))
    views = db.session.scalars(select(SavedView).where(SavedView.employee_id == employee.id)).all()
    theirs = select(SavedView.view, SavedView.name).where(SavedView.employee_id == heir)
    taken = {(view, name) for view, name in db.session.execute(theirs)}
    for saved in views:
        if not saved.is_shared or (saved.view, saved.name) in taken:
            db.session.delete(saved)
    db.session.flush()
