"""The search over everything (spec CUS-07): what finds what, for whom, in how many statements."""

from urllib.parse import quote

import pytest

from kutego.db import db
from kutego.models import Role
from tests import factories
from tests.views.test_office import statements
from tests.views.visitor import Visitor, staff

JSON = {"Accept": "application/json"}


def ask(clerk, term):
    """The titles of the hits by group."""
    answer = clerk.get(f"/buero/suche/?q={quote(term)}", headers=JSON)
    assert answer.status_code == 200
    groups = answer.get_json()["groups"]
    return {group["name"]: [hit["title"] for hit in group["hits"]] for group in groups}


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


@pytest.mark.parametrize(
    "term",
    ["müller", "MUELLER", "Muller", "Jörg Müller", "müller jör", "straß", "STRASSE", "joerg@"],
)
def test_a_customer_is_found_however_the_name_is_spelled(clerk, term):
    factories.customer(first_name="Jörg", last_name="Müller-Straße", email="joerg@example.org")

    assert ask(clerk, term)["Kunden"] == ["Jörg Müller-Straße"]


@pytest.mark.parametrize("term", ["+49 171 1234567", "0171 1234567", "0049171123", "(0171) 12345"])
def test_a_customer_is_found_by_a_telephone_number_however_it_is_written(clerk, term):
    factories.customer(last_name="Groß", phone="0171 1234567")
    factories.customer(last_name="Klein", phone="0172 7654321")

    assert ask(clerk, term)["Kunden"] == ["Jörg Groß"]


def test_a_customer_is_found_by_the_name_of_the_dog(clerk):
    factories.participant(factories.customer(last_name="Groß"), first_name="Bello")

    assert ask(clerk, "bello")["Kunden"] == ["Jörg Groß"]


def test_a_customer_is_found_by_number(clerk):
    customer = factories.customer(last_name="Groß")

    assert ask(clerk, customer.number)["Kunden"] == ["Jörg Groß"]


@pytest.mark.parametrize("term", ["%%", "__", "M%r", "M_ller", "100%"])
def test_wildcards_are_letters_like_others(clerk, term):
    factories.customer(last_name="Müller")

    assert "Kunden" not in ask(clerk, term)


def test_a_name_with_a_percent_sign_is_found_by_it(clerk):
    factories.customer(is_company=True, company_name="100% Hund GmbH")
    factories.customer(is_company=True, company_name="100 Hunde GmbH")

    assert ask(clerk, "100%")["Kunden"] == ["100% Hund GmbH"]


@pytest.mark.databases("sqlite", "postgresql")
def test_customers_stand_in_the_order_germans_read(clerk):
    for name in ("Zander", "Özil", "Oppermann", "Ägidius"):
        factories.customer(first_name="Suchmich", last_name=name)

    found = ask(clerk, "suchmich")["Kunden"]

    assert found == [f"Suchmich {n}" for n in ("Ägidius", "Oppermann", "Özil", "Zander")]


@pytest.mark.parametrize(
    "term", ["R-2026-00001", "r-2026-00001", "R-2026", "2026-1", "00001", "01"]
)
@pytest.mark.databases("sqlite", "postgresql")
def test_an_invoice_is_found_by_its_number_or_part_of_it(clerk, term):
    factories.invoice()

    assert ask(clerk, term)["Rechnungen"] == ["R-2026-00001"]


@pytest.mark.databases("sqlite", "postgresql")
def test_what_stands_in_the_midst_of_a_number_is_found_too(clerk):
    factories.invoice()

    assert ask(clerk, "26-0000")["Rechnungen"] == ["R-2026-00001"]


@pytest.mark.parametrize("term", ["99999999x", "12345678901", "0361 123-4", "26 0000"])
def test_what_no_number_can_hold_is_not_searched_for_in_all_of_them(clerk, term):
    factories.invoice()

    with statements() as seen:
        ask(clerk, term)

    assert not [s for s in seen if "invoice.number LIKE" in s]


def test_contracts_offers_and_receipts_are_found_by_number(clerk):
    contract = factories.contract()
    offer = factories.offer()

    assert ask(clerk, contract.number)["Verträge"] == [contract.number]
    assert ask(clerk, offer.number)["Angebote"] == [offer.number]


def test_a_number_is_found_as_the_company_spells_its_numbers(app, clerk):
    factories.change_company(number_formats={"invoice": "RE{year}.{number:06d}"})
    factories.invoice()

    assert ask(clerk, "2026-1")["Rechnungen"] == ["RE2026.000001"]


def test_the_newest_numbers_come_first(clerk):
    customer = factories.customer()
    numbers = [factories.invoice(of=customer).number for _ in range(3)]

    assert ask(clerk, "R-2026")["Rechnungen"] == numbers[::-1]


def test_places_of_the_menu_are_found_by_name(clerk):
    assert ask(clerk, "rechn")["Seiten"] == ["Rechnungen", "Neu: Rechnung"]
    assert ask(clerk, "Mahnlauf")["Seiten"] == ["Mahnläufe"]
    assert ask(clerk, "wiedervorl")["Seiten"] == ["Notizen und Wiedervorlagen"]


def test_a_hit_leads_to_its_page(clerk):
    invoice = factories.invoice()

    answer = clerk.get("/buero/suche/?q=R-2026", headers=JSON).get_json()
    [hit] = answer["groups"][0]["hits"]

    assert clerk.get(hit["url"]).status_code == 200
    assert invoice.number in clerk.get(hit["url"]).text


def test_who_may_not_see_invoices_does_not_find_them(app):
    instructor = staff(app, factories.employee(Role.INSTRUCTOR))
    numbers = factories.invoice().number, factories.contract().number

    with statements() as seen:
        found = [ask(instructor, number) for number in numbers]

    assert not any("Rechnungen" in groups or "Verträge" in groups for groups in found)
    assert not [s for s in seen if "FROM invoice" in s or "FROM contract" in s]
    assert ask(instructor, "müller")["Kunden"]


def test_a_stranger_is_told_to_log_in(app):
    assert Visitor(app).get("/buero/suche/?q=ab", headers=JSON).status_code == 401


@pytest.mark.parametrize("term", ["", " ", "a", "\0\0", "'\"", "x" * 5000, "😀😀", "12" * 60])
def test_nothing_that_can_be_typed_breaks_it(clerk, term):
    assert clerk.get(f"/buero/suche/?q={quote(term)}").status_code == 200


def test_html_in_a_name_is_shown_as_it_was_typed(clerk):
    factories.customer(last_name="<b>Fett</b>")

    page = clerk.get("/buero/suche/?q=fett").text

    assert "&lt;b&gt;Fett&lt;/b&gt;" in page
    assert "<b>Fett" not in page


def test_the_results_are_a_page_too_for_a_browser_without_scripts(clerk):
    factories.customer(last_name="Müller")

    page = clerk.get("/buero/suche/?q=muell").text

    assert "Jörg Müller" in page
    assert "Nichts gefunden für „gibtsnicht“." in clerk.get("/buero/suche/?q=gibtsnicht").text


@pytest.mark.parametrize("term", ["müller", "R-2026-00001", "00001", "99-9999999"])
def test_a_search_takes_at_most_six_statements_besides_login_and_company(app, clerk, term):
    customer = factories.customer()
    factories.participant(customer)
    factories.invoice(of=customer)
    db.session.remove()

    with statements() as seen:
        ask(clerk, term)

    asked = [s for s in seen if s.startswith("SELECT")]
    mine = [s for s in asked if "FROM employee" not in s and "FROM company" not in s]
    assert len(mine) <= 6, mine
