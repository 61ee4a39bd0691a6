"""The details of a customer in a browser: taken in, moved, and found by the house's own fields."""

import re

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego.db import db
from kutego.models import Customer, FieldKind
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def cookie(app):
    """Of somebody who may do everything."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return signer.dumps({"_user_id": factories.employee().get_id(), "_fresh": True})


@pytest.fixture
def site(app, cookie):
    """An office with groups and fields of its own, and its address."""
    factories.customer_group("Stammkunden")
    factories.recipient_group("Sommerfest")
    factories.custom_field("Größe", FieldKind.CHOICE, choices="klein\ngroß", is_required=True)
    factories.custom_field("Versichert bis", FieldKind.DATE, in_list=True)
    db.session.rollback()
    with served(app) as url:
        yield url


def test_a_customer_is_taken_in_moves_and_is_found_by_their_own_fields(browser, site, cookie):
    with opened(browser, site, cookie) as page:
        page.goto("/buero/customers/new/")
        page.get_by_label("Nachname").fill("Groß")
        page.get_by_label("Straße").fill("Gartenweg 5")
        page.get_by_label("Stammkunden").check()
        page.get_by_label("Versichert bis").fill("2027-12-31")
        page.get_by_role("button", name="Kunde anlegen").click()
        assert page.url.endswith("/new/"), "the browser itself asks for what must be filled in"
        page.get_by_label("Größe").select_option("klein")
        page.get_by_role("button", name="Kunde anlegen").click()

        expect(page.get_by_text("Interessent")).to_be_visible()
        for words in ("Stammkunden", "klein", "31.12.2027"):
            expect(page.locator(".cards2").get_by_text(words)).to_be_visible()
        page.get_by_role("link", name="Teilnehmer anlegen").click()
        page.get_by_label("Vorname").fill("Bello")
        page.get_by_role("button", name="Teilnehmer anlegen").click()
        db.session.rollback()
        customer = db.session.scalars(select(Customer).where(Customer.last_name == "Groß")).one()
        invoice = factories.invoice(of=customer)
        record, number = f"/buero/customers/{customer.id}/", invoice.number
        db.session.rollback()

        page.goto(record)
        expect(page.get_by_text("Interessent")).to_have_count(0)
        page.get_by_role("link", name="Bearbeiten").click()
        page.get_by_label("Straße").fill("Neuer Weg 1")
        page.get_by_label("Größe").select_option("groß")
        page.get_by_role("button", name="Änderungen speichern").click()
        expect(page.get_by_role("heading", name="Offene Rechnungen neu ausstellen")).to_be_visible()
        assert accessibility(page) == []
        choice = page.get_by_label(re.compile(number))
        expect(choice).not_to_be_checked()
        choice.check()
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.get_by_text(f"Neue Fassung von {number} an Groß, Neuer Weg 1")).to_be_visible()
        page.get_by_role("button", name="Offene Rechnungen neu ausstellen").click()
        expect(page.get_by_text("Größe: klein → groß")).to_be_visible()
        assert accessibility(page) == []

        page.goto("/buero/customers/")
        expect(page.get_by_role("columnheader", name="Versichert bis")).to_be_visible()
        page.get_by_role("link", name="Filter").click()
        page.get_by_role("group", name="Größe").get_by_label("groß").check()
        page.get_by_role("button", name="Filter anwenden").click()
        expect(page.get_by_role("link", name="Groß", exact=True)).to_be_visible()
        expect(page.get_by_text("Größe: groß")).to_be_visible()
        assert page.problems == []


@pytest.mark.parametrize("path", ["customers/new/", "customer_groups/1/", "custom_fields/1/edit/"])
def test_the_pages_can_be_read_by_everybody_on_a_phone(browser, site, cookie, path):
    with opened(browser, site, cookie, size=PHONE, theme="dark") as page:
        page.goto(f"/buero/{path}")
        assert accessibility(page) == []
        assert sticks_out(page) <= 0
        assert page.problems == []
