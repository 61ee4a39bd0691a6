"""The page of an offer on a phone, and the editor of lines: readable, with and without scripts."""

from decimal import Decimal

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import Invoice, Offer, OfferState, PositionKind
from tests import factories
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def owner(app):
    """The cookie of somebody who may do everything."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return signer.dumps({"_user_id": factories.employee().get_id(), "_fresh": True})


@pytest.fixture
def offer(app):
    """An open offer of a course and a contract."""
    of = factories.customer()
    dog = factories.participant(of).id
    course = {"kind": PositionKind.COURSE, "participant_id": dog}
    lines = [
        factories.line(
            "49.00", text="Junghunde, jede Woche", course_date_id=factories.running_course().id,
            term_template_id=factories.term_template(minimum_months=6).id, **course,
        ),
        factories.line(
            "149.00", text="Welpenkurs am Samstag", course_date_id=factories.course_date().id,
            **course,
        ),
    ]  # fmt: skip
    return factories.offer(*lines, of=of, text="Wie besprochen.", on=clock.today())


@pytest.fixture
def site(app, offer, owner):
    """The address of the server; what the test read before is forgotten."""
    db.session.rollback()
    with served(app) as url:
        yield url


def look(query):
    db.session.rollback()
    return db.session.scalar(query)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_every_page_of_an_offer_can_be_read_by_everybody(browser, offer, site, size):
    path = f"/angebot/{offer.token}"
    with opened(browser, site, size=size) as page:
        for place in (path, f"{path}/ablehnen", "/rechtliches/agb/1", "/impressum", "/kuendigen"):
            page.goto(place)
            assert accessibility(page) == []
            assert sticks_out(page) <= 0
        # the last of them to the end: the notice is received and can be kept (§ 312k BGB)
        for label, words in (("Ihr Name", "Mia Weiß"), ("Welcher Vertrag?", "Junghunde"),
                             ("E-Mail-Adresse", "mia@example.org")):  # fmt: skip
            page.get_by_label(label).fill(words)
        page.get_by_role("button", name="jetzt kündigen").click()
        expect(page.get_by_role("heading", name="Ihre Kündigung ist eingegangen")).to_be_visible()
        assert accessibility(page) == []
        assert page.problems == []


def test_an_offer_is_accepted_on_a_phone_without_scripts(browser, offer, site):
    with opened(browser, site, size=PHONE, java_script_enabled=False) as page:
        page.goto(f"/angebot/{offer.token}")
        page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
        expect(page.get_by_role("alert")).to_contain_text("Bitte stimmen Sie noch zu: AGB")
        for name in ("AGB", "Datenschutzhinweise", "Widerrufsbelehrung"):
            page.get_by_role("checkbox", name=name).check()
        page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
        expect(page.get_by_role("heading", name="Vielen Dank")).to_be_visible()

    assert look(select(Offer.state)) is OfferState.ACCEPTED
    assert db.session.scalars(select(Invoice)).all() != []


def test_a_double_click_accepts_once(browser, offer, site):
    with opened(browser, site, size=PHONE) as page:
        page.goto(f"/angebot/{offer.token}")
        for name in ("terms", "privacy", "withdrawal"):
            page.check(f"[name={name}]")
        page.get_by_role("button", name="Zahlungspflichtig bestellen").dblclick()
        expect(page.get_by_role("heading", name="Vielen Dank")).to_be_visible()

    db.session.rollback()
    assert len(db.session.scalars(select(Invoice)).all()) == 2  # the contract, and the rest


def test_declining_asks_once_more(browser, offer, site):
    with opened(browser, site, size=PHONE) as page:
        page.goto(f"/angebot/{offer.token}")
        page.get_by_role("link", name="Angebot ablehnen").click()
        page.get_by_role("button", name="Ja, verbindlich ablehnen").click()
        expect(page.get_by_role("heading", name="abgelehnt")).to_be_visible()

    assert look(select(Offer.state)) is OfferState.DECLINED


def test_lines_are_filled_in_and_added_up_while_writing(browser, offer, site, owner):
    customer = offer.customer_id
    with opened(browser, site, cookie=owner) as page:
        page.goto(f"/buero/offers/new/?customer={customer}")
        page.get_by_role("button", name="Sonstiges").click()
        page.locator("[data-adding] summary").click()
        page.get_by_role("button", name="Kurs", exact=True).click()
        line = page.locator("[data-position]").nth(1)
        line.get_by_label("Kurs").select_option(label="Welpenkurs, ab 01.12.2026")
        expect(line.get_by_label("Text")).to_have_value("Welpenkurs")
        expect(line.get_by_label("Einzelpreis")).to_have_value("149,00")
        expect(page.locator("[data-totals]")).to_contain_text("149,00")
        line.get_by_label("Rabatt").fill("10")
        expect(page.locator("[data-totals]")).to_contain_text("134,10")
        page.locator("[data-position]").nth(0).get_by_role("button", name="Entfernen").click()
        expect(page.get_by_text("Position 2")).to_have_count(0)
        assert accessibility(page) == []
        page.get_by_role("button", name="Als Entwurf speichern").click()
        expect(page.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
        assert page.problems == []

    drafted = select(Offer.total).where(Offer.state == OfferState.DRAFT)
    assert look(drafted) == Decimal("134.10")


def test_lines_come_and_go_without_scripts(browser, offer, site, owner):
    customer = offer.customer_id
    with opened(browser, site, cookie=owner, size=PHONE, java_script_enabled=False) as page:
        page.goto(f"/buero/offers/new/?customer={customer}")
        page.get_by_role("button", name="Sonstiges").click()
        page.get_by_label("Text", exact=True).fill("Beratung")
        page.locator("[data-adding] summary").click()
        page.get_by_role("button", name="Produkt", exact=True).click()
        expect(page.get_by_text("Position 2")).to_be_visible()
        expect(page.get_by_label("Text", exact=True).first).to_have_value("Beratung")
        page.get_by_role("button", name="Entfernen").nth(1).click()
        page.get_by_label("Einzelpreis").fill("1.049,50")
        page.get_by_role("button", name="Vorschau").last.click()
        expect(page.locator("[data-totals]")).to_contain_text("1.049,50")
        page.get_by_role("button", name="Angebot ausstellen").click()
        expect(page.get_by_text("Das Angebot ist ausgestellt.")).to_be_visible()
