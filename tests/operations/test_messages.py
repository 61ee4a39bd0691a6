"""Messages: written with the change they tell of, repeated, taken off the record, cleared up."""

import pytest

from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Activity, Message, MessageState
from kutego.operations.attachments import attached
from kutego.operations.customers import lock_customer
from kutego.operations.documents import renditions_of
from kutego.operations.messages import (
    hide_message,
    queue_message,
    resend_message,
    settle_unclear,
)
from kutego.operations.outbox import claim_due, note_handing_over, note_sent, note_unclear
from tests import factories
from tests.factories import ANNA, DAY


def messages():
    return db.session.scalars(db.select(Message).order_by(Message.id)).all()


def actions(message):
    query = db.select(Activity.action).where(
        Activity.subject_type == "message", Activity.subject_id == message.id
    )
    return db.session.scalars(query.order_by(Activity.id)).all()


def announced(customer=None):
    """An invoice was issued; the mail that tells of it."""
    factories.invoice(of=customer or factories.customer())
    return messages()[-1]


def delivered(message):
    note_sent(message)
    return message


def unclear():
    message = announced()
    [claim] = claim_due(1, only=message.id)
    note_handing_over(claim)
    note_unclear(message, "Die Verbindung ist abgerissen.")
    return message


def test_a_message_is_written_with_the_change_it_tells_of(app):
    customer = factories.customer(email="joerg@example.org")

    message = announced(customer)

    assert message.state is MessageState.QUEUED
    assert (message.recipient, message.recipient_name) == ("joerg@example.org", "Jörg Müller")
    assert (message.subject_type, message.customer) == ("invoice", customer)
    assert message.message_id.startswith("<")
    assert message.message_id.endswith("@example.org>")
    assert message.next_attempt_at == message.created_at


def test_a_change_that_is_taken_back_takes_its_message_along(app):
    customer = factories.customer()

    def change():
        with transaction():
            queue_message(customer, "test_mail")
            raise DomainError("Doch nicht.")

    with pytest.raises(DomainError):
        change()
    assert messages() == []


def test_a_document_takes_its_files_along(app):
    invoice = factories.invoice()
    version, customer = invoice.current, invoice.customer

    with transaction():
        own = queue_message(customer, "test_mail", subject_of=version)
        none = queue_message(customer, "test_mail", subject_of=invoice)
        asked = queue_message(customer, "test_mail", attachments=renditions_of(version)[:1])

    files = renditions_of(version)
    assert [attached(mail) for mail in (own, none, asked)] == [files, [], files[:1]]


def test_a_locked_customer_gets_nothing_and_the_record_says_so(app):
    customer = factories.customer()
    lock_customer(customer, reason="Zahlt nicht", on=DAY, by=ANNA)

    with transaction():
        message = queue_message(customer, "test_mail")

    assert message.state is MessageState.SUPPRESSED
    assert message.error == "Der Kunde ist gesperrt."
    assert message.next_attempt_at is None
    assert actions(message) == ["message.suppressed"]


def test_a_customer_without_an_address_shows_as_failed(app):
    customer = factories.customer(email=None)

    with transaction():
        message = queue_message(customer, "test_mail")

    assert message.state is MessageState.FAILED
    assert message.error == "Es ist keine E-Mail-Adresse bekannt."


@pytest.mark.parametrize(("to_current", "address"), [(False, "alt"), (True, "neu")])
def test_a_message_is_sent_again_to_the_address_that_was_chosen(app, to_current, address):
    customer = factories.customer(email="alt@example.org")
    first = delivered(announced(customer))
    with transaction():
        customer.email = "neu@example.org"

    again = resend_message(first, to_current=to_current, on=DAY, by=ANNA)
    third = resend_message(delivered(again), to_current=to_current, on=DAY, by=ANNA)

    assert again.recipient == third.recipient == f"{address}@example.org"
    assert (again.subject, again.body, again.attachments) == (
        first.subject, first.body, first.attachments,
    )  # fmt: skip
    assert (again.subject_type, again.subject_id) == (first.subject_type, first.subject_id)
    assert again.resend_of_id == third.resend_of_id == first.id
    assert len({first.message_id, again.message_id, third.message_id}) == 3
    assert third.state is MessageState.QUEUED
    assert actions(third) == ["message.resent"]


def test_what_still_waits_is_neither_sent_again_nor_taken_off_the_record(app):
    message = announced()

    with pytest.raises(DomainError, match="wartet noch auf den Versand"):
        resend_message(message, to_current=False, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="wartet noch auf den Versand"):
        hide_message(message, on=DAY, by=ANNA)


def test_nothing_is_sent_again_to_a_locked_customer_or_to_nowhere(app):
    message = delivered(announced())
    nowhere = factories.customer(email=None)
    with transaction():
        lost = queue_message(nowhere, "test_mail")
    lock_customer(message.customer, reason="Zahlt nicht", on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="ist gesperrt"):
        resend_message(message, to_current=True, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="keine E-Mail-Adresse"):
        resend_message(lost, to_current=True, on=DAY, by=ANNA)
    assert len(messages()) == 2


def test_a_message_taken_off_the_record_stays_in_the_log(app):
    message = delivered(announced())

    hide_message(message, on=DAY, by=ANNA)

    assert message.hidden_at is not None
    assert messages() == [message]
    assert actions(message) == ["message.hidden"]
    with pytest.raises(DomainError, match="schon gelöscht"):
        hide_message(message, on=DAY, by=ANNA)


def test_a_person_says_what_became_of_an_unclear_message(app):
    arrived, lost = unclear(), unclear()

    settle_unclear(arrived, was_sent=True, on=DAY, by=ANNA)
    settle_unclear(lost, was_sent=False, on=DAY, by=ANNA)

    assert (arrived.state, arrived.error) == (MessageState.SENT, None)
    assert arrived.sent_at == arrived.handed_over_at is not None
    assert (lost.state, lost.error) == (MessageState.FAILED, "Nicht angekommen, sagt Anna Büro.")
    assert actions(lost) == ["message.unclear", "message.settled"]
    assert resend_message(lost, to_current=False, on=DAY, by=ANNA).state is MessageState.QUEUED
    with pytest.raises(DomainError, match="nichts zu klären"):
        settle_unclear(arrived, was_sent=True, on=DAY, by=ANNA)
