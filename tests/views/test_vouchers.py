"""Vouchers on screen: made, found by their state, led from to where they were redeemed."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    CourseCategory,
    Customer,
    Invoice,
    Message,
    Role,
    Voucher,
    VoucherTax,
    VoucherTemplate,
)
from kutego.operations.master_data import save_record
from kutego.operations.offer_versions import consent_texts
from tests import factories
from tests.everything import deposit
from tests.factories import ANNA, line
from tests.views.test_position_form import line as editor_line
from tests.views.test_position_form import send
from tests.views.visitor import Visitor, hidden_fields, staff


@pytest.fixture
def visitor(app):
    return staff(app, factories.employee(Role.OFFICE))


def vouchers():
    db.session.rollback()
    return db.session.scalars(select(Voucher).order_by(Voucher.id)).all()


def test_value_vouchers_and_discount_codes_are_made_on_the_list_and_found_by_state(visitor):
    made = visitor.send(
        "/buero/vouchers/do/issue-value-vouchers/", name="Messe", value="25", count="2",
        kinds="ticket",
    )  # fmt: skip
    assert made.status_code == 302, made.text
    own = visitor.send(
        "/buero/vouchers/do/create-discount-code/", name="Aktion", code="sommer-26", percent="10",
        most_uses="5",
    )  # fmt: skip
    assert own.status_code == 302, own.text

    first, _second, code = vouchers()
    assert (code.code, code.percent) == ("SOMMER26", Decimal("10.00"))
    assert first.limits == {"kinds": ["ticket"]}
    page = visitor.get("/buero/vouchers/").text
    assert first.number in page
    assert "SOMMER26" in page
    assert "0 / 5" in page
    assert first.number in visitor.get("/buero/vouchers/?f.state=valid").text
    assert first.number not in visitor.get("/buero/vouchers/?f.state=blocked").text
    record = visitor.get(f"/buero/vouchers/{first.id}/").text
    assert "Ticket" in record
    refused = visitor.send(f"/buero/vouchers/{first.id}/block-voucher/", reason="")
    assert refused.status_code == 422
    visitor.send(f"/buero/vouchers/{first.id}/block-voucher/", reason="Verloren")
    assert first.number in visitor.get("/buero/vouchers/?f.state=blocked").text
    assert "hat den Gutschein" in visitor.get(f"/buero/vouchers/{first.id}/").text


def test_a_template_is_added_and_changed_with_what_it_is_good_for(visitor):
    category = save_record(CourseCategory(), {"name": "Welpen"}, by=ANNA)
    added = visitor.send(
        "/buero/voucher_templates/do/add/", name="Geschenk", price="45", value="50",
        tax="multi_purpose", vat_rate="0.00", expiry="statutory", categories=str(category.id),
        is_active="y",
    )  # fmt: skip
    assert added.status_code == 302, added.text
    db.session.rollback()
    template = db.session.scalars(select(VoucherTemplate)).one()
    assert (template.value, template.limits) == (Decimal("50.00"), {"categories": [category.id]})

    changed = visitor.send(
        f"/buero/voucher_templates/{template.id}/change/", name="Geschenk", price="107",
        tax="single_purpose", vat_rate="7.00", expiry="months", expiry_months="12", is_active="y",
    )  # fmt: skip

    assert changed.status_code == 302, changed.text
    db.session.rollback()
    assert (template.tax, template.vat_rate, template.limits) == (
        VoucherTax.SINGLE, Decimal("7.00"), None,
    )  # fmt: skip
    assert "Einzweckgutschein" in visitor.get(f"/buero/voucher_templates/{template.id}/").text


def test_the_usage_of_a_code_leads_to_its_invoices_and_its_pdf_opens(visitor):
    voucher = factories.value_voucher(value=Decimal("60.00"))
    invoice = factories.invoice(line("40.00"), codes=[voucher.code])

    page = visitor.get("/buero/vouchers/").text
    assert f"/buero/vouchers/{voucher.id}/redemptions/" in page
    used = visitor.get(f"/buero/vouchers/{voucher.id}/redemptions/").text
    assert invoice.number in used
    assert "40,00" in used
    assert "20,00" in used
    [sheet] = voucher.sheets
    [file] = sheet.renditions
    pdf = visitor.get(f"/buero/dokumente/{file.id}/x")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")
    assert voucher.number in visitor.get("/buero/vouchers/export/", buffered=True).text


def test_a_customer_gets_vouchers_by_mail_and_turns_codes_into_credit(visitor):
    customer = factories.customer()
    at = f"/buero/customers/{customer.id}"
    given = visitor.send(
        f"{at}/vouchers/do/issue-value-vouchers/", name="Entschuldigung", value="15", count="1",
        send_mail="y",
    )  # fmt: skip
    assert given.status_code == 302, given.text
    [voucher] = vouchers()
    mail = db.session.scalars(select(Message).where(Message.template == "voucher")).one()
    assert mail.subject == "Ihr Gutschein von Hundeschule Pfotenglück"
    assert voucher.number in mail.body
    assert mail.attachments == [["rendition", voucher.sheets[0].renditions[0].id]]
    assert voucher.number in visitor.get(f"{at}/vouchers/").text

    visitor.send(f"/buero/vouchers/{voucher.id}/send-voucher/", recipient="oma@example.org")
    db.session.rollback()
    again = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert again.recipient == "oma@example.org"

    wish = {"codes": voucher.number.lower()}
    seen = visitor.send(f"{at}/convert-vouchers/", **wish)
    assert "15,00" in seen.text.partition("Das wird gemacht")[2]
    converted = visitor.post(f"{at}/convert-vouchers/", {**hidden_fields(seen.text), **wish})
    assert converted.status_code == 302, converted.text
    db.session.rollback()
    assert db.session.get(Customer, customer.id).credit == Decimal("15.00")


def test_who_may_not_issue_vouchers_sees_none(app):
    voucher = factories.value_voucher(of=factories.customer())
    sheet = voucher.sheets[0].renditions[0].id
    visitor = staff(app, factories.employee(Role.INSTRUCTOR))

    assert visitor.get("/buero/vouchers/").status_code == 403
    assert visitor.get(f"/buero/dokumente/{sheet}/x").status_code == 404
    assert visitor.get(f"/buero/customers/{voucher.customer_id}/vouchers/").status_code == 403
    page = visitor.get(f"/buero/customers/{voucher.customer_id}/").text
    assert voucher.code not in page
    assert voucher.short not in page


def test_an_invoice_previews_every_deduction_in_its_order_and_redeems_on_issue(visitor):
    customer = factories.customer()
    deposit(customer, "30.00")
    voucher = factories.value_voucher(of=customer, value=Decimal("50.00"))
    factories.discount_code(code="SOMMER26")
    course = editor_line(text="Kurs", unit_price="200", discount_percent="10")
    form = {
        "codes": f"{voucher.number}, sommer 26", "credit": "30", "down_payment": "12",
        "down_payment_on": "2026-11-23",
    }  # fmt: skip
    address = f"/buero/invoices/new/?customer={customer.id}"
    assert f"{voucher.number} einlösen" in visitor.get(address).text

    wrong = send(visitor, address, course, **form | {"codes": "FALSCH99"}, do="issue")
    assert "Den Code „FALSCH99“ gibt es nicht." in wrong.text
    page = send(visitor, address, course, **form, do="preview").text

    steps = re.findall(r'<td class="num">(?:<strong>)?([-\d,.]+)', page)
    assert steps == [  # sum, discount, code, tax in it, total, voucher, credit, paid down, due
        "200,00", "-20,00", "-18,00", "25,87", "162,00", "-50,00", "-30,00", "-12,00", "70,00",
    ]  # fmt: skip
    assert page.index("Rabattcode SOMMER26") < page.index(f"Gutschein {voucher.short}")
    draft = send(visitor, address, course, **form, do="draft")
    kept = visitor.get(f"{draft.headers['Location']}edit/").text
    assert f"SOMMER26, {voucher.number}" in kept
    issued = send(visitor, address, course, **form, do="issue")
    assert issued.status_code == 302, issued.text
    db.session.rollback()
    invoice = db.session.scalars(select(Invoice).where(Invoice.number.is_not(None))).one()
    assert invoice.open_amount == Decimal("70.00")
    payments = visitor.get(f"/buero/invoices/{invoice.id}/payments/").text
    assert "Gutschein" in payments
    edit = visitor.get(f"/buero/invoices/{invoice.id}/edit/").text
    assert "Rabattcode SOMMER26" in edit
    assert "162,00" in edit


def test_a_customer_types_a_code_when_accepting_an_offer_and_guessing_is_slowed_down(app):
    today = clock.today()
    offer = factories.offer(line("40.00"), on=today)
    voucher = factories.value_voucher(value=Decimal("50.00"))
    customer = Visitor(app)
    page = f"/angebot/{offer.token}"
    texts = {kind.value: text.id for kind, text in consent_texts(today).items()}
    assert "Haben Sie einen Gutschein?" in customer.get(page).text

    wrong = customer.send(page, codes="ABCD-EFGH-JKMN", answer="accept", **texts)
    assert wrong.status_code == 409
    assert "gibt es nicht" in wrong.text
    assert 'value="ABCD-EFGH-JKMN"' in wrong.text
    done = customer.send(page, codes=voucher.number.lower(), answer="accept", **texts)

    assert done.status_code == 303, done.text
    db.session.rollback()
    invoice = db.session.scalars(select(Invoice)).one()
    assert (invoice.total, invoice.open_amount) == (Decimal("40.00"), Decimal("0.00"))
    assert db.session.get(Voucher, voucher.id).rest == Decimal("10.00")
    other = f"/angebot/{factories.offer(line('40.00'), on=today).token}"
    for _try in range(8):
        customer.send(other, codes="ABCD-EFGH-JKMN", answer="accept", **texts)
    assert customer.send(other, codes="ABCD-EFGH-JKMN", answer="accept").status_code == 429
