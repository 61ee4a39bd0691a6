"""Every screen of the office, over the demo business: it opens, it asks little, it minds rights."""

import inspect
import re
from contextlib import contextmanager

import pytest
from flask_login import login_user
from markupsafe import escape
from sqlalchemy import event, func, select

from kutego.db import db
from kutego.models import CreditEntry, Employee, Role
from kutego.texts import search_key
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


def an_employee(role):
    return db.session.scalar(select(Employee).where(Employee.role == role))


def login(app, role):
    employee = an_employee(role)
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
        login_user(an_employee(Role.OWNER))
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
        login_user(an_employee(Role.OWNER))
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


OTHER_POSTS = {
    "events.check_in": "the door of an event, by admit_ticket",
    "calendar.keep": "how one employee opens the calendar, by keep_choice",
    "auth.login": "nobody is logged in yet",
    "auth.logout": "ends the session, writes no record",
    "auth.password": "asks for the old password, then calls change_own_password",
    "appearance.theme": "a preference of the user alone",
    "jobs.run": "a job run twice does nothing twice",
    "jobs.dry_run": "writes nothing",
    "public.agent_ended": "ends what the token of the address stands for, no more",
    "public.newsletter_confirmed": "the customer's own consent, by confirm_consent",
    "public.newsletter_unsubscribed": "one click of a mail program (RFC 8058), by unsubscribe",
    "public.notice_given": "a notice counts when it is received, once, by receive_notice",
    "public.waitlist_answer": "asks for the free place or leaves the list: twice changes nothing",
    "public.answer": "the customer's own answer, once, by accept_offer or decline_offer",
    "settings.section": "save_company, with the revision of the form",
    "inbox_check.test": "logs in to the mailbox, changes nothing",
    "mail_texts.edit": "change_mail_text, after its preview",
    "mail_texts.reset": "reset_mail_text",
    "settings.test_mail": "sends a mail to the person who asks for it",
    "course_dates_attendance.mark": "one tap, by record_attendance; the same again does nothing",
    "course_dates_attendance.rest": "everybody else was there, by record_rest",
    "setup.index": "the first visit, with the code of the console",
}
OF_THE_PANEL = {
    "button_view", "list_button_view", "mass_button_view",  # buttons
    "create_view", "edit_view",  # master data, and the documents written line by line
    # how a user sees their own lists
    "columns_view", "save_view", "delete_saved_view", "default_view", "save_width",
}  # fmt: skip


def test_every_route_that_writes_is_a_button_master_data_or_has_a_reason(demo_app):
    with demo_app.app_context():
        views = all_views()
    unknown = set()
    for rule in demo_app.url_map.iter_rules():
        if not {"POST", "PUT", "PATCH", "DELETE"} & rule.methods:
            continue
        blueprint, _dot, name = rule.endpoint.rpartition(".")
        known = blueprint in views and name in OF_THE_PANEL
        if not known and rule.endpoint not in OTHER_POSTS:
            unknown.add(rule.endpoint)
    assert unknown == set()


@pytest.mark.parametrize("bad", ["nan", "1e9", "-5", "12,345", "0", "", "=1+1", "9" * 30])
def test_a_wrong_amount_is_refused_in_german_and_nothing_is_written(demo_app, owner, bad):
    before = db.session.scalar(select(func.count()).select_from(CreditEntry))
    page = owner.get("/buero/customers/5/deposit-credit/").text
    fields = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)[1]
        for name in ("csrf_token", "submission")
    }
    form = fields | {"amount": bad, "kind": "goodwill", "received_on": "2026-11-20"}

    answer = owner.post("/buero/customers/5/deposit-credit/", data=form)

    assert answer.status_code in (200, 422)
    assert "invalid-feedback" in answer.text
    assert db.session.scalar(select(func.count()).select_from(CreditEntry)) == before
    assert bad == "" or f'value="{escape(bad)}"' in answer.text  # nothing typed is lost


def test_a_form_without_its_token_writes_nothing(demo_app, owner):
    before = db.session.scalar(select(func.count()).select_from(CreditEntry))
    form = {"amount": "5,00", "kind": "goodwill", "received_on": "2026-11-20"}

    answer = owner.post("/buero/customers/5/deposit-credit/", data=form)

    assert answer.status_code in (400, 422)
    assert db.session.scalar(select(func.count()).select_from(CreditEntry)) == before


@pytest.mark.parametrize(
    "slug",
    ["contracts", "offers", "invoices", "receipts", "credit_entries", "messages", "cancellations"],
)  # fmt: skip
def test_every_list_of_the_business_finds_by_the_customer_s_name(demo_app, owner, slug):
    """Folded, as on the list of customers, where the dog's name counts as well."""
    with demo_app.test_request_context():
        view = all_views()[slug]
        record = db.session.scalar(view.scope(select(view.model)).limit(1))
        address, name = f"/buero/{slug}/{record.id}/", search_key(record.customer.name)

    found = owner.get(f"/buero/{slug}/", query_string={"q": name, "size": 200}).text
    nobody = owner.get(f"/buero/{slug}/", query_string={"q": "niemand heißt so"}).text

    assert address in found
    assert "Zu Ihrer Suche gibt es nichts." in nobody
