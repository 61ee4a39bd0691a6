"""A button on many records, and the page of the run it starts."""

from decimal import Decimal

from kutego.db import db, transaction
from kutego.models import Customer, CustomerState, ItemState, MassRun, MassRunItem, Role, RunState
from kutego.operations import runs
from tests import factories
from tests.views.panel.conftest import logged_in

LEND = "/probe/mass/lend-credit/"
FIELDS = {"amount": "5", "due_on": "2099-01-01"}


def many(count, **values):
    return [factories.customer(**values) for _ in range(count)]


def chosen(customers):
    return {"rowid": [str(customer.id) for customer in customers]}


def credits():
    kept = Customer.last_name == "Müller"
    return [c.credit for c in db.session.query(Customer).filter(kept).order_by(Customer.id)]


def run_of(answer):
    assert answer.status_code == 302, answer.text
    return answer.location.removeprefix("/buero")


def test_a_selection_is_worked_on_and_each_record_reported(browser):
    customers = many(3)
    with transaction():
        customers[1].state = CustomerState.LOCKED

    page = browser.post(LEND, chosen(customers)).text
    assert "3 Einträge" in page
    path = run_of(browser.send(LEND, page=page, **FIELDS))
    report = browser.get(path)

    assert credits() == [5, 0, 5]
    assert "2 erledigt" in report
    assert "1 abgelehnt" in report
    assert "Der Kunde ist gesperrt." in report
    assert f'<a href="/buero/probe/{customers[1].id}/">Jörg Müller</a>' in report

    with transaction():
        customers[1].state = CustomerState.ACTIVE
    assert "Übrige noch einmal versuchen" in report
    browser.send(f"{path}retry-run/")
    runs.work_open_runs()
    assert credits() == [5, 5, 5]
    assert "Übrige noch einmal versuchen" not in browser.get(path)


def test_all_rows_of_the_filter_and_not_of_the_page(browser):
    many(30, city="Jena")
    many(2, city="Gotha")
    asked = {"all": "1", "query": "?f.city=Jena&size=20&page=1", "rowid": ["1", "2"]}

    page = browser.post(LEND, asked).text
    assert "30 Einträge, alle Zeilen des Filters" in page
    browser.send(LEND, page=page, **FIELDS)

    assert credits() == [5] * 30 + [0] * 2


def test_rows_that_came_in_between_are_told(browser):
    many(2, city="Jena")
    page = browser.post(LEND, {"all": "1", "query": "?f.city=Jena"}).text
    many(1, city="Jena")

    again = browser.send(LEND, page=page, **FIELDS).text

    assert "Inzwischen passen andere Zeilen zum Filter." in again
    assert credits() == [0, 0, 0]
    browser.send(LEND, page=again, **FIELDS)
    assert credits() == [5, 5, 5]


def test_more_than_fifty_run_in_the_background(browser):
    many(52, city="Jena")
    page = browser.post(LEND, {"all": "1", "query": "f.city=Jena"}).text
    path = run_of(browser.send(LEND, page=page, **FIELDS))
    assert sum(credits()) == 0

    started = browser.client.get(f"/buero{path}progress/").json
    runs.work_run(db.session.query(MassRun).one().id, most=13)
    halfway = browser.client.get(f"/buero{path}progress/").json

    assert (started["state"], started["touched"], started["total"]) == ("running", 0, 52)
    assert (halfway["touched"], halfway["percent"]) == (13, 25)
    assert halfway["rate"] > 0
    assert "Sie können diese Seite verlassen" in browser.get(path)

    assert browser.send(f"{path}cancel-run/").status_code == 302
    runs.work_open_runs()

    assert sum(credits()) == 13 * 5
    assert db.session.query(MassRun).one().state is RunState.CANCELLED


def test_a_mass_form_sent_twice_starts_one_run(browser):
    customers = many(2)
    page = browser.post(LEND, chosen(customers)).text

    first = browser.send(LEND, page=page, **FIELDS)
    second = browser.send(LEND, page=page, **FIELDS)

    assert first.location == second.location
    assert credits() == [5, 5]
    assert db.session.query(MassRun).count() == 1


def test_one_chosen_row_gets_the_form_of_one(browser):
    [customer] = many(1)

    answer = browser.post(LEND, chosen([customer]))

    assert answer.location == f"/buero/probe/{customer.id}/lend-credit/"
    from_list = browser.post(LEND, chosen([customer]) | {"url": "/buero/probe/?page=2"})
    assert from_list.location.endswith("/lend-credit/?url=%2Fbuero%2Fprobe%2F%3Fpage%3D2")


def test_nothing_chosen_is_told(browser):
    answer = browser.post(LEND, {"rowid": ["99999", "quatsch", "-1", "9" * 30]})

    assert answer.status_code == 302
    assert "Bitte wählen Sie zuerst mindestens eine Zeile." in browser.get("/probe/")


def test_wrong_values_start_nothing(browser):
    customers = many(2)
    page = browser.post(LEND, chosen(customers)).text

    answer = browser.send(LEND, page=page, amount="nan", due_on="2099-01-01")

    assert answer.status_code == 422
    assert 'value="nan"' in answer.text
    assert db.session.query(MassRun).count() == 0


def test_the_preview_names_each_record(browser):
    customers = many(2)
    with transaction():
        customers[0].credit = Decimal("3.00")
        customers[1].credit = Decimal("4.00")
    path = "/probe/mass/lock-out/"
    page = browser.post(path, chosen(customers)).text

    shown = browser.send(path, page=page, reason="Ruhe").text

    assert shown.count("Jörg Müller wird gesperrt: Ruhe") == 2
    assert "7,00\u00a0€" in shown
    assert db.session.query(MassRun).count() == 0
    browser.send(path, page=shown, reason="Ruhe")
    assert {c.state for c in customers} == {CustomerState.LOCKED}


def test_questions_of_a_run_are_answered_on_its_page(browser):
    customers = many(2)
    page = browser.post(LEND, chosen(customers)).text
    path = run_of(browser.send(LEND, page=page, amount="5", due_on="2020-01-01"))
    assert "Rückfragen bestätigen" in browser.get(path)
    assert credits() == [0, 0]

    browser.send(f"{path}confirm-run/")
    runs.work_open_runs()

    assert credits() == [5, 5]
    assert "Rückfragen bestätigen" not in browser.get(path)


def test_a_question_about_all_records_together_is_asked_and_answered(browser):
    customers = many(2)
    path = "/probe/mass/praise/"
    page = browser.post(path, chosen(customers)).text

    asked = browser.send(path, page=page, words="FEIN")
    assert "Wirklich so laut?" in asked.text
    assert "Trotzdem: Loben" in asked.text
    assert db.session.query(Customer).filter(Customer.remark.is_not(None)).count() == 0
    again = browser.send(path, page=asked.text, words="SITZ")
    assert "Wirklich so laut?" in again.text
    assert browser.send(path, page=again.text, words="SITZ").status_code == 302

    assert {c.remark for c in db.session.query(Customer).filter_by(last_name="Müller")} == {
        "SITZ (2)"
    }


def test_the_right_of_the_button_counts_for_many_too(office):
    customers = many(2)
    instructor = logged_in(office, Role.INSTRUCTOR)

    assert "mass/lend-credit" not in instructor.get("/probe/")
    assert instructor.post(LEND, {**chosen(customers), **FIELDS}).status_code == 403
    assert credits() == [0, 0]


def test_a_run_is_seen_by_who_started_it_and_by_who_may_see_jobs(browser, office):
    office_clerk = logged_in(office, Role.OFFICE)
    customers = many(2)
    page = office_clerk.post(LEND, chosen(customers)).text
    path = run_of(office_clerk.send(LEND, page=page, **FIELDS))

    assert "2 erledigt" in office_clerk.get(path)
    assert "2 erledigt" in browser.get(path)
    assert "Alle Einträge" in browser.get(f"{path}items/")
    colleague = logged_in(office, Role.OFFICE)
    colleague.get(path, 404)
    colleague.get(f"{path}items/", 404)
    colleague.get(f"{path}progress/", 404)


def test_the_records_of_a_run_can_be_filtered_and_exported(browser):
    customers = many(2)
    page = browser.post(LEND, chosen(customers)).text
    path = run_of(browser.send(LEND, page=page, **FIELDS))
    with transaction():
        db.session.query(MassRunItem).first().state = ItemState.REFUSED

    html = browser.get(f"{path}items/?f.state=refused")

    assert html.count("row-link") == 1
    assert f'href="/buero/probe/{customers[0].id}/"' in html
