"""In a browser: two records become one and two again, and a file of customers comes in."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.jobs import run_job
from kutego.models import Customer, Role
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def office(app):
    """The address of the office and the cookie of the owner; one customer is there twice."""
    owner = factories.employee(Role.OWNER)
    for values in ({"first_name": "Jörg"}, {"first_name": "Joerg", "city": "Weimar"}):
        factories.customer(mobile="0151 2345678", **values)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": owner.get_id(), "_fresh": True})
    run_job("find_duplicates", clock.today())
    db.session.remove()
    with served(app) as url:
        yield url, cookie


def press(page, name):
    """A button of the record, in sight or in its menu; then yes on its page."""
    link = page.locator("header").get_by_role("link", name=name)
    if not link.first.is_visible():
        page.locator("header details.menu summary").last.click()
    link.first.click()
    page.get_by_role("button", name=name).click()


def test_two_records_become_one_and_two_again(browser, office):
    url, cookie = office
    with opened(browser, url, cookie) as page:
        page.goto("/buero/duplicates/")
        expect(page.get_by_text("Gleiche Telefonnummer")).to_be_visible()
        assert accessibility(page) == []
        page.get_by_role("row").nth(1).get_by_role("link").first.click()
        page.goto("/buero/duplicates/1/")
        page.get_by_role("link", name="Zusammenführen").first.click()
        page.get_by_label("Ort: Weimar").check()
        assert accessibility(page) == []
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.get_by_role("heading", name="Das wird gemacht")).to_be_visible()
        expect(page.get_by_label("Ort: Weimar")).to_be_checked()
        page.get_by_role("button", name="Zusammenführen").click()
        page.get_by_role("link", name="Zusammenführung").click()
        expect(page.get_by_text("Was umgezogen ist")).to_be_visible()
        db.session.rollback()
        first = db.session.scalars(select(Customer).where(Customer.merged_at.is_(None))).all()
        assert "Weimar" in [customer.city for customer in first]
        press(page, "Rückgängig machen")
        expect(page.get_by_text("Es sind wieder zwei Kunden.")).to_be_visible()
        assert not page.problems
    with opened(browser, url, cookie, PHONE) as page:
        for address in ("/buero/duplicates/", "/buero/duplicates/1/merge-pair/"):
            page.goto(address)
            assert sticks_out(page) == 0


def test_a_file_of_customers_comes_in(browser, office):
    url, cookie = office
    data = "Vorname;Nachname;PLZ\r\nJana;Größler;99084\r\nOle;Öhler;1\r\n".encode("cp1252")
    with opened(browser, url, cookie) as page:
        page.goto("/buero/customer_imports/")
        page.get_by_role("link", name="Datei hochladen").first.click()
        page.get_by_label("Was steht in der Datei?").select_option("Kunden")
        file = {"name": "Altbestand.csv", "mimeType": "text/csv", "buffer": data}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Datei hochladen").click()
        expect(page.get_by_role("cell", name="Größler")).to_be_visible()
        expect(page.get_by_text("Die Postleitzahl hat 5 Ziffern")).to_be_visible()
        press(page, "Spalten zuordnen")
        press(page, "Prüfen")
        run_job("work_imports", clock.today())
        expect(page.get_by_text("1 Zeilen gehen")).to_be_visible()
        assert accessibility(page) == []
        press(page, "Importieren")
        run_job("work_imports", clock.today())
        expect(page.get_by_text("1 übernommen")).to_be_visible()
        page.get_by_role("link", name="Abgelehnte Zeilen ansehen").click()
        expect(page.get_by_text("Die Postleitzahl hat 5 Ziffern")).to_be_visible()
        assert not page.problems
