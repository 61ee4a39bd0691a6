"""Letters and SMS in the office: who sees and sends them, what is asked before, what it cost."""

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.jobs import run_job
from kutego.models import Message, MessageState, Role
from kutego.operations.invoice_letters import post_invoice
from kutego.operations.letters import write_letter
from kutego.operations.outbox import claim_due, note_handing_over, note_unclear
from kutego.operations.sms import send_sms
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.panel.statements import counted
from tests.views.visitor import hidden_fields, staff

MOBILE = "0151 23456789"


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def letters():
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.channel == "letter")))


def test_the_tabs_are_there_where_the_function_is_on_or_something_was_sent(clerk):
    customer = factories.customer(mobile=MOBILE)
    page = f"/buero/customers/{customer.id}/"
    assert f'href="{page}letters/"' in clerk.get(page).text
    assert f'href="{page}sms/"' not in clerk.get(page).text
    assert "send-sms" not in clerk.get(page).text

    factories.change_company(sms_active=True, letters_active=False)
    assert f'href="{page}sms/"' in clerk.get(page).text
    assert f'href="{page}letters/"' not in clerk.get(page).text
    send_sms(customer, text=f"Bis morgen!\nIhre {'A' * 80}", on=DAY, by=ANNA)
    factories.change_company(sms_active=False)
    assert f'href="{page}sms/"' in clerk.get(page).text
    assert "Bis morgen! Ihre AAA" in (listed := clerk.get(f"{page}sms/").text)
    assert "A…" in listed
    assert "die eine Zeile auswählen" in " ".join(listed.split())


def test_a_letter_says_where_it_goes_and_what_it_costs_before_it_is_written(clerk):
    customer = factories.customer()
    here = f"/buero/customers/{customer.id}/write-letter/"

    page = clerk.send(here, subject="Post", text="Guten Tag").text

    assert f"{customer.street}, {customer.postcode} {customer.city}" in page
    assert "1,10" in page
    assert letters() == []


def test_many_invoices_by_post_show_the_sum_first_and_report_what_cannot_go(clerk):
    good = [factories.invoice() for _n in range(2)]
    bad = factories.invoice(of=factories.customer(city=None))
    asked = {
        "rowid": [i.id for i in (*good, bad)],
        "csrf_token": clerk.token("/buero/invoices/new/"),
    }
    page = clerk.post("/buero/invoices/mass/post-invoice/", asked)
    seen = clerk.post(
        "/buero/invoices/mass/post-invoice/",
        {**hidden_fields(page.text), "rowid": asked["rowid"]},
    )

    assert "2,20" in seen.text
    assert "es fehlt: Ort" in seen.text
    assert letters() == []
    done = clerk.post(
        "/buero/invoices/mass/post-invoice/",
        {**hidden_fields(seen.text), "rowid": asked["rowid"]},
        follow_redirects=True,
    )
    assert [letter.subject_id for letter in letters()] == [invoice.id for invoice in good]
    assert "es fehlt: Ort" in done.text


def test_the_list_takes_as_many_statements_for_one_letter_as_for_thirty(clerk):
    customer = factories.customer()
    write_letter(customer, subject="Eins", text="…", on=DAY, by=ANNA)
    clerk.get("/buero/letters/")
    with counted() as one:
        clerk.get("/buero/letters/")
    for n in range(30):
        write_letter(customer, subject=f"Brief {n}", text="…", on=DAY, by=ANNA)
    with counted() as many:
        clerk.get("/buero/letters/")

    assert len(many) == len(one) <= 15


def test_a_letter_is_read_by_those_who_read_messages_and_settled_by_those_who_may_pay(app, clerk):
    message = post_invoice(factories.invoice(), on=DAY, by=ANNA)
    mail = db.session.scalars(select(Message).where(Message.channel == "email")).first()
    path = f"/buero/letters/{message.id}/"

    assert clerk.get(f"{path}brief.pdf").data.startswith(b"%PDF-")
    assert clerk.get(f"/buero/letters/{mail.id}/brief.pdf").status_code == 404
    assert clerk.get(f"/buero/messages/{message.id}/").status_code == 404
    assert clerk.get(f"/buero/letters/{mail.id}/").status_code == 404
    for claim in claim_due(1, channel=message.channel):
        note_handing_over(claim)
    note_unclear(message, "Zeit abgelaufen")
    assert "Bei Briefen ist unklar" in clerk.get("/buero/").text
    clerk.send(f"{path}settle-unclear/", was_sent="y")
    assert letters()[0].state is MessageState.SENT

    month = clerk.get("/buero/message-costs?format=csv").text.splitlines()[1]
    assert month.split(";")[1:3] == ["1", "1,1000"]
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    for url in (path, f"{path}brief.pdf", "/buero/sms/", "/buero/message-costs"):
        assert teacher.get(url).status_code == 403, url
    assert run_job("send_letters", DAY).is_empty
