"""SMS: counted, priced, sent by a service that is asked whether they arrived."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kutego import clock
from kutego.channels import sms as channel
from kutego.channels.sms_text import size_of
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    Enrolment,
    Message,
    MessageState,
    SmsService,
    SmsTrigger,
    company,
    message_costs,
)
from kutego.operations.customers import lock_customer
from kutego.operations.messages import hide_message
from kutego.operations.sms import queue_sms, send_sms, text_participant
from tests import factories, services
from tests.factories import ANNA, DAY

MOBILE = "0151 23456789"
E164 = "+4915123456789"
S = MessageState


@pytest.fixture
def seven(app):
    with services.running(services.Seven()) as service:
        factories.change_company(
            sms_active=True, sms_service=SmsService.SEVEN, sms_key="geheim", sms_sender="Pfote",
            sms_url=f"{service.url}/api",
        )  # fmt: skip
        yield service


def text(words="Der Kurs fällt heute aus.", of=None, **values):
    return send_sms(of or factories.customer(mobile=MOBILE), text=words, on=DAY, by=ANNA)


def settled(message):
    db.session.refresh(message)
    return message.state


def ask_after(**span):
    with clock.at(clock.now() + timedelta(**span)):
        return run_job("track_deliveries", DAY).done


# --- counting ---------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "words, length, parts",
    [
        ("ä" * 160, 160, 1),
        ("ä" * 161, 161, 2),
        ("ä" * 306, 306, 2),
        ("ä" * 307, 307, 3),
        ("€" * 80, 160, 1),  # each takes two places
        ("x" * 152 + "€" * 5, 162, 2),  # none of them is torn in two
        ("x" * 152 + "€" + "x" * 152, 306, 3),
        ("ê" * 70, 70, 1),
        ("ê" * 71, 71, 2),
        ("🐶" * 35, 70, 1),
        ("🐶" * 36, 72, 2),
        ("", 0, 0),
    ],
)
def test_a_text_is_counted_as_the_networks_count(words, length, parts):
    size = size_of(words)

    assert (size.length, size.parts) == (length, parts)


@given(st.text(max_size=800))
def test_parts_have_room_for_the_text_and_none_is_empty(words):
    size = size_of(words)

    assert size.length <= size.room or not words
    assert size.parts <= size.length


# --- writing ----------------------------------------------------------------------------------


def test_an_sms_goes_to_the_mobile_number_and_costs_its_parts(app):
    factories.change_company(sms_active=True)
    message = text("Der Kurs\r\nfällt aus. " + "x" * 150)

    run_job("send_sms", DAY)

    assert (settled(message), message.recipient) == (S.SENT, E164)
    assert (message.parts, message.cost) == (2, Decimal("0.15"))
    assert "\r" not in message.body
    [file] = (app.config["KUTEGO"].instance / "sms").glob("*.json")
    assert file.name == message.reference
    [month, *_before] = message_costs(clock.today(), company().zone)
    assert (month.sms, month.parts, month.sms_cost) == (1, 2, Decimal("0.15"))
    with pytest.raises(DomainError, match="bleiben in der Akte"):
        hide_message(message, on=DAY, by=ANNA)


def test_who_has_no_mobile_number_gets_none_and_the_reason_is_kept(app):
    factories.change_company(sms_active=True)
    landline = factories.customer(mobile=None, phone="0361 123456")
    with pytest.raises(DomainError, match=r"\+49 361 123456 ist keine Mobilnummer"):
        text(of=landline)

    message = queue_sms(
        factories.customer(mobile=None), "Kurs fällt aus", trigger=SmsTrigger.COURSE_CANCELLED,
        on=DAY, by=ANNA,
    )  # fmt: skip
    locked = factories.customer(mobile=MOBILE)
    lock_customer(locked, reason="Ruhe", on=DAY, by=ANNA)
    kept = queue_sms(locked, "Kurs", trigger=SmsTrigger.REMINDER, on=DAY, by=ANNA)

    assert (message.state, message.error) == (S.FAILED, "Es ist keine Mobilnummer bekannt.")
    assert (kept.state, kept.cost) == (S.SUPPRESSED, None)
    assert run_job("send_sms", DAY).is_empty


def test_whoever_has_two_dogs_in_a_course_is_told_once(app):
    factories.change_company(sms_active=True)
    customer = factories.customer(mobile=MOBILE)
    course = factories.running_course(starts_on=DAY)
    for _dog in range(2):
        factories.contract(customer, course=course)
    first, second = db.session.scalars(select(Enrolment).order_by(Enrolment.id))

    def tell(enrolment, words="Heute fällt der Kurs aus."):
        return text_participant(
            enrolment, text=words, trigger=SmsTrigger.COURSE_CANCELLED, on=DAY, by=ANNA
        )

    message = tell(first)
    with pytest.raises(DomainError, match="bekommt diese SMS schon"):
        tell(second)
    tell(second, "Er fällt doch nicht aus.")

    assert (message.subject_type, message.subject_id) == ("course_date", course.id)
    assert message.sms_trigger is SmsTrigger.COURSE_CANCELLED


def test_what_cannot_be_sent_is_refused(app):
    with pytest.raises(DomainError, match="ausgeschaltet"):
        text()
    factories.change_company(sms_active=True)
    with pytest.raises(DomainError, match="Bitte schreiben"):
        text("  ")
    with pytest.raises(DomainError, match="braucht 7 SMS"):
        text("x" * 1000)
    with pytest.raises(DomainError, match="höchstens 11 Buchstaben"):
        factories.change_company(sms_sender="Müller")
    with pytest.raises(DomainError, match="API-Schlüssel"):
        factories.change_company(sms_service=SmsService.SEVEN)
    assert db.session.scalars(select(Message)).all() == []


# --- the service ------------------------------------------------------------------------------


def test_the_service_sends_it_and_says_later_whether_it_arrived(seven):
    factories.change_company(sms_price=Decimal("0.0999"))
    arrived, lost = text(), text("Zweite")
    run_job("send_sms", DAY)
    sent = seven.requests[0][2]

    assert sent == {"to": E164, "text": "Der Kurs fällt heute aus.", "from": "Pfote",
                    "foreign_id": arrived.message_id.strip("<>")}  # fmt: skip
    assert (settled(arrived), arrived.cost) == (S.SENT, Decimal("0.075"))  # the service's price
    assert ask_after(minutes=2) == 0
    seven.orders[arrived.reference]["dlr"] = "DELIVERED"
    seven.orders[settled(lost) and lost.reference]["dlr"] = "NOTDELIVERED"
    assert ask_after(minutes=20) == 2

    assert (settled(arrived), arrived.poll_at) == (S.DELIVERED, None)
    assert arrived.delivered_at is not None
    assert (settled(lost), lost.cost) == (S.FAILED, Decimal("0.075"))
    assert "konnte die SMS nicht zustellen (NOTDELIVERED)" in lost.error


def test_an_sms_without_confirmation_is_found_again_in_the_logbook(seven, monkeypatch):
    monkeypatch.setattr(channel, "Endpoint", lambda url, answer: real(url, answer=0.3))
    message = text()
    seven.silence = 1
    run_job("send_sms", DAY)
    assert settled(message) is S.UNCLEAR

    seven.silence = 0
    with clock.at(clock.now() + timedelta(minutes=1)):
        run_job("send_sms", DAY)
    ask_after(minutes=2)

    assert (settled(message), message.error) == (S.SENT, None)
    assert message.reference in seven.orders
    assert [method for method, *_rest in seven.requests].count("POST") == 1


@pytest.mark.parametrize(
    "answer, state, told",
    [
        ((200, {"success": "202"}), S.FAILED, "Nummer des Empfängers ist ungültig"),
        ((200, "500"), S.QUEUED, "Guthaben bei seven.io reicht nicht"),
        ((200, "900"), S.QUEUED, "lehnt den API-Schlüssel ab"),
        ((503, {"message": "later"}), S.QUEUED, "nimmt gerade nichts an"),
        ((502, "<html>"), S.UNCLEAR, "unverständlich geantwortet"),
    ],
)
def test_every_refusal_of_the_service_is_told(seven, answer, state, told):
    message = text()
    seven.answer = answer
    run_job("send_sms", DAY)

    assert settled(message) is state
    assert told in message.error
    assert (message.cost is None) is (state is S.FAILED)


real = channel.Endpoint
