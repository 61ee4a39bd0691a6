"""System mails in the office: the owner's own words, with preview and the way back."""

import pytest

from kutego.db import db
from kutego.models import MailText, Role
from tests import factories
from tests.views.visitor import staff

PAGE = "/buero/system-mails/invoice_issued/"


@pytest.fixture
def owner(app):
    return staff(app, factories.employee(Role.OWNER))


def test_the_owner_changes_a_mail_sees_it_first_and_takes_it_back(owner):
    # when: only looked at
    seen = owner.send(PAGE, subject="Neu: {{ rechnung }}", text="<b>da</b> {{ zahlung }}", look="1")

    # then
    assert "Neu: RE-2026-0123" in seen.text
    assert "&lt;b&gt;da&lt;/b&gt; Bitte überweisen" in seen.text
    assert db.session.query(MailText).count() == 0

    # when
    owner.send(PAGE, subject="Neu: {{ rechnung }}", text="{{ zahlung }}", save="1")

    # then
    assert owner.get("/buero/system-mails/").text.count("Eigener Text") == 1
    assert 'value="Neu: {{ rechnung }}"' in owner.get(PAGE).text
    wrong = owner.send(PAGE, subject="x", text="{{ kontonummer }}", save="1")
    assert wrong.status_code == 422
    assert "Den Platzhalter {{ kontonummer }} gibt es hier nicht" in wrong.text

    # when
    owner.send(PAGE, to=f"{PAGE}reset")

    # then
    assert "Eigener Text" not in owner.get("/buero/system-mails/").text
    assert owner.get("/buero/system-mails/layout/").status_code == 404


def test_only_the_owner_may(app):
    clerk = staff(app, factories.employee(Role.OFFICE))

    assert clerk.get(PAGE).status_code == 403
    assert clerk.get("/buero/system-mails/").status_code == 403
