"""A customer leaves, in a browser: told what is held, kept by an invoice, locked, forgotten."""

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect

from kutego.db import db
from kutego.models import Customer, CustomerState, PaymentMethod
from kutego.operations.gdpr_exports import make_open_exports
from kutego.operations.payments import record_payment
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def office(app):
    """The address of the office, the owner's cookie, and a customer with a paid invoice."""
    boss = factories.employee()
    owner = factories.customer(last_name="Abschied", remark="zieht weg")
    invoice = factories.invoice(of=owner)
    record_payment(invoice, amount=Decimal("49.00"), method=PaymentMethod.PAYPAL, paid_on=DAY,
                   on=DAY, by=ANNA)  # fmt: skip
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": boss.get_id(), "_fresh": True})
    record = f"/buero/customers/{owner.id}/"
    db.session.remove()
    with served(app) as url:
        yield url, cookie, record


def test_somebody_wants_to_be_forgotten(browser, office, app, tmp_path):
    """Delete explains what blocks; the export is fetched; the record is anonymised; all is told."""
    url, cookie, record = office
    with opened(browser, url, cookie, accept_downloads=True) as page:
        page.goto(f"{record}delete-customer/")
        expect(page.get_by_role("heading", name="kann nicht gelöscht werden")).to_be_visible()
        expect(page.locator("#inhalt").get_by_role("link", name="Rechnungen")).to_be_visible()
        assert accessibility(page) == []

        page.get_by_role("link", name="DSGVO-Auskunft erstellen").click()
        page.get_by_role("button", name="DSGVO-Auskunft erstellen").click()
        page.get_by_role("link", name="Auskunft-").click()
        expect(page.get_by_text("Sie können diese Seite verlassen")).to_be_visible()
        with app.app_context():
            make_open_exports()
        with page.expect_download() as download:  # the page looks again by itself
            page.get_by_role("link", name="herunterladen").click()
        target = tmp_path / "auskunft.zip"
        download.value.save_as(target)
        with zipfile.ZipFile(io.BytesIO(Path(target).read_bytes())) as archive:
            assert "zieht weg" in archive.read("daten/Stammdaten.json").decode()

        page.goto(f"{record}erase-customer/")
        page.get_by_role("button", name="Anonymisieren").click()
        expect(page.get_by_text("Der Kunde ist anonymisiert.")).to_be_visible()
        page.goto(f"{record}timeline/")
        expect(page.get_by_text("hat den Kunden anonymisiert")).to_be_visible()
        page.get_by_role("link", name="Geld", exact=True).click()
        expect(page.get_by_text("hat den Kunden anonymisiert")).not_to_be_visible()
        assert "Abschied" not in page.content()
        assert accessibility(page) == []
        assert page.problems == []
    with app.app_context():
        states = set(db.session.scalars(db.select(Customer.state)))
    assert CustomerState.ERASED in states


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_fit_a_phone(browser, office, theme):
    url, cookie, record = office
    with opened(browser, url, cookie, size=PHONE, theme=theme) as page:
        for place in ("timeline/", "delete-customer/", "lock-customer/"):
            page.goto(f"{record}{place}")
            assert sticks_out(page) <= 0, place
            assert accessibility(page) == [], place
