"""The tabs SMS and letters in a browser, and what a list remembers: views and widths."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego.db import db
from kutego.jobs import run_job
from kutego.models import Message, MessageState, Role
from tests import factories
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out
from tests.factories import DAY

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def office(app):
    """The address of the office, the cookie of its owner, and an invoice."""
    factories.change_company(sms_active=True)
    customer = factories.customer(mobile="0151 23456789")
    invoice = factories.invoice(of=customer)
    owner = factories.employee(Role.OWNER)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": owner.get_id(), "_fresh": True})
    paths = f"/buero/customers/{customer.id}/", f"/buero/invoices/{invoice.id}/"
    db.session.remove()
    with served(app) as url:
        yield url, cookie, *paths


def messages(channel):
    db.session.rollback()
    query = select(Message).where(Message.channel == channel).order_by(Message.id)
    return list(db.session.scalars(query))


def sound(page):
    assert accessibility(page) == []
    assert sticks_out(page) <= 0


@pytest.mark.parametrize("size, theme", [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_an_sms_and_an_invoice_by_post_cost_what_was_shown_and_stand_in_the_record(
    browser, office, size, theme
):
    url, cookie, customer, invoice = office
    with opened(browser, url, cookie, size, theme) as page:
        page.goto(f"{customer}send-sms/")
        page.get_by_label("Text").fill("Der Kurs fällt aus. " + "€" * 80)
        expect(page.get_by_text("180 von 306 Zeichen, 2 SMS, 0,15 € je Empfänger")).to_be_visible()
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.get_by_text("2 SMS an +4915123456789 (180 Zeichen)")).to_be_visible()
        sound(page)
        page.get_by_role("button", name="SMS senden").click()
        expect(page.get_by_text("Die SMS wird gesendet.")).to_be_visible()

        page.goto(f"{invoice}post-invoice/")
        expect(page.get_by_role("cell", name="1,10 €")).to_be_visible()
        page.get_by_role("button", name="Per Post senden").click()
        expect(page.get_by_text("Der Brief wird übergeben.")).to_be_visible()
        run_job("send_sms", DAY)
        run_job("send_letters", DAY)

        [sms], [letter] = messages("sms"), messages("letter")
        assert (sms.state, letter.state) == (MessageState.SENT, MessageState.SENT)
        for tab, costs in (("sms/", "0,15 €"), ("letters/", "1,10 €")):
            page.goto(customer + tab)
            expect(page.locator("tbody").get_by_text(costs)).to_be_visible()
            sound(page)
        page.locator("tbody a.row-link").click()
        expect(page.get_by_role("link", name="Brief ansehen")).to_be_visible()
        sound(page)
        pdf = page.request.get(page.get_by_role("link", name="Brief ansehen").get_attribute("href"))
        assert pdf.body().startswith(b"%PDF-")
        page.goto("/buero/message-costs")
        expect(page.locator("tbody").get_by_text("1,25 €")).to_be_visible()
        sound(page)
        assert page.problems == []


def test_a_list_remembers_its_views_and_the_width_of_its_columns(browser, office):
    url, cookie, *_paths = office
    with opened(browser, url, cookie) as page:
        page.goto("/buero/customers/?f.city=Erfurt")
        page.get_by_text("Ansicht", exact=True).click()
        page.get_by_label("Diese Ansicht speichern als").fill("Erfurter")
        page.get_by_label("Mit Kollegen teilen").check()
        page.get_by_role("button", name="Ansicht speichern").click()
        page.get_by_text("Ansicht", exact=True).click()
        sound(page)
        page.get_by_role("button", name="Für mich damit beginnen").click()
        page.goto("/buero/customers/")
        assert "f.city=Erfurt" in page.url
        page.get_by_role("link", name="Alle", exact=True).click()
        assert "f.city" not in page.url

        head = page.get_by_role("columnheader", name="Ort")
        before = head.bounding_box()["width"]
        grip = head.locator("[data-grip]").bounding_box()
        page.mouse.move(grip["x"] + 4, grip["y"] + 9)
        page.mouse.down()
        page.mouse.move(grip["x"] + 84, grip["y"] + 9, steps=4)
        with page.expect_response("**/columns/width/") as kept:
            page.mouse.up()
        assert kept.value.status == 204
        page.reload()
        assert abs(head.bounding_box()["width"] - before - 80) < 3

        page.get_by_role("link", name="Spalten").click()
        page.get_by_label("Breite von Ort in Bildpunkten").fill("300")  # by keyboard alone
        page.keyboard.press("Enter")
        expect(page.locator("dialog")).to_have_count(0)
        assert abs(head.bounding_box()["width"] - 300) < 3
        with page.expect_download() as file:
            page.get_by_text("Export", exact=True).click()
            page.get_by_role("link", name="Als Excel-Mappe (XLSX)").click()
        assert file.value.suggested_filename.endswith(".xlsx")
        assert page.problems == []
