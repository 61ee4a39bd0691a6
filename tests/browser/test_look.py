"""How the office looks and answers: every screen readable, by keyboard, wide and on a phone."""

import re

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego.db import db
from kutego.models import Customer, Employee, Invoice, InvoiceState, Role
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(600)

SEARCH = "#suche"


@pytest.fixture
def office(demo_app):
    """The address of the demo business, and the cookie of its owner."""
    owner = db.session.scalar(select(Employee).where(Employee.role == Role.OWNER))
    signer = SecureCookieSessionInterface().get_signing_serializer(demo_app)
    cookie = signer.dumps({"_user_id": owner.get_id(), "_fresh": True})
    db.session.remove()
    with served(demo_app) as url:
        yield url, cookie


@pytest.fixture
def page(browser, office):
    with opened(browser, *office) as page:
        yield page
        assert not page.problems


@pytest.fixture
def phone(browser, office):
    with opened(browser, *office, size=PHONE, has_touch=True, is_mobile=True) as page:
        yield page
        assert not page.problems


def first(model, *conditions):
    return db.session.scalar(select(model.id).where(*conditions).order_by(model.id).limit(1))


def screens():
    """One of every kind of page."""
    customer = first(Customer, Customer.open_amount > 0)
    invoice = first(Invoice, Invoice.state == InvoiceState.ISSUED)
    yield from (
        "/buero/",
        "/buero/customers/",
        "/buero/customers/?f.state=locked",
        "/buero/customers/new/",
        f"/buero/customers/{customer}/",
        f"/buero/customers/{customer}/credit/",
        f"/buero/customers/{customer}/invoices/",
        f"/buero/invoices/{invoice}/",
        "/buero/invoices/",
        "/buero/invoices/filter/",
        "/buero/invoices/columns/",
        "/buero/offers/",
        "/buero/settings/",
        "/buero/suche/?q=a",
        "/buero/suche/?q=er",
        "/buero/passwort",
        "/buero/gibtsnicht",
    )


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")])
def test_every_kind_of_page_is_accessible_and_fits(browser, office, size, theme):
    """Contrast hangs on the theme, width and order on the size: two of the four show all."""
    found = []
    with opened(browser, *office, size=size, theme=theme) as page:
        for path in screens():
            page.goto(path)
            found += [f"{path} {violation}" for violation in accessibility(page)]
            if (pixels := sticks_out(page)) > 0:
                found.append(f"{path} sticks out by {pixels} px")
        found += [p for p in page.problems if "404" not in p]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_login_is_accessible(browser, office, theme):
    with opened(browser, office[0], theme=theme) as page:
        page.goto("/anmelden")

        assert accessibility(page) == []


# --- search --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_a_customer_is_found_and_opened_without_the_mouse(page, key):
    customer = db.session.get(Customer, first(Customer))
    page.goto("/buero/")

    page.keyboard.press(key)
    with page.expect_response(lambda answer: answer.url.endswith(f"q={customer.number}")):
        page.keyboard.type(customer.number)
    expect(page.get_by_role("option", name=customer.name).first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/buero/customers/{customer.id}/"))


def test_arrow_keys_walk_through_the_hits_and_round_again(page):
    page.goto("/buero/")
    page.keyboard.press("/")
    page.keyboard.type("er")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    top = chosen.get_attribute("id")

    page.keyboard.press("ArrowDown")
    second = chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = chosen.get_attribute("id")

    assert len({top, second, last}) == 3
    expect(page.locator(SEARCH)).to_have_attribute("aria-activedescendant", last)


def test_escape_closes_the_hits_then_leaves_the_field(page):
    page.goto("/buero/")
    page.keyboard.press("Control+k")
    page.keyboard.type("er")
    expect(page.locator("#suchergebnisse")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.locator("#suchergebnisse")).to_be_hidden()
    expect(page.locator(SEARCH)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(SEARCH)).not_to_be_focused()


def test_enter_before_the_hits_are_there_opens_the_page_of_results(page):
    page.goto("/buero/")
    page.locator(SEARCH).fill("gibtsnicht")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Nichts gefunden für „gibtsnicht“.")


def test_a_slash_in_a_field_is_a_slash(page):
    page.goto("/buero/customers/new/")
    field = page.locator("main input[type=text]").first

    field.press_sequentially("a/b")

    expect(field).to_have_value("a/b")


# --- frame ---------------------------------------------------------------------------------------


def test_the_first_tab_leads_past_the_menu(page):
    page.goto("/buero/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_menu_folds_and_stays_folded(page):
    page.goto("/buero/")

    page.get_by_role("button", name="Menü einklappen").click()
    assert page.locator(".sidebar").bounding_box()["width"] < 60
    page.goto("/buero/invoices/")

    assert page.locator(".sidebar").bounding_box()["width"] < 60


def test_on_a_phone_the_menu_is_a_drawer(phone):
    phone.goto("/buero/")
    expect(phone.locator(".sidebar")).to_be_hidden()

    phone.get_by_role("link", name="Menü öffnen").click()
    phone.locator(".sidebar").get_by_role("link", name="Rechnungen", exact=True).click()

    expect(phone).to_have_url(re.compile("/buero/invoices/"))
    expect(phone.locator(".sidebar")).to_be_hidden()


def test_the_drawer_closes_with_escape_and_gives_the_focus_back(phone):
    phone.goto("/buero/")
    phone.get_by_role("link", name="Menü öffnen").click()

    phone.keyboard.press("Escape")

    expect(phone.locator(".sidebar")).to_be_hidden()
    expect(phone.get_by_role("link", name="Menü öffnen")).to_be_focused()


def test_the_theme_changes_at_once_and_stays(page):
    page.goto("/buero/")
    page.locator(".user-menu summary").click()

    with page.expect_response("**/erscheinungsbild") as kept:
        page.get_by_role("button", name="Dunkel").click()

    assert kept.value.status == 204
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_menu_opens_walks_and_closes_by_keyboard(page):
    page.goto("/buero/")
    menu = page.locator("[data-new-menu]")
    menu.locator("summary").focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(menu.locator("a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(menu.locator("a").last).to_be_focused()
    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_row_menu_at_the_lower_edge_is_not_cut_off(page):
    page.goto("/buero/invoices/")
    row = page.locator(".list-table tbody tr").last
    row.scroll_into_view_if_needed()

    row.get_by_role("link", name="Aktionen").click()

    expect(row.locator(".menu[open] summary")).to_be_focused()
    box = row.locator(".menu-list").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= WIDE["height"]
    expect(row.locator(".menu-list a").last).to_be_in_viewport(ratio=1)


def test_a_row_menu_opens_by_keyboard(page):
    page.goto("/buero/invoices/")
    row = page.locator(".list-table tbody tr").first
    row.get_by_role("link", name="Aktionen").focus()

    page.keyboard.press("ArrowDown")
    expect(row.locator(".menu[open] summary")).to_be_focused()
    page.keyboard.press("ArrowDown")

    expect(row.get_by_role("link", name="Öffnen")).to_be_focused()


def test_the_revenue_is_drawn_from_the_table_beside_it(page):
    page.goto("/buero/")

    expect(page.locator(".revenue tbody tr")).to_have_count(12)
    page.wait_for_function(
        "window.Chart?.getChart(document.querySelector('canvas'))?.data.labels.length === 12"
    )


# --- without scripts -----------------------------------------------------------------------------


def test_without_scripts_the_menu_opens_and_search_finds(browser, office):
    with opened(browser, *office, size=PHONE, java_script_enabled=False) as page:
        page.goto("/buero/")
        page.get_by_role("link", name="Menü öffnen").click()
        page.locator(".sidebar").get_by_role("link", name="Kunden", exact=True).click()
        expect(page).to_have_url(re.compile("/buero/customers/"))

        page.locator(SEARCH).fill("er")
        page.locator(SEARCH).press("Enter")

        expect(page.locator("main .search-hit").first).to_be_visible()

        page.goto("/buero/invoices/")
        page.get_by_role("link", name="Aktionen").first.click()
        expect(page.locator("main").get_by_role("link", name="Öffnen")).to_be_visible()
