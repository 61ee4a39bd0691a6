"""The tab of documents in a browser: files are dropped, looked at, and refused with a reason."""

from io import BytesIO

import pytest
from flask.sessions import SecureCookieSessionInterface
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from kutego.db import db
from kutego.models import CustomerFile, Role
from tests import factories
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)

DROP = """([zone, given]) => {
    const carried = new DataTransfer();
    for (const [name, bytes] of given) carried.items.add(new File([new Uint8Array(bytes)], name));
    const init = {dataTransfer: carried, bubbles: true, cancelable: true};
    for (const kind of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(kind, init));
}"""


@pytest.fixture
def office(app):
    """The address of the office, the cookie of a clerk, and a customer with a dog."""
    clerk = factories.employee(Role.OFFICE)
    dog = factories.participant()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
    tab = f"/buero/customers/{dog.customer_id}/documents/"
    db.session.remove()
    with served(app) as url:
        yield url, cookie, tab


def png():
    out = BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


def drop(page, *files):
    zone = page.locator("[data-upload-zone]").element_handle()
    page.evaluate(DROP, [zone, [[name, list(content)] for name, content in files]])


def stored():
    db.session.rollback()
    return list(db.session.scalars(select(CustomerFile).order_by(CustomerFile.id)))


def test_two_files_are_dropped_and_a_bad_one_is_told_beside_its_name(browser, office):
    url, cookie, tab = office
    with opened(browser, url, cookie) as page:
        page.goto(tab)
        page.get_by_label("Sichtbarkeit").select_option("customer")
        drop(page, ("Impfpass.pdf", factories.pdf()), ("Hund.png", png()))

        expect(page.get_by_role("link", name="Hund.png")).to_be_visible()
        assert [(f.name, f.visibility.value) for f in stored()] == [
            ("Impfpass.pdf", "customer"), ("Hund.png", "customer"),
        ]  # fmt: skip
        assert accessibility(page) == []

        page.locator("input[type=file]").set_input_files(
            [
                {"name": "Rechnung.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"},
                {"name": "gross.pdf", "mimeType": "application/pdf", "buffer": bytes(10_485_761)},
                {"name": "Notiz.txt", "mimeType": "text/plain", "buffer": b"Hallo"},
            ]
        )
        rows = page.locator("[data-upload-list] li")
        expect(rows.nth(0)).to_contain_text("gehört zu keiner Art von Datei")
        expect(rows.nth(1)).to_contain_text("größer als 10 MB")
        expect(rows.nth(2)).to_contain_text("Hochgeladen")
        page.get_by_role("link", name="Liste neu laden").click()
        expect(page.get_by_role("link", name="Notiz.txt")).to_be_visible()
        assert len(stored()) == 3

        page.locator("tr", has_text="Hund.png").locator("a.row-link").click()
        picture = page.locator("img.file-picture")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") == 1
        assert accessibility(page) == []
        problems = [told for told in page.problems if "422" not in told]  # the refused upload
        assert problems == []


def test_the_form_uploads_without_javascript(browser, office):
    url, cookie, tab = office
    with opened(browser, url, cookie, java_script_enabled=False) as page:
        page.goto(tab)
        page.locator("input[type=file]").set_input_files(
            [
                {"name": "a.txt", "mimeType": "text/plain", "buffer": b"eins"},
                {"name": "b.txt", "mimeType": "text/plain", "buffer": b"zwei"},
            ]
        )
        page.get_by_role("button", name="Hochladen").click()

        expect(page.get_by_text("Die Dokumente sind hochgeladen.")).to_be_visible()
        expect(page.get_by_role("link", name="b.txt")).to_be_visible()
        assert len(stored()) == 2


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_tab_and_a_document_fit_in_the_dark(browser, office, size):
    url, cookie, tab = office
    customer = factories.customer()
    file = factories.customer_file(customer)
    with opened(browser, url, cookie, size=size, theme="dark") as page:
        for path in (tab, f"/buero/customers/{customer.id}/documents/{file.id}/"):
            page.goto(path)
            assert accessibility(page) == []
            assert sticks_out(page) <= 0
        assert not page.problems
