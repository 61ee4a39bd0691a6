"""A waiting list on both sides: the customer's phone, and the office's list."""

from decimal import Decimal

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Invoice, WaitlistEntry, WaitlistMode, WaitlistState
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.waitlist import join_waitlist
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out
from tests.factories import ANNA

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def waiting(app):
    """Two who wait for a course with one place, which is taken; all are told of a free one."""
    today = clock.today()
    factories.legal_texts(on=today)
    course = factories.course_date(
        title="Seepferdchen", price=Decimal("120.00"), capacity=1, starts_on=today,
        ends_on=today.replace(year=today.year + 1), waitlist_mode=WaitlistMode.NOTIFY_ALL,
    )  # fmt: skip
    with transaction():
        place = enrol(factories.participant(), course, starts_on=today, ends_on=course.ends_on,
                      by=ANNA)  # fmt: skip
    entries = [
        join_waitlist(factories.participant(first_name=name), course_date=course, on=today, by=ANNA)
        for name in ("Lea", "Mia")
    ]
    return place, entries, course.id


def sound(page):
    """Nothing sticks out, nothing failed, nobody is shut out."""
    assert sticks_out(page) == 0
    assert accessibility(page) == []
    assert page.problems == []


def test_a_free_place_is_booked_on_a_phone_and_the_office_sees_who_waits(browser, app, waiting):
    place, (lea, mia), course = waiting
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": factories.employee().get_id(), "_fresh": True})
    lea_id, link, mia_id = lea.id, f"/warteliste/{lea.token}", mia.id
    with served(app) as url:
        with opened(browser, url, size=PHONE) as page:
            page.goto(link)
            expect(page.get_by_text("Sie stehen auf Platz 1")).to_be_visible()
            sound(page)
            with transaction():
                remove_enrolment(place, on=clock.today(), by=ANNA)
            page.reload()
            sound(page)
            page.get_by_role("button", name="Platz ansehen und buchen").click()
            expect(page.get_by_text("Für Sie frei gehalten bis")).to_be_visible()
            for box in page.get_by_role("checkbox").all():
                box.check()
            page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
            expect(page.get_by_role("heading", name="Vielen Dank")).to_be_visible()
            page.goto(link)
            expect(page.get_by_text("Der Platz ist gebucht")).to_be_visible()
        with opened(browser, url, cookie) as page:
            page.goto(f"/buero/course_dates/{course}/waitlist/")
            expect(page.get_by_role("cell", name="Angenommen")).to_be_visible()
            sound(page)
            page.goto(f"/buero/waitlist/{mia_id}/remove-entry/")
            page.get_by_label("Grund").fill("Umgezogen")
            page.get_by_role("button", name="Streichen").click()
            expect(page.get_by_text("Von der Warteliste gestrichen.", exact=True)).to_be_visible()
            assert page.problems == []
    db.session.rollback()
    assert db.session.get_one(WaitlistEntry, lea_id).state is WaitlistState.ACCEPTED
    assert db.session.get_one(WaitlistEntry, mia_id).state is WaitlistState.WITHDRAWN
    assert db.session.scalars(select(Invoice.total)).all() == [Decimal("120.00")]
