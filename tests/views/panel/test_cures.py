"""The known defects of Flask-Admin 2.2.1, each with its cure. See docs/flask-admin.md."""

import re

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import text

from kutego.db import db
from kutego.models import Customer
from kutego.views.panel import RecordView, places
from tests import factories

EVIL = [
    "http:/evil.de", "https:/evil.de", "//evil.de", "/\\evil.de", "http://evil.de", "javascript:x",
    "\\\\evil.de", "/\t/evil.de", " /evil.de", "evil.de",
]  # fmt: skip

# What may be sent besides buttons and forms of master data, and why.
OTHER_POSTS = {
    "columns_view": "how one employee sees a list",
    "save_view": "how one employee sees a list",
    "delete_saved_view": "how one employee sees a list",
    "default_view": "how one employee sees a list, or the owner lets all see it",
    "save_width": "how one employee sees a list",
    "mark": "one tap in the list of a course day: it calls record_attendance",
    "rest": "the same for everybody else: it calls record_rest",
    "check_in": 'the door of an event: it calls the operation behind "Einlassen"',
}
BUTTONS = {"button_view", "list_button_view", "mass_button_view"}
MASTER_DATA = {"create_view", "edit_view"}


@pytest.mark.parametrize("target", EVIL)
def test_nobody_is_sent_to_another_site(browser, target):
    customer = factories.customer()

    button = browser.send(f"/probe/{customer.id}/lend-credit/", amount="5", due_on="2099-01-01",
                          url=target)  # fmt: skip
    form = browser.send(f"/probe/{customer.id}/edit/", last_name="Neu", url=target,
                        payment_method="paypal", permanent_discount="0")  # fmt: skip
    columns = browser.post("/probe/columns/", {"column": "name", "url": target})

    for answer in (button, form, columns):
        assert answer.status_code == 302
        assert answer.location.startswith("/buero/")


def test_flask_admins_own_check_of_addresses_is_ours(office):
    import flask_admin.actions
    import flask_admin.helpers
    import flask_admin.model.base

    for module in (flask_admin.actions, flask_admin.helpers, flask_admin.model.base):
        with office.test_request_context("/?url=http:/evil.de"):
            assert module.get_redirect_target() is None


def test_every_post_wants_the_token(browser):
    customer = factories.customer()
    paths = [
        "/probe/columns/", "/probe/views/", "/probe/views/1/delete/", "/probe/new/",
        "/probe/views/default/", "/probe/columns/width/",
        f"/probe/{customer.id}/edit/", f"/probe/{customer.id}/lend-credit/",
        "/probe/do/add-customer/", "/probe/mass/lend-credit/", f"/probe/{customer.id}/dogs/new/",
    ]  # fmt: skip
    before = dump()

    for path in paths:
        for token in ({}, {"csrf_token": "falsch"}):
            answer = browser.client.post(f"/buero{path}", data={"last_name": "Neu", **token})
            assert answer.status_code == 400, path

    assert dump() == before


def dump():
    tables = [t.name for t in Customer.metadata.sorted_tables]
    rows = {n: db.session.execute(text(f"SELECT count(*) FROM {n}")).scalar() for n in tables}
    db.session.rollback()
    return rows


@pytest.mark.parametrize(
    "path",
    ["/probe/action/", "/probe/ajax/update/", "/probe/ajax/lookup/?name=customer&query=%25",
     "/probe/delete/?id=1", "/probe/details/?id=1", "/probe/edit/?id=1", "/probe/export/csv/"],
)  # fmt: skip
def test_flask_admins_own_pages_are_gone(browser, path):
    assert browser.client.get(f"/buero{path}").status_code in (404, 405)
    assert browser.post(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "values",
    [{"column_editable_list": ("city",)}, {"can_delete": True}, {"inline_models": (Customer,)}],
)
def test_what_writes_past_the_operations_cannot_be_declared(values):
    with pytest.raises(TypeError, match="operation"):
        type("Bad", (RecordView,), values)


def test_an_action_of_flask_admin_cannot_be_declared():
    from flask_admin.actions import action

    with pytest.raises(TypeError, match="declare a Button"):
        type("Bad", (RecordView,), {"run": action("run", "Run")(lambda self, ids: None)})


@pytest.mark.parametrize(
    "number", ["abc", "1,2", "0", "-1", "1e3", "٣", "99999999999999999999", ""]
)
def test_an_id_that_is_none_finds_nothing(office, number):
    factories.customer()
    with office.test_request_context():
        assert places.view_of(Customer).get_one(number) is None


def test_a_fault_of_ours_is_not_swallowed(browser, monkeypatch):
    customer = factories.customer()

    def broken(self, record):
        raise TypeError("ours")

    monkeypatch.setattr(type(places_view(browser)), "key_figures", broken)

    with pytest.raises(TypeError, match="ours"):
        browser.get(f"/probe/{customer.id}/")


def places_view(browser):
    with browser.client.application.app_context():
        return places.view_of(Customer)


def test_every_post_route_is_a_button_or_master_data_or_has_a_reason(office):
    with office.app_context():
        views = places.all_views()
    for rule in office.url_map.iter_rules():
        blueprint, _dot, name = rule.endpoint.rpartition(".")
        if blueprint not in views or not {"POST", "PUT", "PATCH", "DELETE"} & rule.methods:
            continue
        assert name in BUTTONS | MASTER_DATA | set(OTHER_POSTS), rule


def test_no_view_of_the_office_goes_past_the_panel(office):
    admin = office.extensions["admin"][0]

    for view in admin._views:
        assert not isinstance(view, ModelView) or isinstance(view, RecordView), view


def test_no_inline_script_and_no_foreign_address(browser):
    customer = factories.customer()

    for path in ("/probe/", f"/probe/{customer.id}/", "/probe/new/", "/probe/filter/"):
        html = browser.get(path)
        assert not re.search(r"\son\w+=", html)
        assert not re.search(r'style="', html)
        assert not re.search(r'(src|href)="(https?:)?//', html)
        assert "jquery" not in html.lower()


def test_everything_speaks_german(browser):
    customer = factories.customer()
    english = re.compile(r"\b(Search|Create|Edit|Delete|Save|Record|Filter by|Apply|Required)\b")

    for path in ("/probe/", f"/probe/{customer.id}/", "/probe/new/", f"/probe/{customer.id}/edit/",
                 "/probe/filter/", "/probe/columns/", "/mass-runs/"):  # fmt: skip
        words = re.sub(r"<[^>]+>", " ", browser.get(path))
        assert not english.search(words), (path, english.search(words))
    wrong = browser.send(
        "/probe-templates/new/", name="", price="x", vat_rate="", interval_months=""
    )
    assert not re.search(r"\b(field|valid|required|Not a)\b", re.sub(r"<[^>]+>", " ", wrong.text))
