"""The calendar on a phone and at a desk: the list first, keys, a new course where one clicks."""

from datetime import date, time

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect

from kutego import clock
from kutego.db import db
from kutego.models import Role
from kutego.operations.course_day_changes import name_topic
from kutego.operations.course_days import add_day
from kutego.periods import DAY as ONE_DAY
from tests import factories
from tests.browser.pages import PHONE, WIDE, accessibility, opened, served, sticks_out
from tests.factories import ANNA

pytestmark = pytest.mark.timeout(120)
PAGE = "/buero/calendar/"


@pytest.fixture
def office(app):
    """A running server, the cookie of a clerk, and a lesson today and tomorrow."""
    today = clock.today()
    clerk = factories.employee(Role.OFFICE)
    swim = factories.course_date(title="Seepferdchen", starts_on=today, ends_on=None)
    how = {"starts_at": time(16), "ends_at": time(17), "on": today, "by": ANNA}
    for on in (today, today + ONE_DAY):
        name_topic(add_day(swim, held_on=on, **how), topic="Tauchen", on=today, by=ANNA)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
    db.session.remove()
    with served(app) as url:
        yield url, cookie


def shown(page):
    return page.locator(".calendar-head .active").inner_text()


def test_a_phone_opens_the_list_and_leads_to_the_day(browser, office):
    url, cookie = office
    with opened(browser, url, cookie, size=PHONE) as page:
        page.goto(PAGE)
        page.wait_for_url("**view=agenda**")
        expect(page.locator(".agenda .entry")).to_have_count(2)
        assert sticks_out(page) <= 0
        assert accessibility(page) == []
        for view in ("Monat", "Woche", "Tag"):
            page.get_by_role("navigation", name="Ansicht").get_by_role("link", name=view).click()
            expect(page.locator(".calendar-head .active")).to_have_text(view)
            assert sticks_out(page) <= 0, view
        page.locator("a.entry").first.click()
        expect(page.get_by_role("heading", name="Seepferdchen").first).to_be_visible()
        assert page.problems == []


def test_at_a_desk_keys_turn_the_pages_and_a_click_makes_a_course(browser, office):
    url, cookie = office
    with opened(browser, url, cookie, size=WIDE, theme="dark") as page:
        page.goto(f"{PAGE}?view=week&on=2026-11-24")
        for key, part in (("ArrowRight", "on=2026-12-01"), ("ArrowLeft", "on=2026-11-24"),
                          ("t", f"on={clock.today()}"), ("m", "view=month"),
                          ("w", "view=week")):  # fmt: skip
            page.keyboard.press(key)
            page.wait_for_url(f"**{part}**")
        assert accessibility(page) == []
        page.goto(f"{PAGE}?view=day&on={date(2026, 11, 24)}")
        page.locator(".day-column").click(position={"x": 300, "y": 14 * 4 * 2 + 5})  # ten o'clock
        page.get_by_role("link", name="Kurstermin um 10:00").click()
        expect(page.get_by_label("Beginn")).to_have_value("2026-11-24")
        assert page.problems == []
