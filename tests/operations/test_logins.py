"""Who may log in, how often they may try, and what a password must be (issue A, login)."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Employee, LoginAttempt
from kutego.operations import logins
from kutego.operations.employees import (
    change_own_password,
    deactivate_employee,
    set_password,
)
from kutego.operations.logins import TooManyTries, check_login
from tests.factories import ANNA, DAY, PASSWORD, employee
from tests.racing import in_processes

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOME = "203.0.113.7"


def fail(email, times=1, address=HOME, password="falsch geraten"):
    for _turn in range(times):
        with pytest.raises(DomainError, match="stimmt nicht"):
            check_login(email, password, address)


def attempts():
    return db.session.scalar(select(func.count()).select_from(LoginAttempt))


def test_the_right_password_logs_in_whatever_the_case_of_the_address(app):
    petra = employee(email="petra@example.org")

    with clock.at(NINE):
        found = check_login(" Petra@Example.org ", PASSWORD, HOME)

    assert found.id == petra.id
    assert found.last_login_at == NINE
    assert attempts() == 0


@pytest.mark.parametrize(
    "email", ["petra@example.org", "niemand@example.org", "", "x" * 500, "'--"]
)
def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(app, email):
    employee(email="petra@example.org")

    with pytest.raises(DomainError) as refusal:
        check_login(email, "falsch geraten", HOME)

    assert str(refusal.value) == "E-Mail-Adresse oder Passwort stimmt nicht."


@pytest.mark.parametrize("password", ["", "x" * 100_000, PASSWORD + " ", PASSWORD.upper()])
def test_a_password_must_fit_exactly(app, password):
    fail(employee().email, password=password)


def test_the_same_umlaut_from_another_keyboard_fits(app):
    petra = employee(password="Fünf Bäume blühen")

    assert check_login(petra.email, "Fu\u0308nf Ba\u0308ume blu\u0308hen", HOME).id == petra.id


def test_a_deactivated_account_does_not_log_in(app):
    employee()
    jo = employee(email="jo@example.org")
    deactivate_employee(jo, on=DAY, by=ANNA)

    fail("jo@example.org", password=PASSWORD)


def test_after_five_failures_even_the_right_password_waits_a_minute(app):
    petra = employee()
    with clock.at(NINE):
        fail(petra.email, 5)

        with pytest.raises(TooManyTries, match="in einer Minute"):
            check_login(petra.email, PASSWORD, HOME)
    with clock.at(NINE + timedelta(seconds=61)):
        assert check_login(petra.email, PASSWORD, HOME).id == petra.id


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(app):
    petra, moment, waits = employee(), NINE, []
    with clock.at(NINE):
        fail(petra.email, 4)

    for _turn in range(6):
        with clock.at(moment):
            fail(petra.email)
        waits.append(
            next(n for n in range(1, 60) if _may_try(petra, moment + timedelta(minutes=n)))
        )
        moment += timedelta(minutes=waits[-1])

    assert waits == [1, 2, 4, 8, 15, 15]


def _may_try(petra, moment):
    with clock.at(moment):
        try:
            logins._refuse_too_many((f"account:{petra.email}",))
        except TooManyTries:
            return False
        return True


def test_refused_tries_do_not_prolong_the_wait(app):
    petra = employee()
    with clock.at(NINE):
        fail(petra.email, 5)
    for seconds in range(5, 60, 5):
        with clock.at(NINE + timedelta(seconds=seconds)), pytest.raises(TooManyTries):
            check_login(petra.email, "falsch", HOME)

    with clock.at(NINE + timedelta(seconds=61)):
        assert check_login(petra.email, PASSWORD, HOME)


def test_thirty_failures_from_one_address_stop_it_for_every_account(app):
    petra = employee()
    with clock.at(NINE):
        for number in range(30):
            fail(f"konto{number}@example.org")

        with pytest.raises(TooManyTries):
            check_login(petra.email, PASSWORD, HOME)
        assert check_login(petra.email, PASSWORD, "198.51.100.2").id == petra.id


def test_a_success_does_not_wipe_the_slate_of_the_address(app):
    petra = employee()
    with clock.at(NINE):
        for number in range(29):
            fail(f"konto{number}@example.org")
        check_login(petra.email, PASSWORD, HOME)
        fail("noch@example.org")

        with pytest.raises(TooManyTries):
            check_login("und@example.org", "falsch", HOME)


def test_changing_the_last_digits_of_an_ipv6_address_does_not_help(app):
    with clock.at(NINE):
        for number in range(30):
            fail(f"konto{number}@example.org", address=f"2001:db8:1:2::{number:x}")

        with pytest.raises(TooManyTries):
            check_login("und@example.org", "falsch", "2001:db8:1:2:ffff::1")


def test_old_tries_are_swept_away(app):
    with clock.at(NINE):
        fail("petra@example.org", 3)
    with clock.at(NINE + timedelta(hours=25)):
        fail("petra@example.org")

    assert attempts() == 2  # the account and the address of the last


def test_guesses_at_the_same_time_are_all_counted(app):
    """Twenty threads guess at once: five are looked at, the rest must wait."""
    petra = employee()
    email = petra.email

    def guess(_turn):
        with app.app_context():
            try:
                check_login(email, "falsch geraten", HOME)
            except TooManyTries:
                return "waits"
            except DomainError:
                return "wrong"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))

    assert answers.count("wrong") == 5
    assert answers.count("waits") == 15


def guess_five_times(email):
    answers = []
    for _turn in range(5):
        try:
            check_login(email, "falsch geraten", HOME)
        except TooManyTries:
            answers.append("waits")
        except DomainError:
            answers.append("wrong")
    return answers


def test_guesses_from_two_processes_share_one_count(app):
    petra = employee()

    first, second = in_processes(app, *[(guess_five_times, petra.email)] * 2)

    assert len(first + second) == 10
    assert (first + second).count("wrong") == 5


@pytest.mark.databases("sqlite")
def test_an_unknown_account_takes_as_long_as_a_wrong_password(app):
    petra = employee()

    def seconds(email, number):
        start = time.perf_counter()
        fail(email, address=f"198.51.100.{number}")
        return time.perf_counter() - start

    seconds("warm@example.org", 1)
    known, unknown = [], []
    for number in range(2, 12):
        with transaction() as session:
            session.query(LoginAttempt).delete()
        known.append(seconds(petra.email, number))
        unknown.append(seconds("niemand@example.org", number))

    assert 0.4 < statistics.median(unknown) / statistics.median(known) < 2.5


@pytest.mark.databases("sqlite")
def test_the_write_lock_is_free_while_a_password_is_hashed(app, monkeypatch):
    petra = employee()
    seen = []
    verify = logins.fits

    def watch(known, password):
        seen.append(db.session().info.get("writing"))
        return verify(known, password)

    monkeypatch.setattr(logins, "fits", watch)
    check_login(petra.email, PASSWORD, HOME)

    assert seen == [None]


def test_an_outdated_hash_is_renewed_at_the_next_login(app):
    petra = employee()
    weak = logins.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with transaction(petra):
        petra.password_hash = weak.hash(PASSWORD)

    check_login(petra.email, PASSWORD, HOME)

    assert "m=19456" in db.session.get(Employee, petra.id).password_hash


# --- passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password, sentence",
    [
        ("kurz", "mindestens 10 Zeichen"),
        ("", "mindestens 10 Zeichen"),
        ("x" * 201, "höchstens 200 Zeichen"),
        ("aaaaaaaaaaaa", "zu leicht"),
        ("abababababab", "zu leicht"),
        ("1234567890", "zu leicht"),
        ("9876543210", "zu leicht"),
        ("abcdefghijkl", "zu leicht"),
        ("23112026235", "zu leicht"),
        ("Passwort2026!", "zu leicht"),
        ("!!qwertzuiop1", "zu leicht"),
        ("WillkommenWillkommen", "zu leicht"),
        ("petra@example.org", "zu leicht"),
        ("Petra123456", "zu leicht"),
        ("kuhn-2026-2027", "zu leicht"),
    ],
)
def test_a_weak_password_is_refused(app, password, sentence):
    petra = employee(email="petra@example.org")
    before = petra.password_hash

    with pytest.raises(DomainError, match=sentence):
        set_password(petra, password=password, by=ANNA)

    assert petra.password_hash == before


@pytest.mark.parametrize("password", ["vier Pfoten im Schnee", "kx8!Rw_pQ2", "Blumentopf-Kranich"])
def test_a_good_password_is_taken(app, password):
    petra = employee()

    set_password(petra, password=password, by=ANNA)

    assert check_login(petra.email, password, HOME).id == petra.id


def test_a_new_password_logs_out_everywhere(app):
    petra = employee()
    before = petra.get_id()

    change_own_password(petra, old=PASSWORD, new="drei Hasen am Bach", by=ANNA)

    assert petra.get_id() != before
    fail(petra.email)
    assert check_login(petra.email, "drei Hasen am Bach", HOME)


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("falsch geraten", "drei Hasen am Bach", "bisherige Passwort"),
        (PASSWORD, PASSWORD, "ist das alte"),
        (PASSWORD, "kurz", "mindestens 10"),
    ],
)
def test_ones_own_password_asks_for_the_old_one(app, old, new, sentence):
    petra = employee()
    before = petra.password_hash

    with pytest.raises(DomainError, match=sentence):
        change_own_password(petra, old=old, new=new, by=ANNA)

    assert petra.password_hash == before


def test_the_old_password_cannot_be_guessed_there_either(app):
    petra = employee()
    with clock.at(NINE):
        for _turn in range(5):
            with pytest.raises(DomainError, match="bisherige"):
                change_own_password(petra, old="falsch", new="drei Hasen am Bach", by=ANNA)

        with pytest.raises(TooManyTries):
            change_own_password(petra, old=PASSWORD, new="drei Hasen am Bach", by=ANNA)
