"""Letters by post: once per version and stage, paid for, handed over to a folder or a service."""

import json
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pymupdf
import pytest
from sqlalchemy import select

from kutego import clock
from kutego.channels import letter as channel
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    Channel,
    Invoice,
    LetterService,
    LetterTrigger,
    Message,
    MessageState,
    PostedVersion,
    Task,
    company,
    message_costs,
)
from kutego.money import ZERO
from kutego.operations.documents import renditions_of
from kutego.operations.invoice_letters import plan_post, post_invoice
from kutego.operations.letters import queue_letter_or_task, write_letter
from kutego.operations.messages import hide_message, resend_message, settle_unclear
from kutego.operations.outbox import note_abandoned
from kutego.operations.posting import letter_pdf
from kutego.operations.verification import verify
from tests import factories, services
from tests.factories import ANNA, DAY

MM = 25.4 / 72
WINDOW = (20, 45, 105, 90)  # left, top, right, bottom of the address field, DIN 5008 form B
S = MessageState


@pytest.fixture
def lxp(app):
    with services.running(services.LetterXpress()) as service:
        factories.change_company(
            letter_service=LetterService.LETTERXPRESS, letter_user="pfote", letter_key="geheim",
            letter_url=f"{service.url}/v3",
        )  # fmt: skip
        yield service


def send(invoice=None):
    return post_invoice(invoice or factories.invoice(), on=DAY, by=ANNA)


def settled(message):
    db.session.refresh(message)
    return message.state


def in_window(pdf, *texts):
    """Whether all the texts stand whole in the window of the first page."""
    page = pymupdf.open(stream=pdf, filetype="pdf")[0]
    for text in texts:
        places = [[value * MM for value in place] for place in page.search_for(text)]
        assert any(
            left >= WINDOW[0] and top >= WINDOW[1] and right <= WINDOW[2] and bottom <= WINDOW[3]
            for left, top, right, bottom in places
        ), (text, places)
    return page


# --- writing ----------------------------------------------------------------------------------


def test_an_invoice_goes_to_the_folder_once_and_its_price_stays_with_the_letter(app):
    invoice = factories.invoice()

    message = send(invoice)
    assert plan_refusal(invoice) == (
        f"{invoice.number} ist schon am {clock.today():%d.%m.%Y} per Post gesendet worden und geht "
        "kein zweites Mal hinaus."
    )
    factories.change_company(letter_price=Decimal("2.50"))
    result = run_job("send_letters", DAY)

    folder = app.config["KUTEGO"].instance / "letters"
    [pdf], [facts] = folder.glob("*.pdf"), folder.glob("*.json")
    told = json.loads(facts.read_text())
    assert (result.done, settled(message), message.cost) == (1, S.SENT, Decimal("1.10"))
    assert pdf.read_bytes() == letter_pdf(message)
    assert told["address"] == ["Jörg Müller", "Gartenweg 5", "99084 Erfurt"]
    assert (message.pages, message.poll_at, message.reference) == (1, None, pdf.name)
    in_window(pdf.read_bytes(), "Hundeschule Pfotenglück · Am Anger 3", *told["address"])
    assert run_job("send_letters", DAY).is_empty
    assert len(list(folder.glob("*.pdf"))) == 1
    [month, *_before] = message_costs(clock.today(), company().zone)
    assert (month.letters, month.letter_cost, month.sms_cost) == (1, message.cost, ZERO)
    assert list(verify()) == []


def test_a_letter_of_ones_own_words_stands_in_the_window_and_is_escaped(app):
    customer = factories.customer(
        is_company=True, company_name="Muster & Söhne Handelsgesellschaft mbH & Co. KG",
        street="Lange Straße 123", address_extra="Hinterhaus", country="AT", postcode="1010",
        city="Wien",
    )  # fmt: skip
    words = "Guten Tag,\r\n\r\n<b>bitte</b> rufen Sie an.\r\n\r\n" + "Zeile für Zeile. " * 900

    message = write_letter(customer, subject="Ihr <Rückruf>", text=words[:7900], on=DAY, by=ANNA)
    run_job("send_letters", DAY)

    page = in_window(
        letter_pdf(message), "Muster & Söhne Handelsgesellschaft mbH & Co. KG", "Jörg Müller",
        "Hinterhaus", "Lange Straße 123", "1010 Wien", "ÖSTERREICH",
    )  # fmt: skip
    assert "Ihr <Rückruf>" in page.get_text()
    assert "<b>bitte</b> rufen Sie an." in page.get_text()
    assert settled(message) is S.SENT
    assert message.pages == 2
    with pytest.raises(DomainError, match="höchstens 8000 Zeichen"):
        write_letter(customer, subject="Lang", text="x" * 8001, on=DAY, by=ANNA)


def test_an_incomplete_address_is_refused_with_what_is_missing_and_becomes_a_task_by_itself(app):
    customer = factories.customer(street=None, postcode=None)
    invoice = factories.invoice(of=customer)

    with pytest.raises(DomainError, match="es fehlt: Straße, Postleitzahl"):
        send(invoice)
    with transaction(customer):
        letter = queue_letter_or_task(
            customer, attachments=renditions_of(invoice.current), subject_of=invoice,
            trigger=LetterTrigger.DUNNING, stage=2, on=DAY, by=ANNA,
        )  # fmt: skip

    assert letter is None
    assert "es fehlt: Straße, Postleitzahl" in db.session.scalars(select(Task)).one().text
    letters = select(Message).where(Message.channel == Channel.LETTER)
    assert db.session.scalars(letters).all() == []


def test_a_version_goes_once_for_each_stage_also_among_other_pages(app):
    customer = factories.customer()
    first, second = factories.invoice(of=customer), factories.invoice(of=customer)

    def dun(stage, *invoices):
        pages = [page for invoice in invoices for page in renditions_of(invoice.current)]
        return queue_letter_or_task(
            customer, attachments=pages, trigger=LetterTrigger.DUNNING, stage=stage, on=DAY, by=ANNA
        )

    both = dun(1, first, second)
    with pytest.raises(DomainError, match=f"{second.number} ist schon"):
        dun(1, second)
    dun(2, second)
    run_job("send_letters", DAY)

    assert settled(both) is S.SENT
    assert both.pages == 2
    assert len(db.session.scalars(select(PostedVersion)).all()) == 3


def test_letters_that_are_switched_off_drafts_and_cancelled_invoices_are_refused(app):
    draft = factories.draft(factories.line())
    with pytest.raises(DomainError, match="noch nicht ausgestellt"):
        send(draft)
    factories.change_company(letters_active=False)
    with pytest.raises(DomainError, match="ausgeschaltet"):
        send()
    with pytest.raises(DomainError, match="LetterXpress braucht"):
        factories.change_company(letter_service=LetterService.LETTERXPRESS)
    with pytest.raises(DomainError, match="beginnt mit https"):
        factories.change_company(letter_url="http://letters.example.org/v3")


def test_two_who_post_an_invoice_at_once_send_one_letter(app):
    number, barrier, refused = factories.invoice().id, Barrier(2), []

    def press():
        with app.app_context():
            invoice = db.session.get_one(Invoice, number)
            barrier.wait()
            try:
                send(invoice)
            except DomainError as refusal:
                refused.append(str(refusal))
            finally:
                db.session.remove()

    threads = [Thread(target=press) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    letters = select(Message).where(Message.channel == Channel.LETTER)
    assert len(db.session.scalars(letters).all()) == 1
    assert len(refused) == 1
    assert "schon am" in refused[0]


# --- the service ------------------------------------------------------------------------------


def test_the_service_takes_prints_and_posts_a_letter_and_is_asked_less_and_less(lxp):
    message = send()
    run_job("send_letters", DAY)
    [(_method, _path, order)] = lxp.requests
    job = lxp.orders[int(settled(message) and message.reference)]

    assert message.state is S.ACCEPTED
    assert order["letter"]["specification"] == {
        "color": "1", "mode": "simplex", "shipping": "national",
    }  # fmt: skip
    assert order["letter"]["notice"] == job["notice"] == f"Kutego {message.id}"

    asked = ask_after(minutes=31)
    assert (settled(message), asked) == (S.ACCEPTED, 0)
    job["status"] = "done"
    ask_after(hours=3)
    assert settled(message) is S.PRINTED
    job["items"][0]["status"] = "sent"
    ask_after(hours=9)
    assert settled(message) is S.SENT
    assert message.poll_at is None
    assert ask_after(days=2) == 0
    assert "geheim" not in company().letter_key


def test_a_refused_letter_fails_visibly_costs_nothing_and_may_go_again(lxp):
    message = send()
    invoice = told_of(message)
    lxp.answer = (422, {"message": "The PDF must be DIN A4."})
    result = run_job("send_letters", DAY)

    assert (settled(message), message.cost) == (S.FAILED, None)
    assert message.error == "LetterXpress lehnt den Brief ab: 422 The PDF must be DIN A4."
    assert result.problems == [f"Jörg Müller: {message.error}"]
    lxp.answer = None
    again = send(invoice)
    run_job("send_letters", DAY)
    assert settled(again) is S.ACCEPTED

    lxp.orders[int(again.reference)]["status"] = "canceled"
    ask_after(hours=1)
    assert (settled(again), again.cost) == (S.FAILED, None)
    assert send(invoice).state is S.QUEUED


def test_a_wrong_key_or_no_network_keeps_letters_waiting(lxp):
    first, second = send(), send()
    lxp.answer = (401, {"message": "Unauthorized."})
    run_job("send_letters", DAY)

    assert len(lxp.requests) == 1  # the second would fare no better
    assert (settled(first), settled(second)) == (S.QUEUED, S.QUEUED)
    assert first.error == "LetterXpress lehnt Benutzername oder API-Schlüssel ab."
    factories.change_company(letter_url="http://127.0.0.1:9/v3")
    run_job("send_letters", DAY)
    assert (
        "ist nicht erreichbar" in db.session.get(Message, second.id, populate_existing=True).error
    )
    factories.change_company(letter_url=f"{lxp.url}/v3")
    lxp.answer = None
    with clock.at(clock.now() + timedelta(hours=1)):
        run_job("send_letters", DAY)
    assert (settled(first), settled(second)) == (S.ACCEPTED, S.ACCEPTED)


def test_a_letter_without_confirmation_is_unclear_and_never_handed_over_again(lxp, monkeypatch):
    monkeypatch.setattr(channel, "Endpoint", lambda url: real(url, answer=0.3))
    message = send()
    lxp.silence = 1
    run_job("send_letters", DAY)

    assert settled(message) is S.UNCLEAR
    assert "Bestätigung kam aber nicht an" in message.error
    with clock.at(clock.now() + timedelta(days=3)):
        note_abandoned()
        run_job("send_letters", DAY)
    assert len(lxp.requests) == 1
    with pytest.raises(DomainError, match="schon am"):
        send(told_of(message))
    settle_unclear(message, was_sent=False, on=DAY, by=ANNA)
    assert send(told_of(message)).state is S.QUEUED


def test_a_letter_stays_in_the_record(app):
    message = send()
    run_job("send_letters", DAY)

    for refused in (
        lambda: hide_message(message, on=DAY, by=ANNA),
        lambda: resend_message(message, to_current=False, on=DAY, by=ANNA),
    ):
        with pytest.raises(DomainError, match="bleiben in der Akte"):
            refused()


# --- helpers ----------------------------------------------------------------------------------

real = channel.Endpoint


def plan_refusal(invoice):
    with pytest.raises(DomainError) as refusal:
        plan_post(invoice)
    return str(refusal.value)


def told_of(message):
    return db.session.get_one(Invoice, message.subject_id)


def ask_after(**span):
    with clock.at(clock.now() + timedelta(**span)):
        return run_job("track_deliveries", DAY).done
