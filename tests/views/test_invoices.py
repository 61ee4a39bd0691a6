"""Invoices on the screen: what stands on the record page, and the ways from the list."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import Contract, ContractState, Invoice, Refund, Rendition, Role
from kutego.operations.cancellations import cancel_positions
from kutego.operations.documents import render_pending
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.offers import save_offer
from kutego.operations.payments import record_payment
from kutego.views.office import document_archive
from tests import factories
from tests.factories import ANNA
from tests.views.test_office import statements
from tests.views.visitor import hidden_fields, staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def scalar(query):
    db.session.rollback()
    return db.session.scalar(query)


def test_the_record_shows_its_cancellations_and_every_mail_on_it(clerk):
    invoice = factories.invoice(factories.line(), factories.line("10.00"))
    cancelled = cancel_positions(
        invoice, positions=["p2"], reason="Doppelt", send_mail=True, on=clock.today(), by=ANNA
    )
    page = f"/buero/invoices/{invoice.id}"

    assert cancelled.number in clerk.get(f"{page}/cancellations/").text
    mails = clerk.get(f"{page}/messages/").text
    assert f"Ihre Rechnung {invoice.number}" in mails
    assert cancelled.number in mails
    other = factories.invoice()
    assert cancelled.number not in clerk.get(f"/buero/invoices/{other.id}/messages/").text


@pytest.mark.parametrize(
    ("kind", "drafts", "look"),
    [
        ("invoices", "/buero/invoice_drafts/", "nav-link"),
        ("offers", "/buero/offers/?f.state=draft", "btn btn-secondary"),
    ],
)
def test_the_drafts_are_one_click_away(clerk, kind, drafts, look):
    html = clerk.get(f"/buero/{kind}/").text

    assert f'class="{look}" href="{drafts}"' in html
    assert clerk.get(drafts).status_code == 200


def test_the_documents_of_a_whole_list_come_in_one_file(clerk):
    first, second = factories.invoice(), factories.invoice()
    cancelled = cancel_positions(second, reason="Doppelt", on=clock.today(), by=ANNA)
    assert "/buero/invoices/documents/" in clerk.get("/buero/invoices/").text
    assert render_pending().problems == []

    def files(path):
        answer = clerk.get(path, buffered=True)
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            return sorted(archive.namelist())

    assert files(f"/buero/invoices/documents/?f.number={first.number}") == [
        f"Rechnung {first.number}.pdf", f"Rechnung {first.number}.xml",
    ]  # fmt: skip
    assert len(files("/buero/invoices/documents/")) == 4
    assert files("/buero/cancellations/documents/") == [
        f"Stornorechnung {cancelled.number}.pdf", f"Stornorechnung {cancelled.number}.xml",
    ]  # fmt: skip


def test_documents_that_are_still_to_be_made_are_told_and_not_made_while_somebody_waits(clerk):
    first, _second = factories.invoice(), factories.invoice()
    of_first = select(Rendition.id).where(Rendition.name.contains(first.number))
    render_pending(db.session.scalars(of_first).all())
    path = "/buero/invoices/documents/?f.total.from=1"

    answer = clerk.get(path)

    assert answer.location == "/buero/invoices/?f.total.from=1"
    assert "2 von 4 Dateien sind noch nicht fertig" in clerk.get(answer.location).text
    assert scalar(select(func.count(Rendition.id)).where(Rendition.sha256.is_(None))) == 2


def test_a_zip_file_has_a_limit_and_names_it(clerk, monkeypatch):
    monkeypatch.setattr(document_archive, "MOST", 1)
    first, _second = factories.invoice(), factories.invoice()
    render_pending()

    refused = clerk.get("/buero/invoices/documents/")
    assert "höchstens 1 Belege" in clerk.get(refused.location).text
    narrowed = clerk.get(f"/buero/invoices/documents/?f.number={first.number}", buffered=True)
    assert narrowed.mimetype == "application/zip"


def test_the_list_names_version_and_day_of_change_also_in_its_export(clerk):
    """INV-40: the tax adviser sees what has to be booked again."""
    changed, kept = factories.invoice(), factories.invoice()
    day = clock.today()
    edit_invoice(changed, positions=[factories.line("9.00")], reason="Preis", on=day, by=ANNA)
    path = "/buero/invoices/"
    chosen = ["number", "version", "changed_on"]
    token = clerk.token(f"{path}columns/")
    clerk.post(f"{path}columns/", {"csrf_token": token, "column": chosen, "size": "50"})

    rows = clerk.get(f"{path}export/", buffered=True).text.splitlines()

    assert rows[0].lstrip("\ufeff") == "Nr.;Version;Geändert am"
    assert set(rows[1:]) == {f"{changed.number};2;{day:%d.%m.%Y}", f"{kept.number};1;"}
    found = clerk.get(f"{path}?f.changed_on.from={day}").text
    assert changed.number in found
    assert kept.number not in found


def test_the_list_is_narrowed_to_several_states_at_once(clerk):
    today = clock.today()
    late = factories.invoice(of=factories.customer(), on=today - timedelta(days=60))
    paid = factories.invoice(on=today)
    still_open = factories.invoice(on=today)
    record_payment(paid, paid_on=today, on=today, by=ANNA)

    found = clerk.get("/buero/invoices/?f.status=overdue&f.status=paid").text

    assert late.number in found
    assert paid.number in found
    assert still_open.number not in found


def test_the_correction_says_what_has_to_be_done_once_it_is_booked_for_tax(clerk):
    invoice = factories.invoice()

    assert "schon für die Steuer gebucht" in clerk.get(f"/buero/invoices/{invoice.id}/edit/").text


def test_any_number_of_versions_shows_its_documents_with_the_same_statements(clerk):
    invoice = factories.invoice()
    offer = factories.offer(on=clock.today())
    pages = [f"/buero/invoices/{invoice.id}/versions/", f"/buero/offers/{offer.id}/versions/"]
    lines = [factories.line("9.00")]

    def asked():
        for page in pages:
            with statements() as seen:
                links = clerk.get(page).text.count("/buero/dokumente/")
            yield links, len(seen)

    before = list(asked())
    for _again in range(2):
        edit_invoice(invoice, positions=lines, reason="Preis", on=clock.today(), by=ANNA)
        save_offer(offer.customer, positions=lines, payment_method=offer.payment_method,
                   valid_until=offer.valid_until,
                   offer=offer, on=clock.today(), by=ANNA)  # fmt: skip

    (few, first), (one, second) = before
    assert list(asked()) == [(few + 4, first), (one + 2, second)]


def test_many_invoices_are_marked_paid_at_once_each_by_what_is_open(clerk):
    invoices = [factories.invoice(factories.line(price)) for price in ("10.00", "20.00")]
    path = "/buero/invoices/mass/record-payment/"
    chosen = {"rowid": [str(invoice.id) for invoice in invoices]}
    token = {"csrf_token": clerk.token("/buero/invoices/new/")}
    page = clerk.post(path, chosen | token).text
    assert 'name="amount"' not in page

    fields = {**hidden_fields(page), **chosen, "paid_on": clock.today().isoformat()}
    clerk.post(path, fields)

    db.session.rollback()
    assert [i.open_amount for i in db.session.scalars(select(Invoice))] == [0, 0]


def test_the_whole_contract_is_cancelled_from_its_invoice_after_a_second_question(clerk):
    factories.contract(starts_on=clock.today())
    invoice = scalar(select(Invoice))
    record_payment(
        invoice, amount=Decimal("49.00"), method=invoice.payment_method, paid_on=clock.today(),
        on=clock.today(), by=ANNA,
    )  # fmt: skip
    path = f"/buero/invoices/{invoice.id}/cancel-invoiced-contract/"
    fields = {"reason": "Umzug", "settlement": "refund", "contract": invoice.contract_id}

    asked = clerk.post(path, {**hidden_fields(clerk.get(path).text), **fields})
    assert "mit 1 Rechnungen" in asked.text or "mit einer Rechnung" in asked.text
    assert invoice.number in asked.text
    assert scalar(select(Contract.state)) is ContractState.ACTIVE
    clerk.post(path, {**hidden_fields(asked.text), **fields})

    assert scalar(select(Contract.state)) is ContractState.CANCELLED
    assert scalar(select(Refund.amount)) == Decimal("49.00")


def test_a_contract_of_another_invoice_cannot_be_cancelled_from_here(clerk):
    factories.contract(starts_on=clock.today())
    billed = scalar(select(Invoice))
    other = factories.invoice()
    path = f"/buero/invoices/{other.id}/cancel-invoiced-contract/"
    fields = {"reason": "Umzug", "settlement": "credit", "contract": billed.contract_id}

    answer = clerk.post(path, {**hidden_fields(clerk.get(path).text), **fields})

    assert answer.status_code == 422
    assert scalar(select(Contract.state)) is ContractState.ACTIVE


def test_one_of_many_invoices_is_found_in_the_record_by_its_number(clerk):
    customer = factories.customer()
    first, second = (factories.invoice(of=customer) for _each in range(2))

    found = clerk.get(f"/buero/customers/{customer.id}/invoices/?q={second.number[-4:]}").text

    assert second.number in found
    assert first.number not in found
