"""The one operation behind the forms: two clerks, and every change in the history."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import Activity, Customer, Product
from kutego.operations.master_data import save_record
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")


def history():
    rows = db.session.scalars(select(Activity).order_by(Activity.id)).all()
    return [(row.action, row.detail.facts if row.detail else None) for row in rows]


def test_a_new_record_is_noted_and_every_changed_field_with_old_and_new():
    product = factories.product(name="Leine", price=Decimal("19.90"))

    save_record(product, {"name": "Lange Leine", "price": Decimal("24.90")}, by=ANNA)

    assert history() == [
        ("product.created", None),
        ("product.changed", {"name": ["Leine", "Lange Leine"], "price": ["19.90", "24.90"]}),
    ]
    assert product.revision == 2


def test_saving_without_a_change_notes_nothing():
    product = factories.product()

    save_record(product, {"name": " Leine "}, revision=product.revision, by=ANNA)

    assert len(history()) == 1
    assert product.revision == 1


def test_the_second_of_two_clerks_is_told_and_nothing_is_overwritten():
    product = factories.product()
    opened = product.revision
    save_record(product, {"name": "Halsband"}, revision=opened, by=ANNA)

    with pytest.raises(ConcurrentChange, match="inzwischen geändert"):
        save_record(product, {"name": "Geschirr"}, revision=opened, by=ANNA)
    assert product.name == "Halsband"


@pytest.mark.parametrize("value,match", [("x" * 201, "zu lang"), ("a\x07b", "druckbare")])
def test_what_the_column_cannot_hold_is_refused(value, match):
    with pytest.raises(DomainError, match=match):
        factories.product(name=value)
    assert db.session.scalars(select(Product)).all() == []


def test_what_a_refused_rule_has_touched_is_as_before():
    customer = factories.customer()

    with pytest.raises(DomainError):
        save_record(customer, {"city": "Jena", "email": "falsch"}, by=ANNA)

    assert customer.city == "Erfurt"
    assert not db.session.dirty


def test_of_clerks_who_save_at_once_one_wins_and_the_others_are_told(app):
    customer = factories.customer()
    id_, opened = customer.id, customer.revision

    def save(city):
        save_record(db.session.get(Customer, id_), {"city": city}, revision=opened, by=ANNA)
        return city

    results = in_threads(app, *[lambda city=city: save(city) for city in ("Jena", "Gera", "Suhl")])

    assert sum(isinstance(result, ConcurrentChange) for result in results) == 2
    db.session.rollback()
    assert db.session.get(Customer, id_).city in results
    assert list(verify()) == []
