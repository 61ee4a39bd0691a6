"""Attendance on a phone in the field: ten taps, a line that drops, a note, the PDF."""

from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Attendance, AttendanceValue, Role
from kutego.operations.enrolments import enrol
from kutego.operations.participant_notes import add_participant_note
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out
from tests.factories import ANNA

pytestmark = pytest.mark.timeout(300)

NAMES = ("Amy", "Balu", "Carlo", "Diva", "Emma", "Fiete", "Gina", "Hugo", "Ida", "Juri")


@pytest.fixture
def field(app):
    """The address of the office and the cookie of an instructor with ten dogs today."""
    on = clock.today()
    mia = factories.employee(Role.INSTRUCTOR)
    course = factories.course_date(
        title="Agility", starts_on=on, ends_on=on + timedelta(days=70), instructor_id=mia.id,
        capacity=12,
    )  # fmt: skip
    day = factories.course_day(course, on)
    for name in NAMES:
        dog = factories.participant(first_name=name)
        with transaction(dog, course):
            enrol(dog, course, starts_on=on, ends_on=course.ends_on, by=ANNA)
    add_participant_note(dog, text="Nur an langer Leine", on=on, by=ANNA)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": mia.get_id(), "_fresh": True})
    paths = f"/buero/course_dates/{course.id}/attendance/", day.id
    db.session.remove()
    with served(app) as url:
        yield url, cookie, *paths


def recorded():
    db.session.rollback()
    return [row.value for row in db.session.scalars(select(Attendance).order_by(Attendance.id))]


def test_ten_people_are_marked_with_a_tap_each_also_when_the_line_drops(browser, field):
    url, cookie, path, day = field
    with opened(browser, url, cookie, size=PHONE, has_touch=True) as page:
        page.goto("/buero/")
        page.get_by_role("link", name="Agility").click()
        expect(page.get_by_text("Nur an langer Leine")).to_be_visible()
        rows = page.locator("[data-daymarks] li")
        expect(rows).to_have_count(10)
        assert accessibility(page) == []
        assert sticks_out(page) == 0

        rows.nth(9).locator("[data-mark=excused]").tap()
        page.get_by_role("button", name="Übrige: da").tap()  # everybody, then the exceptions
        rows.nth(9).locator("[data-mark=excused]").tap()  # not yet
        state = page.locator("[data-save-state]")
        expect(state).to_have_text("Alles gespeichert.")

        page.context.set_offline(True)
        rows.nth(9).locator("[data-mark=ill]").tap()
        expect(state).to_contain_text("Keine Verbindung: 1 Eintrag ist noch nicht gespeichert")
        assert len(recorded()) == 9
        page.context.set_offline(False)
        expect(state).to_have_text("Alles gespeichert.", timeout=30_000)
        assert recorded() == [AttendanceValue.ATTENDED] * 9 + [AttendanceValue.ILL]

        undo = page.get_by_role("button", name="Rückgängig")
        rows.nth(3).locator("[data-mark=unexcused]").tap()
        expect(page.locator("[data-tally]")).to_contain_text("8 da · 2 abwesend · 0 offen")
        undo.tap()
        expect(rows.nth(3)).to_have_attribute("data-v", "attended")
        rows.nth(0).locator("[data-mark=attended]").tap()  # the same again: not yet
        expect(rows.nth(0)).to_have_attribute("data-v", "")
        expect(state).to_have_text("Alles gespeichert.")
        other = page.context.new_page()  # a second instructor
        other.goto(page.url)
        other.locator("[data-daymarks] li").nth(1).locator("[data-mark=excused]").tap()
        expect(other.locator("[data-save-state]")).to_have_text("Alles gespeichert.")
        other.close()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(rows.nth(1)).to_have_attribute("data-v", "excused")
        page.reload()
        expect(rows.nth(9).locator("[data-mark=ill]")).to_have_attribute("aria-pressed", "true")
        expect(rows.nth(0).locator("[data-mark=attended]")).to_have_attribute(
            "aria-pressed", "false"
        )
        pdf = page.request.get(f"{path}list.pdf?day={day}")
        assert pdf.body().startswith(b"%PDF")
        assert [p for p in page.problems if "ERR_INTERNET_DISCONNECTED" not in p] == []

        page.goto(path)
        assert sticks_out(page) == 0


def test_the_grid_is_filled_with_the_keyboard(browser, field):
    url, cookie, path, _day = field
    with opened(browser, url, cookie) as page:
        page.goto(path)
        assert accessibility(page) == []
        page.locator("tbody td[data-v]").first.focus()
        for key in ("t", "e", "u", "ArrowUp", "k"):
            page.keyboard.press(key)
        expect(page.locator("[data-save-state]")).to_have_text("Alles gespeichert.")

        marks = [value.value for value in recorded()]
        assert sorted(marks) == sorted(["attended", "excused", "ill"])
        assert not page.problems
