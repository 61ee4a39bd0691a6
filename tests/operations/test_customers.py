"""Customers and participants: taken in, corrected, locked."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError, IllegalTransition
from kutego.models import Customer, CustomerState, Participant, ParticipantState
from kutego.operations.customers import lock_customer, unlock_customer
from kutego.operations.master_data import save_record
from kutego.operations.participants import archive_participant
from kutego.operations.verification import verify
from kutego.texts import search_key
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")

NOBODY = {"first_name": "", "last_name": " ", "email": None}


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.at(clock.noon(DAY)):
        yield


@pytest.mark.parametrize(
    "values,match",
    [
        (NOBODY, "Namen, eine Firma oder"),
        ({"is_company": True}, "Namen der Firma"),
        ({"email": "kein-at-zeichen"}, "keine E-Mail-Adresse"),
        ({"email": "a@b@c.de"}, "keine E-Mail-Adresse"),
        ({"postcode": "1234"}, "5 Ziffern"),
        ({"postcode": "ABCDE"}, "5 Ziffern"),
        ({"iban": "DE89 3704 0044 0532 0130 01"}, "IBAN"),
        ({"phone": "ruf mich an"}, "keine Telefonnummer"),
        ({"birthday": date(2026, 11, 24)}, "Zukunft"),
        ({"permanent_discount": Decimal("100.01")}, "zwischen 0 und 100"),
        ({"last_name": "x" * 201}, "zu lang"),
        ({"last_name": "Mül\x00ler"}, "druckbare"),
    ],
)
def test_what_a_customer_cannot_have_is_refused(values, match):
    with pytest.raises(DomainError, match=match):
        factories.customer(**values)
    assert db.session.scalars(select(Customer)).all() == []


def test_an_address_belongs_to_one_active_customer():
    known = factories.customer(email="petra@example.org")

    with pytest.raises(DomainError, match="gehört schon zu Jörg Müller"):
        factories.customer(email=" Petra@Example.org ")
    lock_customer(known, reason="umgezogen", on=DAY, by=ANNA)
    factories.customer(email="petra@example.org")
    with pytest.raises(DomainError, match="gehört schon"):
        unlock_customer(known, reason="wieder da", on=DAY, by=ANNA)


def test_what_was_typed_is_tidied_up():
    customer = factories.customer(
        last_name="  Groß ", email="Jörg@Müller-Groß.de", phone="0361 123456", country="de",
        iban="de89 3704 0044 0532 0130 00", remark="eins\r\nzwei",
    )  # fmt: skip

    assert (customer.last_name, customer.country) == ("Groß", "DE")
    assert customer.email == "jörg@müller-groß.de"
    assert customer.phone == "+49 361 123456"
    assert (customer.iban, customer.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    assert customer.remark == "eins\nzwei"
    assert customer.number == "00001"
    assert customer.created_by == "Anna Büro"


def test_customers_are_found_by_every_spelling_and_by_their_dog():
    customer = factories.customer(last_name="Müller", phone="0361 123456")
    factories.participant(customer, first_name="Flöckchen")

    for typed in ("Mueller", "müll", "floeckchen", "361123456", customer.number, customer.email):
        assert search_key(typed) in customer.search, typed
    assert customer.sort_name == "muller jorg"


def test_a_company_is_called_by_its_name():
    customer = factories.customer(is_company=True, company_name="Pfoten GmbH")

    assert (customer.name, customer.sort_name) == ("Pfoten GmbH", "pfoten gmbh")
    assert customer.address["contact"] == "Jörg Müller"


@pytest.mark.parametrize(
    "values,match",
    [({"first_name": " "}, "Namen"), ({"birthday": date(2027, 1, 1)}, "Zukunft")],
)
def test_what_a_participant_cannot_have_is_refused(values, match):
    owner = factories.customer()

    with pytest.raises(DomainError, match=match):
        factories.participant(owner, **values)
    assert db.session.scalars(select(Participant)).all() == []


def test_an_archived_participant_stays():
    dog = factories.participant()

    archive_participant(dog, on=DAY, by=ANNA)

    assert dog.state is ParticipantState.ARCHIVED
    with pytest.raises(IllegalTransition):
        archive_participant(dog, on=DAY, by=ANNA)


def test_locking_needs_a_reason_and_is_undone_by_unlocking():
    customer = factories.customer()
    for reason in ("", " ", "x" * 201):
        with pytest.raises(DomainError, match="Grund"):
            lock_customer(customer, reason=reason, on=DAY, by=ANNA)

    lock_customer(customer, reason="zahlt nicht", on=DAY, by=ANNA)
    assert (customer.is_locked, customer.lock_reason) == (True, "zahlt nicht")
    with pytest.raises(IllegalTransition):
        lock_customer(customer, reason="noch einmal", on=DAY, by=ANNA)
    unlock_customer(customer, reason="hat bezahlt", on=DAY, by=ANNA)

    assert (customer.state, customer.lock_reason) == (CustomerState.ACTIVE, None)
    assert list(verify()) == []


def take_in(name):
    with clock.at(clock.noon(DAY)):
        return factories.customer(first_name=name, email="gleich@example.org").number


@pytest.mark.parametrize("at_once,count", [(in_threads, 4), (in_processes, 3)])
def test_an_address_typed_twice_at_once_makes_one_customer(app, at_once, count):
    calls = [lambda: take_in("Jörg")] * count
    results = at_once(app, *(calls if at_once is in_threads else [(take_in, "Jörg")] * count))

    assert sum(result == "00001" for result in results) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(Customer)).all()) == 1


def add_dog(customer_id, name):
    factories.participant(db.session.get(Customer, customer_id), first_name=name)


def test_dogs_added_at_once_are_all_found(app):
    customer_id = factories.customer().id
    names = ["Bello", "Hasso", "Rex", "Flocke"]

    results = in_threads(app, *[lambda name=name: add_dog(customer_id, name) for name in names])

    assert results == [None] * 4
    db.session.rollback()
    found = db.session.get(Customer, customer_id).search
    assert all(search_key(name) in found for name in names)


def test_a_customer_who_keeps_their_address_is_not_taken_for_somebody_else():
    customer = factories.customer(email="petra@example.org")

    save_record(customer, {"email": "petra@example.org", "city": "Jena"}, by=ANNA)

    assert customer.city == "Jena"
