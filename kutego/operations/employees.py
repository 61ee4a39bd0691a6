"""Staff: who may log in, and as what. Every employee is a customer too (spec CUS-24, ADM-05)."""

from datetime import date

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Employee, EmployeeState, Role, company
from kutego.operations.activity import log_activity
from kutego.operations.customers import create_customer, email_address
from kutego.operations.logins import (
    check_own_password,
    check_password,
    hash_password,
    new_stamp,
)
from kutego.operations.tasks import hand_over_tasks
from kutego.texts import gettext as _


def create_employee(
    *,
    email: str,
    role: Role,
    first_name: str,
    last_name: str,
    password: str,
    on: date,
    by: Actor,
) -> Employee:
    """Give somebody a login, and a customer record where there is none with this address yet.

    The password is hashed here, before the write lock is taken.
    """
    address = email_address(email)
    if address is None:
        raise DomainError(_("Bitte die E-Mail-Adresse eingeben."))
    for name in (first_name, last_name):
        if not name.strip() or any(c in name for c in "<>\n") or name.strip()[0] in "=+-@":
            raise DomainError(_("Bitte den Vor- und den Nachnamen eingeben, ohne Sonderzeichen."))
    check_password(password, address, first_name, last_name)
    return _add_employee(
        address, role, first_name, last_name, hash_password(password), on=on, by=by
    )


def employ_customer(
    customer: Customer, *, role: Role, password: str, on: date, by: Actor
) -> Employee:
    """Give a customer a login under their own e-mail address; the record stays what it is.

    The password is hashed here, before the write lock is taken.
    """
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    if not customer.email:
        raise DomainError(_("Bitte beim Kunden zuerst die E-Mail-Adresse eintragen."))
    return create_employee(
        email=customer.email,
        role=role,
        first_name=customer.first_name or "",
        last_name=customer.last_name or "",
        password=password,
        on=on,
        by=by,
    )


@operation
def _add_employee(
    email: str,
    role: Role,
    first_name: str,
    last_name: str,
    password_hash: str,
    *,
    on: date,
    by: Actor,
) -> Employee:
    lock(db.session(), [company()])
    if db.session.scalar(select(Employee).where(Employee.email == email)) is not None:
        raise DomainError(_("%(email)s hat schon eine Anmeldung.", email=email))
    known = select(Customer).where(Customer.email == email, Customer.state == CustomerState.ACTIVE)
    customer = db.session.scalar(known) or create_customer(
        {"email": email, "first_name": first_name, "last_name": last_name}, by=by
    )
    if customer.employee is not None:
        raise DomainError(
            _("%(name)s hat schon eine Anmeldung, mit einer anderen Adresse.", name=customer.name)
        )
    employee = Employee(
        customer=customer,
        email=email,
        role=role,
        password_hash=password_hash,
        session_stamp=new_stamp(),
        created_at=clock.now(),
    )
    db.session.add(employee)
    log_activity(employee, "employee.created", by=by, role=role)
    return employee


@operation
def change_role(employee: Employee, *, role: Role, on: date, by: Actor) -> None:
    """Give an employee another role; it counts from their next click on."""
    if role is employee.role:
        raise DomainError(_("%(name)s hat diese Rolle schon.", name=employee.name))
    if role is not Role.OWNER:
        _keep_an_owner(employee)
    old, employee.role = employee.role, role
    employee.revision += 1
    log_activity(employee, "employee.role_changed", by=by, old=old, new=role)


@operation
def deactivate_employee(employee: Employee, *, on: date, by: Actor) -> None:
    """Take the login away, at once and everywhere; the customer record stays.

    What they had still to do is the owner's from now on (spec NOT-06).
    """
    _keep_an_owner(employee)
    employee.move_to(EmployeeState.INACTIVE)
    employee.session_stamp = new_stamp()
    employee.revision += 1
    db.session.flush()
    log_activity(employee, "employee.deactivated", by=by, tasks=hand_over_tasks(employee))


@operation
def activate_employee(employee: Employee, *, on: date, by: Actor) -> None:
    """Let somebody log in again, with the password they had."""
    employee.move_to(EmployeeState.ACTIVE)
    employee.revision += 1
    log_activity(employee, "employee.activated", by=by)


def set_password(employee: Employee, *, password: str, by: Actor) -> None:
    """Give an employee a new password and log them out everywhere."""
    check_password(password, employee.email, employee.customer.person)
    _store_password(employee, hash_password(password), by=by)


def change_own_password(employee: Employee, *, old: str, new: str, by: Actor) -> None:
    """Change one's own password, which asks for the old one and logs out everywhere."""
    check_password(new, employee.email, employee.customer.person)
    check_own_password(employee, old)
    if old == new:
        raise DomainError(_("Das neue Passwort ist das alte. Bitte ein anderes wählen."))
    _store_password(employee, hash_password(new), by=by)


@operation
def _store_password(employee: Employee, password_hash: str, *, by: Actor) -> None:
    employee.password_hash = password_hash
    employee.session_stamp = new_stamp()
    employee.revision += 1
    log_activity(employee, "employee.password_changed", by=by)


def _keep_an_owner(employee: Employee) -> None:
    """Two owners who take the role from each other at the same time must not both succeed."""
    lock(db.session(), [company()])
    others = select(func.count()).where(
        Employee.role == Role.OWNER,
        Employee.state == EmployeeState.ACTIVE,
        Employee.id != employee.id,
    )
    if employee.role is Role.OWNER and not db.session.scalar(others):
        raise DomainError(
            _(
                "%(name)s ist die letzte Anmeldung mit der Rolle „Inhaber“. "
                "Bitte zuerst jemand anderen zum Inhaber machen.",
                name=employee.name,
            )
        )
