"""A whole mailing in a browser: written, looked at, sent through a real mail server, ended."""

import os
import re
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect

from kutego import clock
from kutego.db import db, transaction
from kutego.jobs import run_job
from kutego.models import ConsentSource, Customer, MailSecurity, MessageTemplate, Role, company
from kutego.operations import newsletter
from kutego.operations.customers import lock_customer
from kutego.operations.delivery import deliver_due
from kutego.operations.master_data import save_record
from tests import factories, mailserver
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def office(app):
    """The office behind a real server, with a mail server of its own."""
    clerk = factories.employee(Role.OFFICE)
    with mailserver.running() as smtp:
        with transaction():
            house = company()
            house.smtp_host, house.smtp_port = "127.0.0.1", smtp.port
            house.smtp_security, house.mail_from = MailSecurity.NONE, "post@example.org"
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
        with served(app) as url:
            yield url, cookie, smtp


def reader(name, *, agrees=True):
    customer = factories.customer(first_name=name, email=f"{name.lower()}@example.org")
    if agrees:
        newsletter.record_consent(
            customer, given_on=DAY, source=ConsentSource.PAPER, note="Formular", on=DAY, by=ANNA
        )
    return customer


def deliver():
    """What the clock would do in the next seconds."""
    db.session.rollback()
    run_job("queue_mailings", clock.today())
    deliver_due()


def readable(page, name=""):
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)
    assert sticks_out(page) <= 0
    assert accessibility(page) == []
    assert page.problems == []


def test_a_newsletter_from_the_list_of_customers_to_the_click_that_ends_it(browser, office):
    # given
    url, cookie, smtp = office
    eva, _ben, ida = reader("Eva"), reader("Ben", agrees=False), reader("Ida")
    lock_customer(ida, reason="Hausverbot", on=DAY, by=ANNA)
    text = "{{ anrede }}, wir haben Neues."
    save_record(MessageTemplate(), {"name": "Neues", "subject": "Neues", "text": text}, by=ANNA)
    eva_id = eva.id
    db.session.rollback()

    with opened(browser, url, cookie) as page:
        # when it is written to a selection
        page.goto("/buero/customers/?q=müller")
        page.get_by_label("Alle Zeilen der Seite auswählen").check()
        write = page.get_by_role("button", name="Mitteilung schreiben")
        if not write.is_visible():
            page.get_by_text("Weitere", exact=True).click()
        write.click()
        page.get_by_label("Art").select_option("newsletter")
        page.get_by_label("Vorlage").select_option(label="Neues")
        readable(page, "mailing-chosen")
        page.get_by_role("button", name=re.compile("Mitteilung schreiben")).click()

        # then the draft says who gets it, and how it reads
        expect(page.get_by_text("3 ausgewählte Kunden")).to_be_visible()
        expect(page.get_by_text("1 Kunde bekommt diese Mitteilung heute")).to_be_visible()
        expect(page.get_by_text("1 × Gesperrt")).to_be_visible()
        expect(page.get_by_text("Guten Tag Eva Müller, wir haben Neues.")).to_be_visible()
        readable(page, "mailing-draft")

        # when it is tested and sent
        draft = page.url
        page.get_by_label("Weitere Aktionen").click()
        page.get_by_role("link", name="Testmail an mich").click()
        page.get_by_role("button", name="Testmail an mich").click()
        deliver()
        assert [letter["Subject"] for letter in smtp.letters] == ["[Test] Neues"]
        page.goto(draft)
        page.get_by_role("link", name="Jetzt senden").click()
        expect(page.get_by_text("1 Kunde bekommt „Neues“.")).to_be_visible()
        page.get_by_role("button", name="Jetzt senden").click()
        page.goto(draft)
        expect(page.get_by_text("0 von 1 E-Mails an den Mailserver übergeben")).to_be_visible()
        readable(page, "mailing-running")
        deliver()

        # then the page notices by itself, and reports who was left out
        expect(page.get_by_text("Versendet", exact=True).first).to_be_visible(timeout=15_000)
        page.get_by_role("link", name="1 × Keine Einwilligung").click()
        expect(page.get_by_role("link", name="Ben Müller")).to_be_visible()
        readable(page, "mailing-left-out")

    # when the mail program ends it with one click
    letter = smtp.letters[-1]
    assert letter["To"].addresses[0].addr_spec == "eva@example.org"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(letter["List-Unsubscribe"].strip("<>")).path
    with opened(browser, url, size=PHONE, java_script_enabled=False) as page:
        page.goto(path)
        expect(page.get_by_role("button", name="Newsletter abbestellen")).to_be_visible()
        assert sticks_out_without_script(page)
        db.session.rollback()
        assert newsletter.is_subscribed(db.session.get_one(Customer, eva_id))
    click = Request(url + path, data=b"List-Unsubscribe=One-Click", method="POST")
    with urlopen(click) as answer:
        assert answer.status == 200

    # then nothing more reaches her, and the record says so
    db.session.rollback()
    assert not newsletter.is_subscribed(db.session.get_one(Customer, eva_id))
    with opened(browser, url, cookie, size=PHONE, theme="dark") as page:
        page.goto(f"/buero/customers/{eva_id}/newsletter/")
        expect(page.get_by_text("Abmeldung im E-Mail-Programm")).to_be_visible()
        readable(page, "consents")


def sticks_out_without_script(page):
    box = page.get_by_role("button", name="Newsletter abbestellen").bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] and box["height"] >= 44


def test_the_pages_of_mailings_fit_on_a_phone_in_the_dark(browser, office):
    url, cookie, _smtp = office
    course = factories.course_date()
    paths = (
        "mailings/", "mailings/do/write-mailing/", "newsletter/", "info_agents/",
        f"course_dates/{course.id}/mailings/",
        f"course_dates/{course.id}/mailings/do/plan-course-mailing/",
    )  # fmt: skip
    with opened(browser, url, cookie, size=PHONE, theme="dark") as page:
        for path in paths:
            page.goto(f"/buero/{path}")
            readable(page, path.replace("/", "-"))
    with opened(browser, url, size=PHONE) as page:
        page.goto("/newsletter/abmelden/beispiel")
        readable(page, "example")
