"""The gate, the login and the session, as a browser sees them (issue A, login)."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from kutego.db import db, transaction
from kutego.models import EmployeeState, LoginAttempt, Role
from kutego.operations.employees import change_role, deactivate_employee
from kutego.views import gate
from tests.factories import ANNA, DAY, PASSWORD, employee
from tests.views.visitor import Visitor, staff

OFFICE = "/buero/"
NEW = "drei Hasen am Bach"


def fresh(record):
    db.session.rollback()
    return record


# --- the gate ---------------------------------------------------------------------------------


def test_no_page_opens_without_a_login_but_those_on_the_list(app):
    employee()
    visitor = Visitor(app)
    rules = [r for r in app.url_map.iter_rules() if "GET" in r.methods and not r.arguments]

    open_ = {r.endpoint for r in rules if visitor.get(r.rule).status_code == 200}
    led_away = {r.endpoint for r in rules if visitor.get(r.rule).location} - {"home"}

    assert open_ <= gate.PUBLIC | {"setup.index"} | {e for e in open_ if e.startswith("public.")}
    assert {"office.index", "settings.index", "employees.index_view", "auth.password"} <= led_away


def test_every_post_without_a_login_is_turned_away(app):
    employee()
    visitor = Visitor(app)
    token = visitor.token()
    rules = [r for r in app.url_map.iter_rules() if "POST" in r.methods and not r.arguments]

    for rule in rules:
        if rule.endpoint in {"auth.login", "setup.index"} or rule.endpoint.startswith("public."):
            continue
        answer = visitor.post(rule.rule, {"csrf_token": token})
        assert answer.status_code == 302, rule
        assert answer.location.startswith("/anmelden"), rule


def test_a_script_is_told_to_log_in_rather_than_led_away(app):
    answer = Visitor(app).get(OFFICE, headers={"Accept": "application/json"})

    assert answer.status_code == 401


def test_the_login_leads_back_to_the_page_that_was_wanted(app):
    petra, visitor = employee(), Visitor(app)
    away = visitor.get("/buero/settings/mail?x=1").location

    answer = visitor.log_in(petra.email, path=away)

    assert away == "/anmelden?url=/buero/settings/mail?x%3D1"
    assert answer.location == "/buero/settings/mail?x=1"


@pytest.mark.parametrize(
    "url",
    ["//evil.de", "http:/evil.de", "https://evil.de", "/\\evil.de", "/\tevil.de", "javascript:x"],
)
def test_the_login_leads_nowhere_else(app, url):
    petra, visitor = employee(), Visitor(app)
    token = visitor.token()

    answer = visitor.post(
        "/anmelden",
        {"csrf_token": token, "email": petra.email, "password": PASSWORD},
        query_string={"url": url},
    )

    assert answer.location == OFFICE


# --- the login --------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_not_sent_back(app):
    petra, visitor = employee(), Visitor(app)

    answer = visitor.log_in(petra.email, "falsch geraten")

    assert answer.status_code == 401
    assert "E-Mail-Adresse oder Passwort stimmt nicht." in answer.text
    assert "falsch geraten" not in answer.text
    assert petra.email in answer.text
    assert visitor.get(OFFICE).status_code == 302


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"email": "", "password": "x"}, "Bitte ausfüllen."),
        ({"email": "a@example.org", "password": ""}, "Bitte ausfüllen."),
        ({"email": "x" * 300, "password": "x"}, "höchstens 200 Zeichen"),
    ],
)
def test_what_is_missing_or_endless_is_not_even_tried(app, fields, sentence):
    employee()

    answer = Visitor(app).send("/anmelden", **fields)

    db.session.rollback()
    assert sentence in answer.text
    assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 0


def test_html_in_the_address_is_shown_as_text(app):
    answer = Visitor(app).send("/anmelden", email='"><script>x</script>', password="x" * 12)

    assert "<script>x" not in answer.text
    assert "&lt;script&gt;x" in answer.text


def test_without_a_token_nothing_is_tried(app):
    petra = employee()

    answer = Visitor(app).post("/anmelden", {"email": petra.email, "password": PASSWORD})

    assert answer.status_code == 400
    assert fresh(petra).last_login_at is None


def test_after_five_failures_the_door_stays_shut_for_a_while(app):
    petra, visitor = employee(), Visitor(app)
    for _turn in range(5):
        assert visitor.log_in(petra.email, "falsch geraten").status_code == 401

    answer = visitor.log_in(petra.email)

    assert answer.status_code == 429
    assert "Bitte in einer Minute wieder versuchen." in answer.text


def test_whoever_is_logged_in_is_not_asked_again(app):
    visitor = staff(app, employee())

    assert visitor.get("/anmelden").location == OFFICE


# --- the session ------------------------------------------------------------------------------


def test_the_cookie_is_safe_from_scripts_and_other_sites(app):
    visitor = Visitor(app)

    [cookie] = visitor.log_in(employee().email).headers.getlist("Set-Cookie")

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Expires" not in cookie


def test_over_https_the_cookie_is_secure(app):
    visitor = Visitor(app, base_url="https://buero.example.org")
    page = visitor.get("/anmelden")

    answer = visitor.post(
        "/anmelden",
        {"csrf_token": visitor.token(), "email": employee().email, "password": PASSWORD},
        headers={"Referer": "https://buero.example.org/anmelden"},
    )

    assert page.status_code == 200
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_login_begins_a_session_of_its_own(app):
    """What somebody else put into the browser before the login does not count after it."""
    visitor = Visitor(app)
    with visitor.client.session_transaction() as session:
        session["planted"] = "x"

    visitor.log_in(employee().email)

    with visitor.client.session_transaction() as session:
        assert "planted" not in session


def test_only_the_button_logs_out(app):
    visitor = staff(app, employee())

    assert visitor.get("/abmelden").status_code == 405
    assert visitor.post("/abmelden").status_code == 400
    assert visitor.get(OFFICE).status_code == 200

    visitor.send("/buero/passwort", to="/abmelden")

    assert visitor.get(OFFICE).status_code == 302


def test_a_session_ends_over_night(app):
    visitor = staff(app, employee())
    assert app.permanent_session_lifetime == timedelta(hours=14)

    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=0)
    time.sleep(1.1)

    assert visitor.get(OFFICE).status_code == 302


def test_a_new_password_ends_every_other_session(app):
    petra = employee()
    here, elsewhere = staff(app, petra), staff(app, petra)

    answer = here.send("/buero/passwort", old=PASSWORD, new=NEW, repeated=NEW)

    assert answer.status_code == 302
    assert here.get(OFFICE).status_code == 200
    assert elsewhere.get(OFFICE).status_code == 302
    assert Visitor(app).log_in(petra.email).status_code == 401


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"old": "falsch", "new": NEW, "repeated": NEW}, "Das bisherige Passwort stimmt nicht."),
        ({"old": PASSWORD, "new": NEW, "repeated": "anders"}, "sind verschieden"),
        ({"old": PASSWORD, "new": "kurz", "repeated": "kurz"}, "mindestens 10 Zeichen"),
        ({"old": PASSWORD, "new": "1234567890", "repeated": "1234567890"}, "zu leicht"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(app, fields, sentence):
    petra = employee()
    before = petra.password_hash

    answer = staff(app, petra).send("/buero/passwort", **fields)

    assert sentence in answer.text
    assert fresh(petra).password_hash == before
    assert all(typed not in answer.text for typed in fields.values() if len(typed) > 6)


def test_a_closed_account_is_out_at_once(app):
    employee()
    jo = employee(Role.OFFICE)
    visitor = staff(app, jo)

    deactivate_employee(jo, on=DAY, by=ANNA)

    assert visitor.get(OFFICE).status_code == 302


def test_a_session_does_not_outlive_an_account_that_was_closed_by_hand(app):
    jo = employee()
    visitor = staff(app, jo)

    with transaction(jo):
        jo.state = EmployeeState.INACTIVE

    assert visitor.get(OFFICE).status_code == 302


def test_another_role_counts_from_the_next_click(app):
    employee()
    jo = employee()
    visitor = staff(app, jo)
    assert visitor.get("/buero/settings/company").status_code == 200

    change_role(jo, role=Role.OFFICE, on=DAY, by=ANNA)

    assert visitor.get("/buero/settings/company").status_code == 403


def test_a_session_of_somebody_who_never_was_is_nobodys(app):
    visitor = staff(app, employee())
    with visitor.client.session_transaction() as session:
        session["_user_id"] = "999:" + "0" * 32

    assert visitor.get(OFFICE).status_code == 302


def test_a_page_asks_who_is_there_in_one_statement(app):
    visitor = staff(app, employee())
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))

    visitor.get("/buero/passwort")

    assert len([sql for sql in seen if "FROM employee" in sql]) == 1


# --- http -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "base, warned",
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("https://buero.example.org", False),
        ("http://192.168.1.20:8000", True),
        ("http://buero.example.org", True),
    ],
)
def test_readable_passwords_are_warned_of(app, base, warned):
    page = Visitor(app, base_url=base).get("/anmelden")

    assert ("nicht verschlüsselt" in page.text) is warned
