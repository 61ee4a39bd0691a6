"""Groups: who is in, who is out, and what the history tells of it (CUS-09, COM-15)."""

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Activity, Customer, CustomerGroup
from kutego.operations.customer_groups import delete_group, join_groups, leave_groups, members_of
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")
GIVEN = {"on": DAY, "by": ANNA}


def newest():
    return db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()


def test_customers_are_put_into_groups_and_taken_out_and_the_history_tells_it():
    breeders, fair = factories.customer_group("Züchter"), factories.recipient_group("Sommerfest")
    customer = factories.customer()
    before = customer.revision

    join_groups(customer, customer_groups=[breeders], recipient_groups=[fair], **GIVEN)
    told = newest()
    join_groups(customer, customer_groups=[breeders], **GIVEN)

    assert (customer.customer_groups, customer.recipient_groups) == ([breeders], [fair])
    assert (members_of(breeders), breeders.member_count) == (1, 1)
    assert told.action == "customer.groups_changed"
    assert told.detail.facts["customer_groups"] == ["", "Züchter"]
    assert newest().id == told.id, "who is in already: nothing was done"
    assert customer.revision == before + 1
    assert customer.updated_by == ANNA.name

    leave_groups(customer, recipient_groups=[fair], **GIVEN)

    assert (customer.customer_groups, customer.recipient_groups) == ([breeders], [])


def test_a_group_has_a_name_of_its_own_and_goes_only_when_empty():
    group = factories.customer_group("Züchter")
    customer = factories.customer()
    join_groups(customer, customer_groups=[group], **GIVEN)

    for name, match in (("züchter", "gibt es schon"), (" ", "Namen")):
        with pytest.raises(DomainError, match=match):
            factories.customer_group(name)
    with pytest.raises(DomainError, match="noch 1 Kunden"):
        delete_group(group, **GIVEN)
    with pytest.raises(DomainError, match="mindestens eine Gruppe"):
        join_groups(customer, **GIVEN)
    save_record(group, {"is_active": False, "name": "Züchter"}, by=ANNA)
    leave_groups(customer, customer_groups=[group], **GIVEN)
    delete_group(group, **GIVEN)

    assert db.session.scalars(select(CustomerGroup)).all() == []


def test_put_in_by_two_people_at_once_they_are_in_once(app):
    group, customer = factories.customer_group().id, factories.customer().id

    def join():
        found = db.session.get_one(Customer, customer)
        join_groups(found, customer_groups=[db.session.get_one(CustomerGroup, group)], **GIVEN)

    results = in_threads(app, join, join, join)

    assert results == [None] * 3
    db.session.rollback()
    assert members_of(db.session.get_one(CustomerGroup, group)) == 1
