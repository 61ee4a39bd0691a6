"""E-mails in the office: read as the customer reads them, with the files that went along."""

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Message, MessageState, Role
from kutego.operations.attachments import attached
from kutego.operations.outbox import note_sent
from tests import factories
from tests.views.visitor import staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def test_an_email_shows_its_lines_its_files_and_what_it_tells_of(clerk):
    invoice = factories.invoice()
    message = db.session.scalar(select(Message))
    files = [file.name for file in attached(message)]

    page = clerk.get(f"/buero/messages/{message.id}/").text

    assert f'<p class="prose">{message.body}</p>'.replace("'", "&#39;") in page
    assert files
    assert all(name in page for name in files)
    assert f'/buero/invoices/{invoice.id}/">Rechnung {invoice.number}</a>' in page


def test_a_waiting_email_is_not_offered_to_be_taken_off_the_record(clerk):
    factories.invoice()
    message = db.session.scalar(select(Message))
    taken_off = f"/buero/messages/{message.id}/hide-message/"

    assert message.state is MessageState.QUEUED
    assert taken_off not in clerk.get(f"/buero/messages/{message.id}/").text

    note_sent(message)
    assert taken_off in clerk.get(f"/buero/messages/{message.id}/").text


def test_the_invoice_tells_that_its_email_was_opened(clerk):
    invoice = factories.invoice()
    message = db.session.scalar(select(Message))
    note_sent(message)
    there = f"/buero/invoices/{invoice.id}/messages/"
    assert "Geöffnet" not in clerk.get(there).text

    with transaction():
        db.session.get_one(Message, message.id).opened_at = clock.now()

    assert "Geöffnet" in clerk.get(there).text
