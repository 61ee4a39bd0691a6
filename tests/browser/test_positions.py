"""An invoice over five kinds of lines, written on a phone-sized screen with nothing but keys."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Invoice, InvoiceState, Package, PositionKind, Product, Role
from kutego.operations.master_data import save_record
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)
WEEK = timedelta(days=7)


@pytest.fixture
def office(app):
    """The address of the office, the cookie of a clerk, and the form of an empty invoice."""
    clerk, today = factories.employee(Role.OFFICE), clock.today()
    dog = factories.participant(first_name="Rex")
    factories.course_date(title="Welpenkurs", starts_on=today + WEEK, ends_on=today + 9 * WEEK)
    factories.event(day=today + WEEK)
    with transaction():  # more than a list shows
        many = [Product(name=f"Ball {n:02}", price=Decimal(n)) for n in range(1, 61)]
        db.session.add_all([*many, Product(name="Leine", price=Decimal("19.90"))])
    values = {"name": "10er-Karte", "units": 10, "price": Decimal("90.00")}
    save_record(Package(), values, by=factories.ANNA)
    form = f"/buero/invoices/new/?customer={dog.customer_id}"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
    db.session.remove()
    with served(app) as url:
        yield url, cookie, form


def add(page, letters):
    """Open the menu of kinds, jump to one by its letter, choose the first of its list or search."""
    if page.locator("[data-position]").count():
        page.locator("[data-adding] summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-add]").first).to_be_focused()
    else:
        page.locator("[data-add]").last.focus()
    for letter in letters:
        page.keyboard.press(letter)
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.tagName") == "SELECT":
        page.keyboard.press("ArrowDown")
    elif page.evaluate("document.activeElement.getAttribute('role')") == "combobox":
        page.keyboard.type("leine")
        page.keyboard.press("Enter")
        expect(page.locator(":focus")).to_have_value("Leine")


def test_a_mixed_invoice_is_written_with_keys_on_a_small_screen(browser, office):
    url, cookie, form = office
    with opened(browser, url, cookie, size=PHONE) as page:
        page.goto(form)
        for letters in ("k", "tt", "p", "pp", "s"):  # the second of a letter comes with the second
            add(page, letters)
        page.keyboard.type("Beratung")
        page.keyboard.press("Alt+ArrowUp")  # before the package
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.type("5,00")
        expect(page.locator("[data-totals]")).to_contain_text("275,90")  # 149 + 12 + 19.90 + 90 + 5
        assert sticks_out(page) <= 0
        assert accessibility(page) == []
        page.get_by_role("button", name="Ausstellen").press("Enter")
        expect(page.get_by_text("Die Rechnung ist ausgestellt.")).to_be_visible()
        assert not page.problems

    db.session.rollback()
    invoice = db.session.scalars(select(Invoice)).one()
    assert invoice.state is InvoiceState.ISSUED
    assert [p.kind for p in invoice.current.positions] == [
        PositionKind.COURSE, PositionKind.TICKET, PositionKind.PRODUCT, PositionKind.OTHER,
        PositionKind.PACKAGE,
    ]  # fmt: skip


def test_without_scripts_the_same_buttons_add_and_fill_lines(browser, office):
    url, cookie, form = office
    with opened(browser, url, cookie, size=PHONE, java_script_enabled=False) as page:
        page.goto(form)
        page.get_by_role("button", name="Ticket").click()
        page.get_by_label("Ticket").select_option(index=1)
        page.locator("[data-adding] summary").click()
        page.get_by_role("button", name="Paket").click()
        page.get_by_label("Paket").select_option(index=1)
        page.get_by_role("button", name="Vorschau").last.click()

        expect(page.locator("[data-totals]")).to_contain_text("102,00")
        expect(page.get_by_label("Text").first).to_have_value("Sommerfest, Erwachsene")
        assert sticks_out(page) <= 0
