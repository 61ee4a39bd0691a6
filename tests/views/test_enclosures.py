"""The office's own files: put in and taken out in the settings, looked at where they went along."""

from io import BytesIO

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.models import Enclosure, Message, Role
from kutego.operations.enclosures import active_enclosures
from tests import factories
from tests.views.visitor import staff

LIST = "/buero/enclosures/"
ADD = f"{LIST}do/add-enclosure/"


@pytest.fixture
def owner(app):
    return staff(app, factories.employee(Role.OWNER))


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def upload(visitor, content, name="Hausordnung.pdf"):
    return visitor.send(ADD, file=(BytesIO(content), name))


def test_a_file_is_added_looked_at_and_removed(owner):
    content = factories.pdf()

    answer = upload(owner, content)

    db.session.rollback()
    [file] = active_enclosures()
    assert answer.headers["Location"].endswith(f"{LIST}{file.id}/")
    page = owner.get(f"{LIST}{file.id}/").text
    assert "Liegt bei" in page
    assert "hat die Beilage hinzugefügt" in page
    shown = owner.get(f"/buero/dokumente/beilage/{file.id}/Hausordnung.pdf")
    assert (shown.data, shown.mimetype) == (content, "application/pdf")

    owner.send(f"{LIST}{file.id}/remove-enclosure/")

    db.session.rollback()
    assert active_enclosures() == []
    assert "Entfernt" in owner.get(LIST).text


def test_a_wrong_file_is_refused_in_a_whole_sentence(owner):
    answer = upload(owner, b"PK\x03\x04", "Hausordnung.docx")

    assert answer.status_code == 422
    assert "„Hausordnung.docx“ ist kein PDF." in answer.text
    db.session.rollback()
    assert db.session.scalars(select(Enclosure)).all() == []


def test_the_form_sent_twice_adds_one(owner):
    page = owner.get(ADD).text
    fields = {
        name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("csrf_token", "submission")
    }
    for _ in range(2):
        file = (BytesIO(factories.pdf()), "Hausordnung.pdf")
        assert owner.post(ADD, {**fields, "file": file}).status_code == 302

    db.session.rollback()
    assert len(active_enclosures()) == 1


def test_the_files_are_set_up_by_whoever_may_change_the_settings(owner, clerk):
    file = factories.enclosure()

    assert clerk.get(LIST).status_code == 403
    assert clerk.get(ADD).status_code == 403
    assert clerk.get(f"{LIST}{file.id}/remove-enclosure/").status_code == 403
    assert "Beilagen" in owner.get("/buero/settings/").text
    assert "Beilagen" not in clerk.get("/buero/settings/").text


def test_a_mail_shows_the_files_it_carried(app, clerk):
    file = factories.enclosure("Größe & Länge.pdf")
    factories.invoice()
    mail = db.session.scalar(select(Message))

    page = clerk.get(f"/buero/messages/{mail.id}/").text

    assert page.index(".xml</a>") < page.index("Größe &amp; Länge.pdf</a>")
    address = page.split('href="/buero/dokumente/beilage/')[1].split('"')[0]
    assert clerk.get(f"/buero/dokumente/beilage/{address}").data == factories.pdf()
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    assert teacher.get(f"/buero/dokumente/beilage/{file.id}/x.pdf").status_code == 404


def test_a_location_has_its_own_files_which_the_office_puts_there(app, clerk):
    hall = factories.location()
    tab = f"/buero/locations/{hall.id}/documents/"

    answer = clerk.send(
        f"{tab}do/add-location-document/", file=(BytesIO(factories.pdf()), "Weg.pdf")
    )

    assert answer.status_code == 302, answer.text
    db.session.rollback()
    [file] = active_enclosures()
    assert (file.name, file.location) == ("Weg.pdf", hall)
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    assert f"/buero/dokumente/beilage/{file.id}/" in teacher.get(f"{tab}{file.id}/").text
    assert teacher.get(f"/buero/dokumente/beilage/{file.id}/x").data == factories.pdf()
    assert teacher.get(f"{tab}{file.id}/remove-enclosure/").status_code == 403
    clerk.send(f"{tab}{file.id}/remove-enclosure/")
    db.session.rollback()
    assert active_enclosures() == []
