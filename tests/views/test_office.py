"""Every screen of the office, over the demo business: it opens, it asks little, it minds rights."""

import inspect
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from kutego.db import db
from kutego.models import Employee, Role
from kutego.views.panel.button import GIVEN, Place
from kutego.views.panel.places import all_views

MOST_STATEMENTS = 15


@contextmanager
def statements():
    """Counts what goes to the database inside the block."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def login(app, role):
    employee = db.session.scalar(select(Employee).where(Employee.role == role))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = employee.get_id(), True
    db.session.remove()
    return client


@pytest.fixture
def owner(demo_app):
    return login(demo_app, Role.OWNER)


def record_views():
    return [view for view in all_views().values() if not hasattr(view, "parent_key")]


def lists_of(view):
    yield view.list_url
    record = db.session.scalar(select(view.model).order_by(view.model.id).limit(1))
    if record is None or not view.has_records:
        return
    page = f"{view.list_url}{record.id}/"
    yield page
    for tab in view.children:
        yield f"{page}{tab.slug}/"


def pages(app):
    with app.test_request_context():
        return [url for view in record_views() for url in lists_of(view)]


def open_page(client, url):
    with statements() as seen:
        answer = client.get(url)
    return answer, seen


def test_every_list_record_and_tab_opens_with_few_statements(demo_app, owner):
    wrong = {}
    for url in pages(demo_app):
        answer, seen = open_page(owner, url)
        if answer.status_code not in (200, 404) or len(seen) > MOST_STATEMENTS:
            wrong[url] = (answer.status_code, len(seen))
    assert wrong == {}


def test_every_button_opens_on_a_record_that_it_is_shown_for(demo_app, owner):
    with demo_app.test_request_context():
        urls = []
        for view in record_views():
            for record in db.session.scalars(select(view.model).limit(200)):
                for button in view.buttons:
                    url = f"{view.list_url}{record.id}/{button.name}/"
                    name = (view.slug, button.name)
                    if (
                        button.place is Place.RECORD
                        and name not in {n for n, _url in urls}
                        and view.get_one(record.id) is not None
                        and button.shown(record)
                    ):
                        urls.append((name, url))
    answers = {url: owner.get(url).status_code for _name, url in urls}
    assert {url: code for url, code in answers.items() if code != 200} == {}
    assert len(answers) > 20


def test_the_form_of_every_button_asks_for_exactly_what_its_operation_needs(demo_app):
    wrong = {}
    with demo_app.test_request_context():
        for view in all_views().values():
            for button in view.buttons:
                if button.place is Place.PAGE:
                    continue  # its page has a form of its own, with tests of its own
                form = button.form_for(False)(records=[], meta={"csrf": False})
                asked = {field.name for field in form} - {"submission"}
                parameters = inspect.signature(button.operation).parameters.values()
                known = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY} - GIVEN
                needed = {
                    p.name for p in parameters
                    if p.kind is p.KEYWORD_ONLY and p.default is p.empty
                } - GIVEN  # fmt: skip
                # a form may leave fields out until it knows its record
                full = asked | {"positions", "iban", "account_holder", "invoices"} & known
                if not needed <= full or not asked <= known:
                    wrong[f"{view.endpoint}.{button.name}"] = (needed - full, asked - known)
    assert wrong == {}


def test_an_instructor_sees_customers_and_courses_but_no_money(demo_app):
    instructor = login(demo_app, Role.INSTRUCTOR)

    assert instructor.get("/buero/customers/").status_code == 200
    assert instructor.get("/buero/course_dates/").status_code == 200
    for slug in ("invoices", "offers", "receipts", "refunds", "credit_entries", "messages"):
        assert instructor.get(f"/buero/{slug}/").status_code == 403, slug
    page = instructor.get("/buero/customers/").text
    assert "Guthaben" not in page
    assert instructor.get("/buero/customers/5/deposit-credit/").status_code == 403


def test_nobody_sees_anything_without_a_login(demo_app):
    stranger = demo_app.test_client()
    for url in pages(demo_app):
        answer = stranger.get(url)
        assert answer.status_code == 302, url
        assert "/anmelden" in answer.headers["Location"], url
