"""The tab Kommunikation: written in the record, answered by mail, looked after, for everybody."""

import os
from email.message import EmailMessage

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect

from kutego.channels.sealing import seal
from kutego.db import db, transaction
from kutego.models import InboxSecurity, MailSecurity, MessageTemplate, company
from kutego.operations.delivery import deliver_due
from kutego.operations.inbox import fetch_due
from kutego.operations.master_data import save_record
from tests import factories, imapserver, mailserver
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out
from tests.factories import ANNA

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def servers(app):
    """The business sends and reads mail, over real servers."""
    with mailserver.running() as smtp, imapserver.running() as box:
        with transaction():
            house = company()
            house.smtp_host, house.smtp_port = "127.0.0.1", smtp.port
            house.smtp_security, house.mail_from = MailSecurity.NONE, "post@example.org"
            house.imap_host, house.imap_port = "127.0.0.1", box.port
            house.imap_security, house.imap_user = InboxSecurity.NONE, box.user
            house.imap_password = seal(box.password)
        yield smtp, box


def answer_to(letter, text):
    mail = EmailMessage()
    mail["From"], mail["To"] = "Jörg Müller <joerg@example.org>", "post@example.org"
    mail["Subject"], mail["Message-ID"] = f"AW: {letter['Subject']}", "<antwort@kunde.example>"
    mail["In-Reply-To"] = letter["Message-ID"]
    mail.set_content(text)
    return mail


def readable(page, name=""):
    """Nothing sticks out, nothing is wrong for anybody, the console is silent."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)
    assert sticks_out(page) <= 0
    assert accessibility(page) == []
    assert page.problems == []


def test_a_talk_from_the_first_mail_to_the_last_and_a_call(browser, app, servers, tmp_path):
    # given
    smtp, box = servers
    joerg = factories.customer(first_name="Jörg", email="joerg@example.org")
    text = "Hallo {{ vorname }}, passt Ihnen Montag?"
    values = {"name": "Terminfrage", "subject": "Ihr Termin", "text": text}
    save_record(MessageTemplate(), values, by=ANNA)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": factories.employee().get_id(), "_fresh": True})
    (tmp_path / "Packliste.pdf").write_bytes(factories.pdf())
    record = f"/buero/customers/{joerg.id}/"
    db.session.rollback()
    with served(app) as url, opened(browser, url, cookie) as page:
        # when: a template, a file, a preview, off it goes
        page.goto(record)
        page.get_by_role("link", name="Kontaktieren").click()
        page.get_by_label("Vorlage").select_option(label="Terminfrage")
        page.get_by_role("button", name="Übernehmen").click()
        expect(page.get_by_label("Betreff")).to_have_value("Ihr Termin")
        page.get_by_label("Anhänge").set_input_files(tmp_path / "Packliste.pdf")
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.locator(".preview")).to_contain_text("Hallo Jörg, passt Ihnen Montag?")
        readable(page, "contact")
        page.locator("form.card").get_by_role("button", name="Kontaktieren").click()
        expect(page.get_by_text("Die Nachricht ist unterwegs.")).to_be_visible()

        # and: the customer answers
        assert deliver_due().problems == []
        [letter] = smtp.letters
        assert [part.get_filename() for part in letter.iter_attachments()] == ["Packliste.pdf"]
        box.add(answer_to(letter, "Ja, sehr gern!\n\nAm 23.11. schrieb das Büro:\n> Hallo Jörg"))
        assert fetch_due().taken == 1

        # then: it stands in the record, and on the first page of the day
        page.goto("/buero/")
        page.get_by_role("link", name="Eine Kontaktanfrage ist neu").click()
        page.get_by_role("link", name="Ihr Termin").first.click()
        expect(page.get_by_text("Ja, sehr gern!")).to_be_visible()
        expect(page.get_by_text("> Hallo Jörg")).to_be_hidden()
        page.get_by_text("Früheres anzeigen").click()
        expect(page.get_by_text("> Hallo Jörg")).to_be_visible()
        readable(page, "thread")

        # when: it is answered, and that is all
        page.get_by_role("link", name="Antworten").click()
        page.get_by_label("Nachricht").fill("Dann bis Montag!")
        page.get_by_role("button", name="Vorschau zeigen").click()
        page.locator("form.card").get_by_role("button", name="Antworten").click()
        expect(page.get_by_text("Dann bis Montag!")).to_be_visible()
        page.get_by_label("Weitere Aktionen").click()
        page.get_by_role("link", name="Erledigt").click()
        page.locator("form.card").get_by_role("button", name="Erledigt").click()
        expect(page.locator(".record-head .badge", has_text="Erledigt")).to_be_visible()

        # and: a call, in the same tab
        page.goto(record)
        page.get_by_role("link", name="Kommunikation").click()
        page.get_by_role("link", name="Rückrufbitten", exact=True).last.click()
        page.get_by_role("link", name="Rückrufbitte aufnehmen").first.click()
        page.get_by_label("Telefonnummer").fill("0361 998877")
        page.get_by_label("Wunschzeit").fill("abends")
        page.get_by_role("button", name="Rückrufbitte aufnehmen").click()
        page.goto(f"{record}callbacks/")
        expect(page.get_by_role("cell", name="+49 361 998877")).to_be_visible()
        readable(page, "callbacks")
        page.locator(".sections").get_by_role("link", name="E-Mails").click()
        expect(page.locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_every_page_of_it_can_be_read_by_everybody(browser, demo_app, size):
    from kutego.models import Customer, Employee, MessageTemplate, Role, Thread

    owner = db.session.query(Employee).filter_by(role=Role.OWNER).first().get_id()
    signer = SecureCookieSessionInterface().get_signing_serializer(demo_app)
    cookie = signer.dumps({"_user_id": owner, "_fresh": True})
    thread = db.session.query(Thread).filter(Thread.customer_id.is_not(None)).first()
    customer = db.session.get(Customer, thread.customer_id)
    template = db.session.query(MessageTemplate).first()
    pages = {
        "threads": "threads/", "callbacks-all": "callbacks/", "one": f"threads/{thread.id}/",
        "tab": f"customers/{customer.id}/threads/", "templates": "message_templates/",
        "template": f"message_templates/{template.id}/", "system": "system-mails/",
        "system-one": "system-mails/offer_issued/", "inbox": "settings/inbox",
        "write": f"customers/{customer.id}/write-to-customer/",
    }  # fmt: skip
    db.session.rollback()
    theme = "dark" if size is PHONE else "light"
    with served(demo_app) as url, opened(browser, url, cookie, size, theme) as page:
        for name, path in pages.items():
            page.goto(f"/buero/{path}")
            readable(page, f"{name}-{size['width']}")
