"""The door of an event on a phone: a code lets one person in, and the second time nobody."""

from datetime import time

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import Role, Ticket
from kutego.operations.ticket_codes import shown_code
from kutego.rendering.pictures import qr_uri
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)

CAMERA = """
delete window.BarcodeDetector;  // as on an iPhone
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const [paper, picture] = [canvas.getContext("2d"), new Image()];
  setInterval(() => {
    if (window.seen && picture.src !== window.seen) picture.src = window.seen;
    paper.fillStyle = "#eee";
    paper.fillRect(0, 0, 640, 480);
    paper.translate(320, 240);
    paper.rotate(0.2);
    if (picture.complete && picture.width) paper.drawImage(picture, -120, -120, 240, 240);
    paper.resetTransform();
  }, 50);
  return canvas.captureStream(20);
};
"""


@pytest.fixture
def door(app):
    """The address of the office, the cookie of who stands at the door, and two codes."""
    today = clock.today()
    event = factories.event(day=today, at=time(0), until=time(23, 59), quotas=(5,))
    factories.invoice(factories.ticket_line(event.categories[0], 2), on=today)
    codes = [ticket.code for ticket in db.session.scalars(select(Ticket).order_by(Ticket.id))]
    guard = factories.employee(Role.INSTRUCTOR)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": guard.get_id(), "_fresh": True})
    path = f"/buero/events/{event.id}/check-in/"
    db.session.remove()
    with served(app) as url:
        yield url, cookie, path, codes


def test_a_code_is_typed_or_scanned_and_lets_one_in(browser, door):
    url, cookie, path, (typed, scanned) = door
    with opened(browser, url, cookie, PHONE) as page:
        page.add_init_script(CAMERA)
        page.goto(path.removesuffix("check-in/"))
        page.get_by_role("link", name="Einlass öffnen").click()
        page.get_by_label("Code", exact=True).fill(shown_code(typed).lower())
        page.get_by_role("button", name="Einlassen").first.click()
        answer = page.get_by_role("status")
        expect(answer.get_by_text("Gültig")).to_be_visible()
        expect(page.get_by_text("1 von 2 eingelassen")).to_be_visible()
        assert accessibility(page) == []
        assert sticks_out(page) <= 0

        page.get_by_label("Code", exact=True).fill(typed)
        page.keyboard.press("Enter")  # as a hand scanner does
        expect(answer.get_by_text("Schon eingelassen")).to_be_visible()
        assert path in page.url

        page.context.set_offline(True)
        page.get_by_label("Code", exact=True).fill(scanned)
        page.keyboard.press("Enter")
        expect(answer.get_by_text("Nicht geprüft")).to_be_visible()
        expect(page.get_by_label("Code", exact=True)).to_have_value(scanned)
        page.context.set_offline(False)
        page.get_by_label("Code", exact=True).fill("")
        page.problems.clear()

        page.evaluate("picture => { window.seen = picture; }", qr_uri(scanned))
        page.get_by_role("button", name="Mit der Kamera scannen").click()
        expect(answer.get_by_text("Gültig")).to_be_visible()
        expect(page.get_by_text("2 von 2 eingelassen")).to_be_visible()
        expect(page.get_by_text("Alle sind da.")).to_be_visible()
        assert not page.problems

        page.get_by_label("Nach Namen suchen").fill("muller")
        page.get_by_role("button", name="Suchen").click()
        expect(page.get_by_text("Eingelassen", exact=True)).to_have_count(2)


def test_without_scripts_the_door_works_too(browser, door):
    url, cookie, path, (code, _other) = door
    with opened(browser, url, cookie, PHONE, java_script_enabled=False) as page:
        page.goto(path)
        page.get_by_text("Mehrere Eingänge?").click()
        page.get_by_label("Eingang", exact=True).fill("Tor Nord")
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Einlassen").first.click()
        expect(page.get_by_role("status").get_by_text("Gültig")).to_be_visible()
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Einlassen").first.click()
        expect(page.get_by_role("status").get_by_text("Tor Nord")).to_be_visible()
