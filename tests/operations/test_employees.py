"""Staff accounts: each is a customer too, and one owner always remains (CUS-24, ADM-05)."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import func, select

from kutego.db import db, transaction
from kutego.errors import DomainError, IllegalTransition
from kutego.models import Activity, Customer, Employee, EmployeeState, Right, Role
from kutego.operations.employees import (
    activate_employee,
    change_role,
    deactivate_employee,
)
from tests.factories import ANNA, DAY, customer, employee


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"email": ""}, "E-Mail-Adresse"),
        ({"email": "kein Briefkasten"}, "keine E-Mail-Adresse"),
        ({"first_name": " "}, "Vor- und den Nachnamen"),
        ({"last_name": ""}, "Vor- und den Nachnamen"),
        ({"first_name": "<b>Petra</b>"}, "Vor- und den Nachnamen"),
        ({"last_name": "=SUMME(A1)"}, "Vor- und den Nachnamen"),
        ({"last_name": "K" * 300}, "zu lang"),
        ({"password": "kurz"}, "mindestens 10 Zeichen"),
        ({"password": "Kuhn123456789"}, "zu leicht"),
    ],
)
def test_bad_input_makes_no_account(app, wrong, sentence):
    with pytest.raises(DomainError, match=sentence):
        employee(**wrong)

    assert count(Employee) == count(Customer) == 0


def test_a_new_employee_is_a_customer_at_once(app):
    petra = employee(Role.OFFICE, email="Petra@Example.org")

    assert petra.email == petra.customer.email == "petra@example.org"
    assert petra.customer.name == petra.name == "Petra Kuhn"
    assert petra.customer.number
    assert petra.is_active


def test_a_customer_who_begins_to_work_here_keeps_the_record(app):
    joerg = customer(email="joerg@example.org")

    hired = employee(email="joerg@example.org")

    assert hired.customer_id == joerg.id
    assert count(Customer) == 1


def test_an_address_has_one_account(app):
    employee(email="petra@example.org")

    with pytest.raises(DomainError, match="hat schon eine Anmeldung"):
        employee(email="PETRA@example.org")

    assert count(Employee) == 1


def test_two_who_enter_the_same_address_at_once_make_one_account(app):
    def enter(_turn):
        with app.app_context():
            try:
                employee(email="petra@example.org")
            except DomainError as refusal:
                return str(refusal)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(enter, range(4)))

    assert answers.count(None) == 1
    assert count(Employee) == count(Customer) == 1


def test_the_last_owner_stays_owner(app):
    petra = employee()
    employee(Role.OFFICE)

    with pytest.raises(DomainError, match="letzte Anmeldung"):
        change_role(petra, role=Role.OFFICE, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="letzte Anmeldung"):
        deactivate_employee(petra, on=DAY, by=ANNA)

    assert petra.role is Role.OWNER
    assert petra.is_active


def test_an_inactive_owner_does_not_count(app):
    petra, jo = employee(), employee()
    deactivate_employee(jo, on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="letzte Anmeldung"):
        deactivate_employee(petra, on=DAY, by=ANNA)


def test_two_owners_cannot_take_the_role_from_each_other_at_once(app):
    """The second looks while the first has not committed yet, and must wait for the answer."""
    ids = [employee().id, employee().id]
    done = Event()

    def demote(number, pause):
        with app.app_context():
            try:
                with transaction():
                    owner = db.session.get(Employee, number)
                    change_role(owner, role=Role.OFFICE, on=DAY, by=ANNA)
                    done.set()
                    time.sleep(pause)
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(demote, ids[0], 0.5)
        done.wait(30)
        second = pool.submit(demote, ids[1], 0)

    assert [first.result(), second.result()] == [True, False]


def test_a_role_counts_at_once_and_stands_in_the_history(app):
    employee()
    jo = employee(Role.INSTRUCTOR)

    change_role(jo, role=Role.OFFICE, on=DAY, by=ANNA)

    assert jo.may(Right.INVOICES_EDIT)
    assert not jo.may(Right.STAFF)
    line = db.session.scalar(select(Activity).where(Activity.action == "employee.role_changed"))
    assert line.facts == {"old": "instructor", "new": "office"}
    assert line.customer_id == jo.customer_id


def test_the_same_role_twice_is_refused(app):
    petra = employee()

    with pytest.raises(DomainError, match="hat diese Rolle schon"):
        change_role(petra, role=Role.OWNER, on=DAY, by=ANNA)


def test_a_deactivated_account_is_logged_out_and_can_come_back(app):
    employee()
    jo = employee()
    before = jo.get_id()

    deactivate_employee(jo, on=DAY, by=ANNA)

    assert jo.state is EmployeeState.INACTIVE
    assert jo.get_id() != before
    with pytest.raises(IllegalTransition):
        deactivate_employee(jo, on=DAY, by=ANNA)

    activate_employee(jo, on=DAY, by=ANNA)

    assert jo.is_active


def test_no_password_ever_stands_in_the_history(app):
    petra = employee()

    lines = db.session.scalars(select(Activity)).all()

    assert petra.password_hash.startswith("$argon2id$")
    assert all("argon2" not in str(line.facts) for line in lines)
