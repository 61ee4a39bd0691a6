"""The mailbox and the picture in a mail: set up by the owner, and what a stranger learns."""

from io import BytesIO

import pytest
from PIL import Image

from kutego.channels.sealing import unseal
from kutego.db import db, transaction
from kutego.models import Activity, Customer, Message, Role, company
from kutego.operations.messages import queue_message
from kutego.operations.opened import note_opened
from kutego.rendering.mail import mail_html
from tests import factories, imapserver
from tests.views.visitor import Visitor, staff

INBOX = "/buero/settings/inbox"


@pytest.fixture
def owner(app):
    return staff(app, factories.employee(Role.OWNER))


def house():
    db.session.rollback()
    return company()


def test_the_owner_sets_the_mailbox_up_and_tries_it(owner):
    with imapserver.running() as box:
        # given
        box.add(b"From: a@example.org\nSubject: Hallo\n\nText")
        values = {
            "imap_host": "127.0.0.1", "imap_port": str(box.port), "imap_security": "none",
            "imap_user": box.user, "imap_password": box.password, "imap_folder": "INBOX",
        }  # fmt: skip

        # when
        owner.send(INBOX, **values)
        owner.send(INBOX, **values | {"imap_password": ""})  # kept

        # then
        sealed = house().imap_password
        assert (unseal(sealed), box.password in sealed) == (box.password, False)
        assert box.password not in owner.get(INBOX).text
        assert all(box.password not in str(a.detail and a.detail.facts)
                   for a in db.session.query(Activity))  # fmt: skip
        told = owner.post("/buero/inbox-check/", {"csrf_token": owner.token(INBOX)})
        assert told.status_code == 302
        assert "heute eine E-Mail darin" in owner.get(INBOX).text
    owner.post("/buero/inbox-check/", {"csrf_token": owner.token(INBOX)})
    assert "nicht erreichbar" in owner.get(INBOX).text
    for wrong, words in (
        ({"imap_host": "a b"}, "kein Name eines Mailservers"),
        ({"imap_user": ""}, "Benutzernamen des Postfachs"),
        ({"imap_folder": "Entwürfe"}, "ohne Umlaute"),
    ):
        assert words in owner.send(INBOX, **values | wrong).text


def test_only_the_owner_sees_the_mailbox(app):
    clerk = staff(app, factories.employee(Role.OFFICE))

    assert clerk.get(INBOX).status_code == 403
    token = clerk.token("/buero/customers/new/")
    assert clerk.post("/buero/inbox-check/", {"csrf_token": token}).status_code == 403


def test_opening_is_only_told_where_the_office_wants_it(app):
    # given: off, as it comes
    customer = factories.customer()
    with transaction():
        plain = queue_message(customer, "test_mail")
    assert plain.open_token is None
    stranger = Visitor(app)

    # when
    factories.change_company(track_opens=True)
    with transaction():
        watched = queue_message(customer, "test_mail")
    token = watched.open_token

    # then
    address = f"/bild/{token}.gif"
    assert len(token) == 43
    assert f'src="http://x{address}"' in mail_html("a", "b", company(), pixel=f"http://x{address}")
    assert "<img" not in mail_html("a", "b", company())
    known, unknown = stranger.get(address), stranger.get(f"/bild/{'A' * 43}.gif")
    assert known.data == unknown.data
    assert Image.open(BytesIO(known.data)).size == (1, 1)
    assert "Set-Cookie" not in known.headers
    db.session.rollback()
    first = db.session.get(Message, watched.id).opened_at
    assert first is not None
    stranger.get(address)
    db.session.rollback()
    assert db.session.get(Message, watched.id).opened_at == first
    clerk = staff(app, factories.employee(Role.OFFICE))
    assert "Geöffnet</span>" in clerk.get(f"/buero/customers/{customer.id}/messages/").text

    # when: switched off again, mails on the way tell no more
    with transaction():
        later = queue_message(customer, "test_mail")
    factories.change_company(track_opens=False)
    note_opened(later.open_token)
    assert db.session.get(Message, later.id).opened_at is None


def test_an_address_that_takes_no_mail_is_shown_in_the_record(app):
    clerk, customer = staff(app, factories.employee(Role.OFFICE)), factories.customer()
    with transaction():
        db.session.get(Customer, customer.id).email_problem = "550 <b>unbekannt</b>"

    page = clerk.get(f"/buero/customers/{customer.id}/").text

    assert "E-Mail unzustellbar</span>" in page
    assert "kommen zurück: 550 &lt;b&gt;unbekannt&lt;/b&gt;" in page
    assert customer.name in clerk.get("/buero/customers/?f.bounces=yes").text
    assert customer.name not in clerk.get("/buero/customers/?f.bounces=no").text
