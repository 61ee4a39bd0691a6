"""Forms of master data: typed in German, saved by the one operation."""

from decimal import Decimal

import pytest

from kutego.db import db, transaction
from kutego.models import Activity, CourseDate, Customer, Participant, Role, TermTemplate
from kutego.operations import master_data
from tests import factories
from tests.views.panel.conftest import logged_in
from tests.views.panel.probe import ProbeCustomers

TEMPLATE = {"name": "Monatlich", "price": "1.049,90", "vat_rate": "7,5", "interval_months": "1"}


def test_a_record_is_made_by_its_form(browser):
    answer = browser.send("/probe-templates/new/", **TEMPLATE)

    made = db.session.query(TermTemplate).one()
    assert answer.location == f"/buero/probe-templates/{made.id}/"
    assert (made.price, made.vat_rate) == (Decimal("1049.90"), Decimal("7.50"))
    assert made.is_active is False
    assert db.session.query(Activity).filter_by(action="term_template.created").count() == 1


def test_a_change_stands_in_the_history(browser):
    term = factories.term_template()
    path = f"/probe-templates/{term.id}/edit/"
    assert 'value="49,00"' in browser.get(path)

    browser.send(path, **TEMPLATE)

    assert db.session.get_one(TermTemplate, term.id).price == Decimal("1049.90")
    changed = db.session.query(Activity).filter_by(action="term_template.changed").one()
    assert changed.detail.facts["price"] == ["49.00", "1049.90"]
    assert changed.actor == browser.employee.name


def test_two_clerks_at_the_same_record_the_second_is_told(browser):
    term = factories.term_template()
    path = f"/probe-templates/{term.id}/edit/"
    mine, theirs = browser.get(path), browser.get(path)
    browser.send(path, page=theirs, **{**TEMPLATE, "name": "Ihre"})

    answer = browser.send(path, page=mine, **{**TEMPLATE, "name": "Meine"})

    assert answer.status_code == 422
    assert "inzwischen geändert" in answer.text
    assert 'value="Meine"' in answer.text
    assert db.session.get_one(TermTemplate, term.id).name == "Ihre"


@pytest.mark.parametrize("revision", ["", "quatsch", "-1"])
def test_a_form_without_its_revision_is_refused(browser, revision):
    term = factories.term_template()
    path = f"/probe-templates/{term.id}/edit/"

    answer = browser.send(path, **TEMPLATE, revision=revision)

    assert "Bitte laden Sie die Seite neu" in answer.text
    assert db.session.get_one(TermTemplate, term.id).price == Decimal("49.00")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Bitte ausfüllen."),
        ("name", "x" * 201, "Bitte höchstens 200 Zeichen."),
        ("price", "nan", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("price", "1,234", "Bitte höchstens 2 Stellen nach dem Komma."),
        ("vat_rate", "101", "Höchstens 100 %."),
        ("interval_months", "1e3", "Bitte eine ganze Zahl eingeben."),
    ],
)
def test_wrong_input_is_told_in_german(browser, field, typed, sentence):
    answer = browser.send("/probe-templates/new/", **{**TEMPLATE, field: typed})

    assert sentence in answer.text
    assert "This field" not in answer.text
    assert db.session.query(TermTemplate).count() == 0


def test_what_the_database_refuses_is_told_without_sql(browser, monkeypatch):
    monkeypatch.delitem(master_data._rules, TermTemplate)  # it refuses with a better sentence

    answer = browser.send("/probe-templates/new/", **{**TEMPLATE, "interval_months": "99"})

    assert "Das gibt es schon, oder es wird noch gebraucht." in answer.text
    assert "CHECK" not in answer.text
    assert "INSERT" not in answer.text


def test_the_form_has_only_what_is_declared(browser):
    customer = factories.customer()
    path = f"/probe/{customer.id}/edit/"

    browser.send(path, last_name="Neu", credit="999", number="1", state="locked", id="77",
                 payment_method="bank_transfer", permanent_discount="0")  # fmt: skip

    changed = db.session.get_one(Customer, customer.id)
    assert changed.last_name == "Neu"
    assert (changed.credit, changed.state.value) == (0, "active")


def test_a_field_without_the_right_is_not_in_the_form_and_not_changed(office):
    customer = factories.customer(iban="DE02120300000000202051")
    ProbeCustomers.field_rights = {**ProbeCustomers.field_rights, "iban": None}
    try:
        clerk = logged_in(office, Role.OFFICE)
        path = f"/probe/{customer.id}/edit/"
        assert 'name="iban"' in clerk.get(path)
    finally:
        ProbeCustomers.field_rights = {**ProbeCustomers.field_rights, "iban": "customers.none"}
    try:
        assert 'name="iban"' not in clerk.get(path)
        clerk.send(path, last_name="Neu", iban="", payment_method="paypal", permanent_discount="0")
    finally:
        from kutego.models import Right

        ProbeCustomers.field_rights = {**ProbeCustomers.field_rights, "iban": Right.BANK_DATA}

    assert db.session.get_one(Customer, customer.id).iban == "DE02120300000000202051"


def test_a_foreign_key_is_a_select_of_names(browser):
    term = factories.term_template(name="Jährlich")
    retired = factories.term_template(name="Früher")
    with transaction():
        retired.is_active = False
    html = browser.get("/probe-courses/new/")
    assert "Jährlich" in html
    assert "Früher (inaktiv)" in html

    values = {"title": "Welpen", "kind": "running", "starts_on": "2026-12-01"}
    wrong = browser.send("/probe-courses/new/", **values, term_template_id="999")
    assert "Bitte aus der Liste wählen." in wrong.text
    browser.send("/probe-courses/new/", **values, term_template_id=str(term.id))

    assert db.session.query(CourseDate).one().term_template_id == term.id


def test_a_record_made_in_a_tab_belongs_to_its_parent(browser):
    customer, other = factories.customer(), factories.customer()

    browser.send(f"/probe/{customer.id}/dogs/new/", first_name="Rex", gender="male",
                 customer_id=str(other.id))  # fmt: skip

    assert db.session.query(Participant).one().customer_id == customer.id


def test_a_closed_list_takes_only_its_members(browser):
    customer = factories.customer()

    answer = browser.send(f"/probe/{customer.id}/dogs/new/", first_name="Rex", gender="quatsch")

    assert "Bitte aus der Liste wählen." in answer.text


def test_views_without_form_columns_have_no_form(browser):
    browser.get("/mass-runs/new/", 404)
    browser.get("/probe/1/deals/new/", 404)
