"""Everything that happened with a customer, over all tabs, on one page after the other."""

import re
from datetime import timedelta

import pytest

from kutego import clock
from kutego.models import Role
from kutego.operations.customers import lock_customer
from kutego.operations.master_data import save_record
from kutego.operations.notes import add_note
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import staff

LINE = re.compile(r"<time datetime=\"([^\"]+)\"")


@pytest.fixture
def owner(app):
    """Somebody with something of every kind, a day after the other."""
    with clock.at(clock.noon(DAY)):
        owner = factories.customer(city="Erfurt")
    with clock.at(clock.noon(DAY + timedelta(days=1))):
        save_record(owner, {"city": "Jena"}, by=ANNA)
        add_note(owner, text="Ruft an", on=DAY, by=ANNA)
    with clock.at(clock.noon(DAY + timedelta(days=2))):
        factories.contract(owner, starts_on=DAY + timedelta(days=2))
        factories.offer(of=owner, on=DAY + timedelta(days=2))
    return owner


def address(owner, query=""):
    return f"/buero/customers/{owner.id}/timeline/{query}"


def test_every_change_and_every_mail_stands_in_one_order(app, owner):
    """Who, when, from what to what, with a link to what it is about."""
    petra = staff(app, factories.employee())

    page = petra.get(address(owner))
    moments = LINE.findall(page.text)

    assert page.status_code == 200
    assert moments == sorted(moments, reverse=True)
    for words in ("Anna Büro", "hat die Stammdaten geändert", "Ort: Erfurt → Jena",
                  "hat den Kunden angelegt", "hat eine E-Mail an", "/buero/messages/",
                  "/buero/invoices/", "/buero/offers/"):  # fmt: skip
        assert words in page.text, words
    assert '<a class="nav-link active"' not in page.text or "Verlauf" in page.text


def test_it_is_narrowed_by_topic_and_day(app, owner):
    petra = staff(app, factories.employee())

    record = petra.get(address(owner, "?topic=record")).text
    both = petra.get(address(owner, "?topic=notes&topic=offers")).text
    day = petra.get(address(owner, "?from=2026-11-24&to=2026-11-24")).text
    mails = petra.get(address(owner, "?topic=messages")).text

    assert "Ort: Erfurt → Jena" in record
    assert "Angebot" not in LINE.sub("", record.partition('class="timeline"')[2])
    assert len(LINE.findall(both)) >= 2
    assert {m[:10] for m in LINE.findall(day)} == {"2026-11-24"}
    assert "hat eine E-Mail an" in mails
    assert "Stammdaten geändert" not in mails
    nothing = petra.get(address(owner, "?from=1999-01-01&to=1999-01-02&topic=money")).text
    assert "nichts geschehen" in nothing
    for rubbish in ("?before=x", "?from=gestern", "?before=2026-01-01_0_1", "?topic=all"):
        assert petra.get(address(owner, rubbish)).status_code == 200


def test_page_after_page_shows_every_line_once(app, owner):
    """Keyset paging: the place of the last line is where the next page begins."""
    with clock.at(clock.noon(DAY + timedelta(days=3))):  # all at the same moment
        for n in range(110):
            save_record(owner, {"remark": f"Nummer {n}."}, by=ANNA)
    petra = staff(app, factories.employee())
    seen, query = [], ""

    while True:
        page = petra.get(address(owner, query)).text
        seen += re.findall(r"→ Nummer (\d+)\.", page)
        older = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', page)
        if older is None:
            break
        query = older[1].replace("&amp;", "&")

    assert seen == [str(n) for n in range(109, -1, -1)]


def test_nobody_reads_of_what_they_may_not_see(app, owner):
    jo = staff(app, factories.employee(Role.INSTRUCTOR))
    lock_customer(owner, reason="Ärger", on=DAY, by=ANNA)

    page = jo.get(address(owner)).text

    assert "hat den Kunden gesperrt" in page
    for words in ("E-Mail an", "Rechnung", "hat ein Angebot", "Vertrag"):
        assert words not in page.partition('class="timeline"')[2], words
    assert "topic=money" not in page
