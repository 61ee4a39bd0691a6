"""Who may be there twice: found without comparing everybody, told apart once and for all."""

from datetime import date

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import DuplicatePair, PairState
from kutego.operations.customers import lock_with_main_account
from kutego.operations.duplicate_search import email_key, phone_key, street_key
from kutego.operations.duplicates import (
    ask_for_search,
    compare_customers,
    dismiss_pair,
    last_search,
    reopen_pair,
)
from kutego.operations.merging import merge_customers
from tests import factories
from tests.factories import ANNA, DAY


@pytest.fixture(autouse=True)
def today(app):
    with clock.at(clock.noon(DAY)):
        yield


def person(**values):
    """Somebody who shares nothing with anybody."""
    blank = {"first_name": "Eva", "last_name": "Einzig", "street": None, "postcode": None,
             "city": None}  # fmt: skip
    return factories.customer(**blank | values)


def search():
    ask_for_search(on=DAY, by=ANNA)
    ask_for_search(on=DAY, by=ANNA)  # one is enough
    result = run_job("answer_searches", DAY)
    assert (result.done, result.failed) == (1, 0), result.problems
    db.session.rollback()
    return {
        (pair.first.id, pair.second.id): (pair.score, pair.reasons)
        for pair in db.session.scalars(select(DuplicatePair))
    }


@pytest.mark.parametrize(
    "one, other, score, reasons",
    [
        ({"mobile": "0151 2345678"}, {"phone": "+49 (151) 234 56 78", "last_name": "Zwei"}, 40,
         ["phone"]),
        ({"email": "eva.einzig@gmail.com", "last_name": "A"},
         {"email": "EvaEinzig+kurs@googlemail.com", "last_name": "Zwei"}, 50, ["email"]),
        ({"street": "Berliner Str. 5", "postcode": "99084", "last_name": "A"},
         {"street": "Berlinerstraße 5", "postcode": "99084", "last_name": "Zwei"}, 30,
         ["address"]),
        ({"birthday": date(1980, 5, 1), "postcode": "99084"},
         {"birthday": date(1980, 5, 1), "postcode": "99425"}, 80, ["birthday", "name"]),
        ({"last_name": "Müller", "postcode": "99084"}, {"last_name": "Mueler", "postcode": "99084"},
         30, ["similar_name"]),
        ({}, {}, 30, ["name"]),
        # not the same: twins, people of one name in two towns, another birthday
        ({"birthday": date(1980, 5, 1)}, {"first_name": "Max", "birthday": date(1980, 5, 1)}, None,
         None),
        ({"postcode": "99084"}, {"postcode": "10115"}, None, None),
        ({"birthday": date(1980, 5, 1)}, {"birthday": date(1981, 5, 1)}, None, None),
    ],
)  # fmt: skip
@pytest.mark.databases("sqlite")
def test_what_two_records_share_is_found(one, other, score, reasons):
    first, second = person(**one), person(**other)

    found = search()

    assert found == ({} if score is None else {(first.id, second.id): (score, reasons)})


def test_the_list_follows_what_is_there_and_what_was_said():
    one, two = person(mobile="0151 2345678"), person(mobile="0151 2345678", last_name="Zwei")
    three = person(last_name="Drei")
    factories.participant(one, first_name="Bello", birthday=date(2024, 1, 2))
    factories.participant(three, first_name="bello", birthday=date(2024, 1, 2))
    assert set(search()) == {(one.id, two.id), (one.id, three.id)}
    assert (last_search().compared, last_search().found) == (3, 2)
    pair = db.session.scalars(select(DuplicatePair).order_by(DuplicatePair.id)).first()

    dismiss_pair(pair, on=DAY, by=ANNA)
    assert run_job("find_duplicates", DAY).failed == 0
    db.session.rollback()

    assert pair.state is PairState.DISMISSED
    with pytest.raises(DomainError, match="schon entschieden"):
        dismiss_pair(pair, on=DAY, by=ANNA)
    reopen_pair(pair, on=DAY, by=ANNA)
    factories.customers.save_record(two, {"mobile": "0151 9999999"}, by=ANNA)
    assert set(search()) == {(one.id, three.id)}
    merge_customers([one, three], on=DAY, by=ANNA)
    assert [p.state for p in db.session.scalars(select(DuplicatePair))] == [PairState.MERGED]
    chosen = compare_customers(customer_id=two.id, other_id=one.id, on=DAY, by=ANNA)
    assert (chosen.first, chosen.reasons) == (one, ["chosen"])
    search()
    assert chosen.state is PairState.OPEN  # chosen by a person, so it stays
    with pytest.raises(DomainError, match="schon zusammengeführt"):
        compare_customers(customer_id=two.id, other_id=three.id, on=DAY, by=ANNA)


def test_many_with_one_number_are_a_switchboard(app):
    for place in range(13):
        person(phone="0361 5566", last_name=f"Nummer{place * 'x'}", email=f"p{place}@example.org")

    assert search() == {}


def test_spellings_are_folded():
    assert phone_key("0361/55 66-7") == phone_key("0049 361 55667") == phone_key("+49 361 55667")
    assert phone_key("110") == ""
    assert email_key("E.Va+x@GoogleMail.com") == email_key("eva@gmail.com")
    assert street_key("Berliner Straße 5 a") == street_key("Berlinerstr. 5A")


def test_a_second_account_that_points_to_its_main_one_is_settled():
    main, second = person(mobile="0151 2345678"), person(mobile="0151 2345678", last_name="Zwei")
    lock_with_main_account(second, main_account_id=main.id, on=DAY, by=ANNA)

    assert search() == {}
