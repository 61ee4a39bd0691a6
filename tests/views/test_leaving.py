"""Lock, delete, anonymise and the GDPR export, as the office presses them."""

import io
import zipfile

import pytest

from kutego import clock
from kutego.db import db
from kutego.models import Customer, CustomerState, GdprExport, Role
from kutego.operations.deletions import delete_customer
from kutego.operations.enrolment_changes import enrol_by_hand
from kutego.operations.erasures import erase_customer
from kutego.operations.gdpr_exports import make_open_exports
from kutego.operations.offers import withdraw_offer
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import staff

LIST = "/buero/customers/"


@pytest.fixture
def petra(app):
    return staff(app, factories.employee())


def test_a_lock_names_what_goes_on_and_leads_there(petra):
    """CUS-36, 37: open invoices, contracts, offers and places, each with its list."""
    owner = factories.customer()
    factories.contract(owner)
    factories.offer(of=owner)
    course, dog = factories.course_date(), factories.participant(owner)
    factories.course_day(course, course.starts_on)
    enrol_by_hand(course, participant=dog, starts_on=course.starts_on, on=DAY, by=ANNA)
    [adults] = factories.event().categories
    factories.invoice(factories.ticket_line(adults, 2), of=owner)
    address = f"{LIST}{owner.id}/lock-customer/"

    with clock.at(clock.noon(DAY)):
        page = petra.send(address, reason="Ärger")

    for words, tab in (("2 Rechnungen sind noch offen", "invoices"),
                       ("Ein Kursplatz bleibt belegt", "participants"),
                       ("Ein Vertrag läuft weiter", "contracts"),
                       ("Ein Angebot ist noch offen", "offers")):  # fmt: skip
        assert words in page.text
        assert f'href="{LIST}{owner.id}/{tab}/"' in page.text
    assert owner.state is CustomerState.ACTIVE
    assert "73,00" in page.text
    assert "2 Termine, Raumvermietungen oder Tickets bleiben bestehen" in page.text


def test_the_page_of_deleting_says_what_stands_in_the_way_and_what_to_do_instead(petra, app):
    """CUS-30, 31, DUP-05: each kind with count and link; lock, anonymise, export."""
    buyer = factories.customer(last_name="Käufer")
    factories.invoice(of=buyer)
    boss = db.session.query(Customer).filter_by(last_name="Kuhn").one()

    page = petra.get(f"{LIST}{buyer.id}/delete-customer/").text
    own = petra.get(f"{LIST}{boss.id}/delete-customer/").text

    assert "kann nicht gelöscht werden" in page
    assert f'<a href="{LIST}{buyer.id}/invoices/">Rechnungen</a>' in page
    assert '<button class="btn btn-danger"' not in page
    for instead in ("lock-customer", "erase-customer", "request-export"):
        assert f"{buyer.id}/{instead}/" in page
    assert "ist Mitarbeiter" in own
    office = staff(app, factories.employee(Role.OFFICE))
    for verb in ("delete-customer", "erase-customer", "request-export"):
        assert office.get(f"{LIST}{buyer.id}/{verb}/").status_code == 403


def test_a_customer_is_deleted_and_the_list_is_shown(petra):
    owner = factories.customer(last_name="Weggang")
    address, number = f"{LIST}{owner.id}/delete-customer/", owner.id

    page = petra.get(address)
    answer = petra.send(address)

    assert "unwiderruflich gelöscht" in page.text
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert petra.get(f"{LIST}{number}/").status_code == 404
    assert "Weggang" not in petra.get(LIST).text


def test_an_anonymised_customer_is_shown_by_number_on_every_page(petra):
    """Nothing breaks where a name, an address or a link is gone."""
    owner = factories.customer(last_name="Vergessen")
    factories.participant(owner)
    offer = factories.offer(of=owner)
    withdraw_offer(offer, notify=True, on=DAY, by=ANNA)
    page = petra.get(f"{LIST}{owner.id}/erase-customer/").text
    assert "Nur die Kundennummer bleibt" in page
    erase_customer(owner, on=DAY, by=ANNA)

    record = petra.get(f"{LIST}{owner.id}/")

    assert record.status_code == 200
    assert "Anonymisiert" in record.text
    assert "Vergessen" not in record.text
    for tab in ("participants", "offers", "messages", "invoices"):
        assert petra.get(f"{LIST}{owner.id}/{tab}/").status_code == 200, tab
    assert petra.get(f"/buero/offers/{offer.id}/").status_code == 200
    assert petra.get(f"{LIST}?f.state=erased").status_code == 200


def test_the_export_is_made_in_the_background_and_fetched_by_those_who_may(petra, app):
    owner = factories.customer(last_name="Auskunft")
    assert petra.send(f"{LIST}{owner.id}/request-export/", with_notes="y").status_code == 302
    db.session.rollback()
    export = db.session.query(GdprExport).one()
    here = f"/buero/gdpr_exports/{export.id}/"

    assert petra.get(f"{here}progress/").json["state"] == "running"
    assert "Sie können diese Seite verlassen" in petra.get(here).text
    make_open_exports()
    db.session.rollback()
    got = petra.get(f"{here}download/")

    assert f'href="{here}download/"' in petra.get(here).text
    archive = zipfile.ZipFile(io.BytesIO(got.data))
    assert "Auskunft" in archive.read("daten/Stammdaten.json").decode()
    assert "attachment" in got.headers["Content-Disposition"]
    assert "heruntergeladen" in petra.get(f"{LIST}{owner.id}/").text
    office = staff(app, factories.employee(Role.OFFICE))
    assert office.get(f"{here}download/").status_code == 403
    assert petra.get("/buero/gdpr_exports/").status_code == 200


def test_the_protocol_of_the_house_tells_who_was_deleted_and_nothing_personal(petra, app):
    owner = factories.customer(last_name="Weggang")
    number = owner.number
    delete_customer(owner, on=DAY, by=ANNA)

    page = petra.get("/buero/protocol/")

    assert f"hat den Kunden {number} mit allem" in page.text
    assert "Weggang" not in page.text
    assert petra.get("/buero/protocol/export/", buffered=True).status_code == 200
    office = staff(app, factories.employee(Role.OFFICE))
    assert office.get("/buero/protocol/").status_code == 403
