"""Lists, widened: views shared with colleagues, what a list opens with, widths, Excel workbooks."""

import io
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from kutego.db import db, transaction
from kutego.models import ListPreference, Role, SavedView
from tests import factories
from tests.views.panel.conftest import logged_in


@pytest.fixture
def clerk(office, browser):
    """A colleague of the owner who is logged in as `browser`."""
    return logged_in(office, Role.OFFICE)


def saved(browser, name="Erfurter", **form):
    browser.post("/probe/views/?f.city=Erf", {"name": name, **form})
    return db.session.query(SavedView).filter_by(name=name).one()


def begin(browser, who, view="", **headers):
    return browser.post("/probe/views/default/", {"who": who, "view": view}, **headers)


def opened(browser):
    return browser.client.get("/buero/probe/").location


def test_a_shared_view_is_used_by_colleagues_and_changed_by_its_owner_alone(browser, clerk, office):
    view = saved(browser, shared="1")
    there = clerk.get("/probe/?view=0")
    assert "Erfurter" in there
    assert f"Geteilt von {view.employee.name}" in there
    used = clerk.get(f"/probe/?f.city=Erf&view={view.id}")
    assert f"views/{view.id}/delete/" not in used
    assert clerk.post(f"/probe/views/{view.id}/delete/").status_code == 404

    own = clerk.post("/probe/views/?f.city=Jena", {"name": "Erfurter"})  # a copy of their own
    assert own.status_code == 302
    db.session.expire_all()
    assert db.session.get(SavedView, view.id).query == {"f.city": ["Erf"]}

    saved_again = browser.post("/probe/views/?f.city=Erf", {"name": "Erfurter"})  # not shared now
    assert saved_again.status_code == 302
    assert f"view={view.id}" not in clerk.get("/probe/?view=0")
    teacher = logged_in(office, Role.INSTRUCTOR)
    teacher.post("/probe/views/?f.city=Erf", {"name": "Meine", "shared": "1"})
    assert db.session.query(SavedView).filter_by(name="Meine").count() == 0


def test_a_list_opens_with_the_view_for_all_or_with_the_one_somebody_chose(browser, clerk):
    mine, shared = saved(browser, "Meine"), saved(browser, "Alle Erfurter", shared="1")
    assert opened(browser) is None

    begin(browser, "all", mine.id)  # not shared: refused
    assert opened(clerk) is None
    begin(clerk, "all", shared.id)  # no right to the settings: refused
    assert opened(clerk) is None
    begin(browser, "all", shared.id)
    begin(browser, "me", mine.id)
    begin(clerk, "me", mine.id)  # of another and not shared: refused

    assert opened(clerk) == f"/buero/probe/?f.city=Erf&view={shared.id}"
    assert opened(browser) == f"/buero/probe/?f.city=Erf&view={mine.id}"
    assert clerk.client.get("/buero/probe/?view=0").status_code == 200
    assert 'href="/buero/probe/?view=0"' in clerk.get(f"/probe/?f.city=Erf&view={shared.id}")

    begin(clerk, "me")
    assert opened(clerk) is None
    browser.post(f"/probe/views/{mine.id}/delete/")
    assert opened(browser) == f"/buero/probe/?f.city=Erf&view={shared.id}"
    for who, view in (("nobody", ""), ("me", "9999"), ("me", "x")):
        assert begin(browser, who, view).status_code in (302, 404)
    assert begin(browser, "me", "9999").status_code == 404


def test_widths_are_kept_per_user_and_list_and_served_as_a_stylesheet(browser, clerk):
    factories.customer()
    form = {"column": ["name", "city"], "size": "50", "width.city": "120", "width.name": ""}
    browser.post("/probe/columns/", form)
    page = browser.get("/probe/")
    [link] = [part.split('"')[0] for part in page.split('href="') if "widths.css" in part[:200]]

    rules = browser.client.get(link)
    assert rules.mimetype == "text/css"
    assert "nth-child(3) { width: 120px;" in rules.text  # behind the boxes and the name
    assert "widths.css" not in clerk.get("/probe/")
    assert "style=" not in page

    dragged = browser.post("/probe/columns/width/", {"column": "name", "width": "333"})
    assert dragged.status_code == 204
    for column, width, status in (("name", "5", 422), ("name", "99999", 422), ("iban", "90", 404)):
        sent = clerk.post("/probe/columns/width/", {"column": column, "width": width})
        assert sent.status_code in (status, 204 if column == "iban" else status)
    db.session.expire_all()
    preference = db.session.query(ListPreference).filter_by(view="probe").first()
    assert preference.widths == {"city": 120, "name": 333}
    browser.post("/probe/columns/", {"column": ["name"], "width.name": "3"})
    assert "40 bis 1000" in browser.get("/probe/")
    browser.post("/probe/columns/", {"reset": "1"})
    assert "widths.css" not in browser.get("/probe/")


def test_a_workbook_has_dates_as_dates_and_amounts_as_numbers_and_no_formula(browser):
    customer = factories.customer(
        first_name=None, last_name="=1+1", permanent_discount=Decimal("7.5")
    )
    with transaction():
        customer.credit = Decimal("1234.50")
        customer.created_at = datetime.fromisoformat("2026-11-22T23:30:00+00:00")
    columns = ["name", "credit", "permanent_discount", "created_at", "newsletter"]
    browser.post("/probe/columns/", {"column": columns})

    answer = browser.client.get("/buero/probe/export/?q=1%2B1&format=xlsx")

    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head, row = sheet.iter_rows()
    assert [cell.value for cell in head][:2] == ["Name", "Guthaben"]
    assert head[0].font.bold
    moment = datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001  # on the wall of the business
    assert [cell.value for cell in row] == ["=1+1", 1234.5, 0.075, moment, "Nein"]
    assert [cell.data_type for cell in row] == ["s", "n", "n", "d", "s"]
    assert [cell.number_format for cell in row][1:4] == [
        '#,##0.00\\ "€"', "0.00%", "dd.mm.yyyy hh:mm",
    ]  # fmt: skip
