"""What every answer carries: headers, cookies, tokens, and error pages that say what to do."""

import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event

from kutego import create_app
from kutego.db import db
from kutego.errors import DomainError
from kutego.views.security import own_path
from tests.conftest import SECRET
from tests.factories import employee
from tests.views.visitor import Visitor, hidden_fields, staff

OFFICE = "/buero/"
THEME = "/buero/erscheinungsbild"
SAFE = "https://buero.example.org"


@pytest.fixture
def trap(app, tmp_path):
    """Somebody logged in where one page fails and one refuses."""
    app = create_app(
        database_url=app.config["SQLALCHEMY_DATABASE_URI"], instance=tmp_path, secret_key=SECRET
    )

    def broken():
        raise ZeroDivisionError("geheime Einzelheit")

    def refused():
        raise DomainError("Der Kurs ist voll.")

    app.add_url_rule("/buero/kaputt", view_func=broken)
    app.add_url_rule("/buero/abgelehnt", view_func=refused)
    app.testing = False
    return staff(app, employee())


def token_of(visitor):
    return hidden_fields(visitor.get(OFFICE).text, THEME)["csrf_token"]


# --- headers --------------------------------------------------------------------------------------


def test_every_page_forbids_foreign_and_inline_content(app):
    policy = Visitor(app).get("/anmelden").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]{20,}'(;|$)", policy)
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_nonce_is_used_once_and_stands_on_the_script(app):
    visitor = Visitor(app)
    pages = [visitor.get("/anmelden") for _ in range(2)]

    nonces = [re.search(r"'nonce-([^']+)'", p.headers["Content-Security-Policy"])[1] for p in pages]

    assert nonces[0] != nonces[1]
    assert f'<script nonce="{nonces[0]}"' in pages[0].text


def test_no_page_has_inline_styles_or_handlers(app):
    clerk = staff(app, employee())

    for path in (OFFICE, "/buero/customers/", "/buero/suche/?q=kunde", "/gibtsnicht"):
        html = clerk.get(path).text
        assert not re.search(r"\s(style|on[a-z]+)=\"", html), path
        assert "<style" not in html


def test_the_address_of_a_page_is_not_told_to_other_sites(app):
    headers = Visitor(app).get("/anmelden").headers

    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_https_is_remembered_where_it_is_spoken(app):
    assert "Strict-Transport-Security" not in Visitor(app).get("/anmelden").headers
    assert "Strict-Transport-Security" in Visitor(app, base_url=SAFE).get("/anmelden").headers


def test_a_static_file_is_kept_for_a_year_only_with_its_version(app):
    visitor = Visitor(app)
    address = re.search(r'"(/static/css/kutego\.css\?v=\w+)"', visitor.get("/anmelden").text)[1]

    with visitor.get(address) as versioned, visitor.get("/static/css/kutego.css") as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"


def test_pages_are_not_kept_by_shared_caches(app):
    assert "private" in staff(app, employee()).get(OFFICE).headers["Cache-Control"]


# --- cookies --------------------------------------------------------------------------------------


def test_the_session_cookie_is_shut_to_scripts_and_other_sites(app):
    cookie = Visitor(app).get("/anmelden").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_session_cookie_is_secure_as_soon_as_the_request_is(app):
    cookie = Visitor(app, base_url=SAFE).get("/anmelden").headers["Set-Cookie"]

    assert "Secure" in cookie


def test_a_proxy_is_believed_only_where_one_is_configured(app, tmp_path):
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    behind = create_app(
        database_url=app.config["SQLALCHEMY_DATABASE_URI"],
        instance=tmp_path,
        secret_key=SECRET,
        proxies=1,
    )

    alone = Visitor(app).get("/anmelden", headers=told)
    proxied = Visitor(behind).get("/anmelden", headers=told)

    assert "Secure" not in alone.headers["Set-Cookie"]
    assert "Secure" in proxied.headers["Set-Cookie"]


# --- tokens ---------------------------------------------------------------------------------------


def test_a_form_without_a_token_changes_nothing_and_says_why(app):
    petra = employee()

    answer = staff(app, petra).post(THEME, {"theme": "dark"})

    assert answer.status_code == 400
    assert "Dieses Formular gilt nicht mehr." in answer.text
    db.session.refresh(petra)
    assert petra.theme == "auto"


def test_a_form_may_stay_open_over_lunch(app):
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_a_browser_that_hides_the_referrer_can_still_send_forms(app):
    clerk = staff(app, employee(), base_url=SAFE)

    answer = clerk.post(THEME, {"theme": "dark", "csrf_token": token_of(clerk)})

    assert answer.status_code == 302


# --- where a form returns to ----------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/buero/customers/?page=2", "/"])
def test_a_path_of_our_own_is_a_place_to_return_to(app, target):
    with app.test_request_context("/", query_string={"url": target}):
        assert own_path() == target


@pytest.mark.parametrize(
    "target",
    [
        "", "http://evil.de", "http:/evil.de", "//evil.de", "/\\evil.de", "/\tx", "/ x",
        "\\evil.de", "javascript:alert(1)", "buero/", "/\n/evil.de", "/a\\b",
    ],
)  # fmt: skip
def test_anything_else_is_not(app, target):
    with app.test_request_context("/", query_string={"url": target}):
        assert own_path() is None


# --- error pages ----------------------------------------------------------------------------------


def test_a_missing_page_says_so_in_german_and_leads_back(app):
    clerk = staff(app, employee())

    answer = clerk.get("/buero/gibtsnicht", headers={"Referer": "http://localhost/buero/?a=1"})

    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht." in answer.text
    assert 'href="/buero/?a=1"' in answer.text


def test_an_error_page_leads_back_only_within_our_own_site(app):
    answer = Visitor(app).get("/gibtsnicht", headers={"Referer": "https://evil.de/x"})

    assert "evil.de" not in answer.text
    assert "Zurück" not in answer.text


def test_the_wrong_method_names_the_right_ones(app):
    answer = Visitor(app).get("/abmelden")

    assert answer.status_code in (302, 405)
    if answer.status_code == 405:
        assert "POST" in answer.headers["Allow"]


def test_a_failure_gives_nothing_away(trap):
    answer = trap.get("/buero/kaputt")

    assert answer.status_code == 500
    assert "Das hat leider nicht geklappt." in answer.text
    assert "geheime Einzelheit" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_refusal_that_no_form_caught_is_told_in_its_own_words(trap):
    answer = trap.get("/buero/abgelehnt")

    assert answer.status_code == 409
    assert "Der Kurs ist voll." in answer.text


def test_while_another_program_holds_the_database_nothing_is_saved_and_the_page_says_so(
    app, caplog
):
    clerk, name = staff(app, employee()), db.engine.url.database
    db.session.remove()

    @event.listens_for(db.engine, "checkout")
    def be_impatient(connection, *_others):  # ten seconds otherwise
        connection.execute("PRAGMA busy_timeout = 50")

    fields = hidden_fields(clerk.get(OFFICE).text, THEME)
    with closing(sqlite3.connect(name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = clerk.post(THEME, {**fields, "theme": "dark"})
        other.execute("ROLLBACK")

    assert answer.status_code == 503
    assert "Die Datenbank ist gerade beschäftigt." in answer.text
    assert "sqlite" not in answer.text.lower()
    assert "did not answer" in caplog.text
    assert clerk.post(THEME, {**fields, "theme": "dark"}).status_code in (200, 204, 302)


def test_a_script_gets_the_same_words_as_json(trap):
    answer = trap.get("/buero/kaputt", headers={"Accept": "application/json"})

    assert answer.status_code == 500
    assert answer.get_json()["error"] == "Das hat leider nicht geklappt."


def test_too_large_an_upload_is_told_its_limit(app):
    clerk = staff(app, employee())

    answer = clerk.post(THEME, {"theme": "x" * (13 * 1024 * 1024), "csrf_token": "x"})

    assert answer.status_code == 413
    assert "höchstens 12 MB" in answer.text
