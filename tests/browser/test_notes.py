"""The tab of notes in a browser: a note becomes a task, rings the bell, and is done."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import Role, Task, TaskState
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out

pytestmark = pytest.mark.timeout(300)

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def office(app):
    """The address of the office, the cookie of a clerk, and the record of a customer."""
    clerk = factories.employee(Role.OFFICE)
    record = f"/buero/customers/{factories.customer().id}/"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
    db.session.remove()
    with served(app) as url:
        yield url, cookie, record


def test_a_note_for_today_is_a_task_until_it_is_done(browser, office):
    url, cookie, record = office
    with opened(browser, url, cookie) as page:
        page.goto(f"{record}notes/")
        page.get_by_role("link", name="Notiz schreiben").first.click()
        page.get_by_label("Notiz").fill(f"Frau Müller ruft an {EVIL}")
        page.get_by_label("Wiedervorlage").fill(f"{clock.today()}")
        page.get_by_role("button", name="Notiz schreiben").click()

        bell = page.get_by_role("link", name="Eine Aufgabe offen")
        expect(bell).to_have_text("1")
        assert accessibility(page) == []
        page.goto(f"{record}notes/")
        expect(page.get_by_text(f"Frau Müller ruft an {EVIL}")).to_be_visible()
        assert accessibility(page) == []

        bell.click()
        expect(page.get_by_role("heading", name="Meine Aufgaben")).to_be_visible()
        page.get_by_role("checkbox", name="Frau Müller ruft an").check()
        page.get_by_role("button", name="Erledigt").or_(
            page.get_by_role("link", name="Erledigt")
        ).first.click()
        page.get_by_role("button", name="Erledigt").click()
        expect(page.get_by_role("link", name="Keine Aufgabe offen")).to_be_visible()
        db.session.rollback()
        assert db.session.scalar(select(Task.state)) is TaskState.DONE
        page.goto("/buero/")
        expect(page.get_by_text("Keine Aufgabe wartet auf Sie.")).to_be_visible()
        assert not page.problems


def test_notes_and_tasks_fit_on_a_phone(browser, office):
    url, cookie, _record = office
    note = factories.note(text="x" * 300 + "\n" + EVIL, follow_up_on=factories.DAY)
    with opened(browser, url, cookie, size=PHONE, theme="dark") as page:
        for path in (
            f"/buero/customers/{note.customer_id}/notes/", f"/buero/notes/{note.id}/",
            "/buero/notes/", "/buero/tasks/", "/buero/my_tasks/",
        ):  # fmt: skip
            page.goto(path)
            assert sticks_out(page) <= 0, path
            assert accessibility(page) == [], path
        assert not page.problems
