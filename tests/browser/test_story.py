"""A day in the office, told with the program as people run it: server, browser, mail, power cut."""

import re
import time
from datetime import timedelta
from decimal import Decimal

import pikepdf
import pytest
from flask_migrate import upgrade
from playwright.sync_api import expect
from sqlalchemy import func, select

from kutego import clock, create_app
from kutego.db import db, transaction
from kutego.models import (
    Activity,
    Cancellation,
    Contract,
    ContractPeriod,
    Invoice,
    LegalKind,
    MailSecurity,
    Offer,
    OfferState,
    PositionKind,
    Role,
)
from kutego.operations.employees import create_employee
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.verification import verify
from kutego.periods import add_months
from tests import factories, present
from tests.browser.server import Server
from tests.mailserver import running
from tests.rendering.en16931 import broken_rules

pytestmark = pytest.mark.timeout(600)

PASSWORD = "ein-langes-passwort-für-petra"
EMAIL = "petra@example.org"
CONTRACTS = 300


@pytest.fixture
def mails():
    with running() as server:
        yield server


@pytest.fixture
def office(tmp_path, mails, monkeypatch):
    """The application beside the server, to prepare and to look at the same database."""
    monkeypatch.setattr(clock, "now", present.real)
    app = create_app(instance=tmp_path)
    with app.app_context():
        upgrade()
        prepare(mails)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def server(office, tmp_path):
    db.session.remove()
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def prepare(mails):
    """A small office: three hundred contracts of a month ago, its owner, one good customer."""
    factories.company(
        smtp_host="127.0.0.1",
        smtp_port=mails.port,
        smtp_security=MailSecurity.NONE,
        mail_from="buero@example.org",
    )
    begin = add_months(clock.today(), -1)
    with clock.at(clock.noon(begin)), transaction():
        course = factories.running_course(starts_on=begin)
        term = factories.term_template()
        for n in range(CONTRACTS):
            email = None if n else "vertrag@example.org"
            sell_contract(factories.customer(email=email), course, term, begin)
    with transaction():
        hire_the_owner(clock.today())
        good = factories.customer(
            first_name="Jördis", last_name="Größler", email="joerdis@example.org"
        )
        factories.participant(good, first_name="Möhre")


def hire_the_owner(today):
    create_employee(
        email=EMAIL, role=Role.OWNER, first_name="Petra", last_name="Kuhn", password=PASSWORD,
        on=today, by=factories.ANNA,
    )  # fmt: skip
    for kind in LegalKind:
        text = f"{kind.label}: Text"
        add_legal_text(kind=kind, text=text, valid_from=today, on=today, by=factories.ANNA)


def sell_contract(customer, course, term, begin):
    dog = factories.participant(customer)
    line = factories.line(
        "49.00", kind=PositionKind.COURSE, text=course.title, participant_id=dog.id,
        course_date_id=course.id, term_template_id=term.id, starts_on=begin,
    )  # fmt: skip
    factories.invoice(line, of=customer, on=begin, send_mail=False)


def look(query):
    """What stands in the database now."""
    db.session.rollback()
    return db.session.scalar(query)


def wait_for(what, seconds=90):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.2)
    return found


def letter_about(mails, word):
    """The mail whose subject has the word, once the server has sent it."""

    def arrived():
        return next((m for m in mails.letters if word in m["Subject"]), None)

    return wait_for(arrived)


def attached(letter, ending):
    files = [p for p in letter.iter_attachments() if p.get_filename().endswith(ending)]
    return files[0].get_content()


def as_bytes(content):
    return content.encode() if isinstance(content, str) else content


def test_a_day_in_the_office(office, server, mails, browser):
    page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="de-DE")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    login(page, server)
    find_customer(page)
    deposit(page)
    a_receipt_arrives(mails)
    a_contract_bills_itself(server, mails)
    link = an_offer_is_sent(page, server, mails)
    the_customer_accepts_on_a_phone(browser, link)
    positions_are_cancelled(page, server)
    hundreds_are_shifted_through_a_power_cut(page, server)

    db.session.rollback()
    assert list(verify()) == []
    assert errors == []


def login(page, server):
    page.goto(server.url)
    page.get_by_label("E-Mail").fill(EMAIL)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("navigation").first).to_be_visible()


def find_customer(page):
    """The dog's name is enough, without its umlaut."""
    page.keyboard.press("Control+k")
    page.keyboard.type("mohre", delay=30)
    page.get_by_role("option").filter(has_text="Größler").first.click()
    expect(page.get_by_role("heading", name="Jördis Größler")).to_be_visible()


def deposit(page):
    page.get_by_role("link", name="Guthaben einzahlen").first.click()
    page.get_by_label("Betrag").fill("nan")
    page.get_by_role("button", name="Guthaben einzahlen").click()
    expect(page.get_by_text("mit Komma vor den Cent")).to_be_visible()
    page.get_by_label("Betrag").fill("50,00")
    page.get_by_label("Quittung per E-Mail senden").check()
    page.get_by_role("button", name="Guthaben einzahlen").click()
    expect(page.get_by_text("Das Guthaben ist eingezahlt.")).to_be_visible()


def a_receipt_arrives(mails):
    letter = letter_about(mails, "Quittung")
    assert letter["To"].endswith("<joerdis@example.org>") or letter["To"] == "joerdis@example.org"
    assert as_bytes(attached(letter, ".pdf")).startswith(b"%PDF-")


def a_contract_bills_itself(server, mails):
    """The server's clock does it, and somebody at the terminal too: once, all the same."""
    server.command("run-job", "bill_contracts")
    again = server.command("run-job", "bill_contracts")

    assert '"done": 0' in again.splitlines()[-1]
    first, periods = look(select(Contract).order_by(Contract.id).limit(1)), ContractPeriod
    assert look(select(func.count()).select_from(periods)) == 2 * CONTRACTS
    of_today = select(Invoice).where(Invoice.contract_id == first.id).order_by(Invoice.id.desc())
    letter = letter_about(mails, look(of_today.limit(1)).number)
    assert "vertrag@example.org" in letter["To"]
    xml = pikepdf_attachment(as_bytes(attached(letter, ".pdf")))
    assert broken_rules(xml) == []


def pikepdf_attachment(pdf):
    """The XML inside a ZUGFeRD invoice."""
    import io

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.attachments["factur-x.xml"].get_file().read_bytes()


def an_offer_is_sent(page, server, mails):
    page.goto(f"{server.url}/buero/offers/new/")
    page.get_by_label("Kunde").fill("Größler")
    page.get_by_role("option").filter(has_text="Größler").first.click()
    page.get_by_role("button", name="Weiter zu den Positionen").click()
    page.get_by_role("button", name="Sonstiges").click()
    line = page.locator("[data-position]").first
    line.get_by_label("Text").fill("Einzelstunde am Zaun")
    line.get_by_label("Einzelpreis").fill("120,00")
    page.get_by_role("button", name="Angebot ausstellen").click()
    wait_for(lambda: look(select(Offer.number).where(Offer.state == OfferState.OPEN)), 20)
    letter = letter_about(mails, "Angebot")
    assert as_bytes(attached(letter, ".pdf")).startswith(b"%PDF-")
    text = letter.get_body(("plain",)).get_content()
    return re.search(rf"{re.escape(server.url)}/angebot/\S+", text)[0]


def the_customer_accepts_on_a_phone(browser, link):
    """No login, no JavaScript, a small screen."""
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="de-DE"
    )
    page = phone.new_page()
    page.goto(link)
    expect(page.get_by_text("Einzelstunde am Zaun").first).to_be_visible()
    width = page.locator("body").bounding_box()["width"]
    assert width <= 390
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
    expect(page.get_by_text(re.compile("angenommen|Vielen Dank")).first).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("button", name="Zahlungspflichtig bestellen")).to_have_count(0)
    phone.close()
    assert look(select(Offer.state)) is OfferState.ACCEPTED


def positions_are_cancelled(page, server):
    offer_id = look(select(Offer.id))
    invoice = look(select(Invoice).where(Invoice.offer_id == offer_id))
    assert (invoice.total, invoice.paid) == (Decimal("120.00"), Decimal("50.00"))  # credit used
    page.goto(f"{server.url}/buero/invoices/{invoice.id}/cancel-positions/")
    page.get_by_label("Gebühr einbehalten").fill("20,00")
    page.get_by_label("Grund").fill("Doch verhindert")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_text("Das wird gemacht")).to_be_visible()
    page.get_by_role("button", name="Stornieren", exact=True).click()
    expect(page.get_by_text("Die Stornorechnung ist erstellt.")).to_be_visible()
    cancellation = look(select(Cancellation))
    assert cancellation.total == Decimal("100.00")
    assert cancellation.fee == Decimal("20.00")
    db.session.rollback()
    invoice = db.session.get_one(Invoice, invoice.id)
    assert (invoice.open_amount, invoice.customer.credit) == (Decimal(0), Decimal("30.00"))


def hundreds_are_shifted_through_a_power_cut(page, server):
    """All rows of the filter, a run with progress, kill -9 in the middle, started again."""
    before = {c.id: c.next_invoice_on for c in db.session.scalars(select(Contract))}
    page.goto(f"{server.url}/buero/contracts/")
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_label(re.compile("alle .* auswählen")).check()
    page.get_by_role("button", name="Vertrag verschieben").first.click()
    page.get_by_label("Um wie viele Monate").fill("1")
    page.get_by_label("Grund").fill("Betriebsferien")
    page.get_by_role("button", name="Vorschau").click()
    page.get_by_role("button", name=re.compile("^Vertrag verschieben")).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run = page.url

    def shifted():
        return look(select(func.count()).where(Activity.action == "contract.shifted"))

    wait_for(lambda: shifted() > 20)
    server.kill()
    halfway = shifted()
    assert 0 < halfway < CONTRACTS
    server.start()
    page.goto(run)
    expect(page.get_by_text("Alle Einträge sind erledigt.")).to_be_visible(timeout=120_000)

    assert shifted() == CONTRACTS
    db.session.rollback()
    for contract in db.session.scalars(select(Contract)):
        expected = add_months(before[contract.id], 1, contract.billing_day)
        assert contract.next_invoice_on == expected
        assert contract.ends_on == expected - timedelta(days=1)
