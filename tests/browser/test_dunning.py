"""The proposal in a browser: looked at, approved for all at once, and on a phone."""

from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import DunningEntry, Role
from kutego.operations.dunning_runs import ensure_standard_run
from tests import factories
from tests.browser.pages import PHONE, accessibility, opened, served, sticks_out
from tests.factories import ANNA

pytestmark = pytest.mark.timeout(300)

ISSUED = clock.today() - timedelta(days=45)  # 31 days late today


@pytest.fixture
def office(app):
    """The address of the office and the cookie of a clerk; two customers are late."""
    ensure_standard_run(by=ANNA)
    with clock.at(clock.noon(ISSUED)):
        clerk = factories.employee(Role.OFFICE)
    for last_name in ("Groß", "Weiß"):
        with clock.at(clock.noon(ISSUED)):
            customer = factories.customer(last_name=last_name)
        factories.invoice(of=customer, on=ISSUED)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": clerk.get_id(), "_fresh": True})
    db.session.remove()
    with served(app) as url:
        yield url, cookie


def test_the_proposal_is_approved_for_all_at_once(browser, office):
    url, cookie = office
    with opened(browser, url, cookie) as page:
        page.goto("/buero/dunning_proposals/")
        expect(page.get_by_text("1. Mahnung")).to_have_count(2)
        assert accessibility(page) == []
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Schreiben senden").or_(
            page.get_by_role("link", name="Schreiben senden")
        ).first.click()
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.get_by_text("1. Mahnung zu R-")).to_have_count(2)
        page.get_by_role("button", name="Schreiben senden (2 Einträge)").click()

        expect(page.get_by_text("Abgeschlossen").first).to_be_visible()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(DunningEntry)) == 2
        page.goto("/buero/dunning_proposals/")
        expect(page.get_by_text("Heute ist nichts zu mahnen.")).to_be_visible()
        assert not page.problems


def test_notices_and_runs_fit_a_phone_and_are_open_to_everybody(browser, office):
    url, cookie = office
    with opened(browser, url, cookie, size=PHONE, theme="dark") as page:
        for path in ("dunning_proposals/", "dunning_runs/", "dunning_runs/1/stages/",
                     "collection_cases/"):  # fmt: skip
            page.goto(f"/buero/{path}")
            assert sticks_out(page) <= 0, path
            assert accessibility(page) == [], path
