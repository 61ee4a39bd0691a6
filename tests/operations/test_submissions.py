"""A form that is sent twice does its work once."""

import pytest
from sqlalchemy import select

from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import CreditEntry, Customer, SubmissionKey
from kutego.operations.submissions import once
from tests import factories
from tests.everything import deposit
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")


def test_the_second_click_gets_what_the_first_one_made():
    customer = factories.customer()

    first = once("key", lambda: deposit(customer, "5.00"))
    second = once("key", lambda: deposit(customer, "5.00"))

    assert first == second
    assert len(db.session.scalars(select(CreditEntry)).all()) == 1


def test_what_makes_nothing_is_not_done_again_either():
    calls = []

    for _ in range(2):
        assert once("key", lambda: calls.append(1)) is None

    assert calls == [1]


def test_a_refused_form_may_be_sent_again():
    customer = factories.customer()

    with pytest.raises(DomainError):
        once("key", lambda: deposit(customer, "-5.00"))
    assert db.session.scalars(select(SubmissionKey)).all() == []

    assert once("key", lambda: deposit(customer, "5.00")) is not None


def test_another_form_does_its_own_work():
    customer = factories.customer()

    assert once("a", lambda: deposit(customer, "5.00")) != once(
        "b", lambda: deposit(customer, "5.00")
    )


def test_inside_a_transaction_of_the_caller_it_holds_as_well():
    customer = factories.customer()

    with transaction(customer):
        first = once("key", lambda: deposit(customer, "5.00"))
        assert once("key", lambda: deposit(customer, "5.00")) is first


def click(customer_id):
    customer = db.session.get(Customer, customer_id)
    return once("key", lambda: deposit(customer, "5.00")).id


@pytest.mark.parametrize("at_once,count", [(in_threads, 8), (in_processes, 3)])
def test_clicks_at_the_same_moment_book_once(app, at_once, count):
    customer_id = factories.customer().id

    calls = [lambda: click(customer_id)] * count
    results = at_once(app, *(calls if at_once is in_threads else [(click, customer_id)] * count))

    db.session.rollback()
    entry = db.session.scalars(select(CreditEntry)).one()
    assert results == [entry.id] * count
