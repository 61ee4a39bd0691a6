"""Invoices on the screen: what stands on the record page, and the ways from the list."""

import io
import zipfile
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import Contract, ContractState, Invoice, Refund, Role
from kutego.operations.cancellations import cancel_positions
from kutego.operations.payments import record_payment
from tests import factories
from tests.factories import ANNA
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
    ("kind", "drafts"),
    [("invoices", "/buero/invoice_drafts/"), ("offers", "/buero/offers/?f.state=draft")],
)
def test_a_button_leads_to_the_drafts(clerk, kind, drafts):
    html = clerk.get(f"/buero/{kind}/").text

    assert f'class="btn btn-secondary" href="{drafts}"' in html
    assert clerk.get(drafts).status_code == 200


def test_the_documents_of_a_whole_list_come_in_one_file(clerk):
    first, second = factories.invoice(), factories.invoice()
    cancelled = cancel_positions(second, reason="Doppelt", on=clock.today(), by=ANNA)
    assert "/buero/invoices/documents/" in clerk.get("/buero/invoices/").text

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
