"""One declaration, one form, one operation."""

from decimal import Decimal
from inspect import Parameter

import pytest

from kutego.db import db, transaction
from kutego.models import Activity, Customer, CustomerState, ParticipantState, Role
from kutego.views.panel import Place, places
from tests import factories
from tests.views.panel.conftest import logged_in
from tests.views.panel.probe import ProbeCustomers

PAGES = {"edit", "new", "export", "filter", "columns", "print", "lookup", "views", "mass", "do"}

# hash a password, look through a file or lock what comes first, then call the operation
BEFORE_THE_LOCK = {
    "create-employee", "employ-customer", "set-password", "upload-import",
    "enrol-by-hand", "move-participant", "call-off-day", "list-here",
}  # fmt: skip


def credit_of(customer):
    db.session.expire_all()
    return db.session.get_one(Customer, customer.id).credit


def lend(customer):
    return f"/probe/{customer.id}/lend-credit/"


def test_every_form_asks_for_exactly_what_its_operation_needs(office):
    wrong = []
    with office.test_request_context():
        for view in places.all_views().values():
            for button in (b for b in view.buttons if b.place is not Place.PAGE):
                known = button.parameters
                needed = {n for n in button.asked if known[n].default is Parameter.empty}
                for form in {button.form_for(many=False), button.form_for(many=True)}:
                    if bad := (_fields(form) - button.asked) | (needed - _fields(form)):
                        wrong.append((view.endpoint, button.name, bad))

    assert not wrong


def _fields(form):
    """The names of a form's fields, without building it for a record."""
    return {
        name
        for name in dir(form)
        if hasattr(getattr(form, name), "_formfield") and name not in ("submission", "csrf_token")
    }


def test_every_button_calls_an_operation(office):
    with office.app_context():
        for view in places.all_views().values():
            for button in view.buttons:
                is_one = getattr(button.operation, "is_operation", False)
                assert is_one or button.name in BEFORE_THE_LOCK, f"{view.endpoint}: {button.name}"


def test_names_of_buttons_and_tabs_do_not_collide(office):
    with office.app_context():
        for view in places.all_views().values():
            names = [b.name for b in view.buttons] + [child.slug for child in view.children]
            assert len(names) == len(set(names)), view.endpoint
            own = {b.name for b in view.buttons if b.place is Place.PAGE}
            assert not PAGES & (set(names) - own), view.endpoint


def test_a_button_does_its_operation_with_day_and_person(browser):
    customer = factories.customer()

    answer = browser.send(lend(customer), amount="12,5", due_on="2099-01-01")

    assert answer.status_code == 302
    assert answer.location == f"/buero/probe/{customer.id}/"
    assert credit_of(customer) == Decimal("12.50")
    latest = db.session.query(Activity).order_by(Activity.id.desc()).first()
    assert latest.actor == browser.employee.name
    assert "Das Guthaben ist verliehen." in browser.get(f"/probe/{customer.id}/")


def test_it_goes_back_where_it_was_pressed(browser):
    customer = factories.customer()
    path = lend(customer) + "?url=/buero/probe/%3Ff.city%3DErfurt"

    answer = browser.send(path, amount="1", due_on="2099-01-01")

    assert answer.location == "/buero/probe/?f.city=Erfurt"


def test_a_refusal_stands_on_the_form_and_nothing_typed_is_lost(browser):
    customer = factories.customer()

    answer = browser.send(lend(customer), amount="500,01", note="für Bello", due_on="2099-01-01")

    assert answer.status_code == 422
    assert "Mehr als 500,00\u00a0€ gehen nicht." in answer.text
    assert 'value="500,01"' in answer.text
    assert 'value="für Bello"' in answer.text
    assert credit_of(customer) == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("nan", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("inf", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("1e9", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("12.50", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("١٢", "Bitte einen Betrag wie 1.234,50 eingeben"),
        ("12,345", "Bitte höchstens 2 Stellen nach dem Komma."),
        ("-5", "Mindestens 0,01\u00a0€."),
        ("99999999999", "Bitte einen Betrag bis 9.999.999,99\u00a0€ eingeben."),
        ("", "Bitte ausfüllen."),
    ],
)
def test_wrong_amounts_are_told_in_german(browser, typed, sentence):
    customer = factories.customer()

    answer = browser.send(lend(customer), amount=typed, due_on="2099-01-01")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert credit_of(customer) == 0


@pytest.mark.parametrize("typed", ["quatsch", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_wrong_days_are_told_in_german(browser, typed):
    customer = factories.customer()

    answer = browser.send(lend(customer), amount="5", due_on=typed)

    assert answer.status_code == 422
    assert "Bitte ein Datum" in answer.text


def test_too_long_a_text_is_told(browser):
    customer = factories.customer()

    answer = browser.send(lend(customer), amount="5", note="x" * 41, due_on="2099-01-01")

    assert "Bitte höchstens 40 Zeichen." in answer.text
    assert credit_of(customer) == 0


def test_what_is_unusual_is_asked_once_more(browser):
    customer = factories.customer()

    asked = browser.send(lend(customer), amount="5", due_on="2020-01-01")

    assert "Das Datum liegt in der Vergangenheit." in asked.text
    assert "<li>Fällig heute</li>" in asked.text
    assert "Trotzdem: Guthaben leihen" in asked.text
    assert credit_of(customer) == 0

    browser.send(lend(customer), page=asked.text, amount="5", due_on="2020-01-01")

    assert credit_of(customer) == 5


def test_a_yes_counts_only_for_the_values_it_was_given_for(browser):
    customer = factories.customer()
    asked = browser.send(lend(customer), amount="5", due_on="2020-01-01")

    again = browser.send(lend(customer), page=asked.text, amount="400", due_on="2020-01-01")

    assert "Das Datum liegt in der Vergangenheit." in again.text
    assert credit_of(customer) == 0


def test_a_form_sent_twice_works_once(browser):
    customer = factories.customer()
    page = browser.get(lend(customer))

    first = browser.send(lend(customer), page=page, amount="5", due_on="2099-01-01")
    second = browser.send(lend(customer), page=page, amount="5", due_on="2099-01-01")

    assert (first.status_code, second.status_code) == (302, 302)
    assert credit_of(customer) == 5


def test_who_lacks_the_right_sees_no_button_and_cannot_press_it(office):
    customer = factories.customer()
    instructor = logged_in(office, Role.INSTRUCTOR)

    assert "Guthaben leihen" not in instructor.get(f"/probe/{customer.id}/")
    assert "lend-credit" not in instructor.get("/probe/")
    instructor.get(lend(customer), 403)
    answer = instructor.post(lend(customer), {"amount": "5", "due_on": "2099-01-01"})

    assert answer.status_code == 403
    assert credit_of(customer) == 0


def test_a_stranger_is_asked_to_log_in(office):
    customer = factories.customer()

    answer = office.test_client().get(f"/buero{lend(customer)}")

    assert answer.status_code in (302, 401)


def test_without_the_token_nothing_is_done(browser):
    customer = factories.customer()

    answer = browser.client.post(
        f"/buero{lend(customer)}", data={"amount": "5", "due_on": "2099-01-01"}
    )

    assert answer.status_code == 400
    assert credit_of(customer) == 0


def test_a_hidden_button_ends_in_the_refusal_of_its_operation(browser):
    customer = factories.customer()
    with transaction():
        customer.state = CustomerState.LOCKED

    assert "lend-credit" not in browser.get(f"/probe/{customer.id}/")
    answer = browser.send(lend(customer), amount="5", due_on="2099-01-01")

    assert "Der Kunde ist gesperrt." in answer.text


def test_what_would_be_done_is_shown_before_it_is_done(browser):
    customer = factories.customer()
    path = f"/probe/{customer.id}/lock-out/"

    shown = browser.send(path, reason="Zahlt nie")

    assert "Jörg Müller wird gesperrt: Zahlt nie" in shown.text
    assert db.session.get(Customer, customer.id).state is CustomerState.ACTIVE

    changed = browser.send(path, page=shown.text, reason="Bellt")

    assert "Jörg Müller wird gesperrt: Bellt" in changed.text
    db.session.expire_all()
    assert db.session.get(Customer, customer.id).state is CustomerState.ACTIVE

    browser.send(path, page=changed.text, reason="Bellt")

    db.session.expire_all()
    assert db.session.get(Customer, customer.id).lock_reason == "Bellt"


def test_a_form_offers_what_its_record_has(browser):
    mine, others = factories.participant(), factories.participant(first_name="Rex")
    path = f"/probe/{mine.customer_id}/archive-participants/"

    assert "Bello" in browser.get(path)
    assert "Rex" not in browser.get(path)
    stolen = browser.send(path, participants=[str(others.id)])
    assert "Bitte aus der Liste wählen." in stolen.text
    browser.send(path, participants=[str(mine.id)])

    db.session.expire_all()
    assert (mine.state, others.state) == (ParticipantState.ARCHIVED, ParticipantState.ACTIVE)


def test_a_button_of_the_list_leads_to_what_it_made(browser):
    sponsor = factories.customer(last_name="Pate")

    answer = browser.send("/probe/do/add-customer/", last_name="Neu", sponsor=sponsor.number)

    made = db.session.query(Customer).filter_by(last_name="Neu").one()
    assert answer.location == f"/buero/probe/{made.id}/"
    assert f'<a href="/buero/probe/{made.id}/">Kunde Neu</a>' in browser.get("/probe/")


@pytest.mark.parametrize("typed", ["#99999", "#0", "#-1", "Quatsch", "#1 or 1=1", "\u0663"])
def test_a_search_select_takes_only_what_its_list_shows(browser, typed):
    answer = browser.send("/probe/do/add-customer/", last_name="Neu", sponsor=typed)

    assert "Nicht gefunden. Bitte einen Eintrag aus der Liste wählen." in answer.text


def test_a_button_of_a_tab_works_on_the_parent(browser):
    customer = factories.customer()

    answer = browser.send(f"/probe/{customer.id}/dogs/do/name-participant/", first_name="Rex")

    assert "Jörg Müller hat schon genug Hunde." in answer.text


def test_one_call_for_all_chosen(browser):
    customers = [factories.customer() for _ in range(3)]
    chosen = {"rowid": [str(c.id) for c in customers]}

    page = browser.post("/probe/mass/praise/", chosen).text
    browser.send("/probe/mass/praise/", page=page, words="Fein")

    db.session.expire_all()
    assert {c.remark for c in customers} == {"Fein (3)"}


def test_a_name_with_markup_stays_a_name(browser):
    customer = factories.customer(last_name="<b>=cmd|x</b>")

    for path in ("/probe/", f"/probe/{customer.id}/", lend(customer), "/probe/print/"):
        assert "<b>=cmd" not in browser.get(path)
    browser.send(lend(customer), amount="5", due_on="2099-01-01")
    assert "<b>=cmd" not in browser.get("/probe/")


def test_unknown_buttons_and_records_are_not_found(browser):
    customer = factories.customer()

    browser.get(f"/probe/{customer.id}/delete-everything/", 404)
    browser.get("/probe/99999/lend-credit/", 404)
    browser.get("/probe/99999999999999999999/lend-credit/", 404)
    browser.get(f"/probe/{customer.id}/add-customer/", 404)
    browser.get("/probe/mass/archive-participants/", 404)


def test_the_button_is_named_after_its_operation():
    assert [b.name for b in ProbeCustomers.buttons][:2] == ["lend-credit", "lock-out"]
