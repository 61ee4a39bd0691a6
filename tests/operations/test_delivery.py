"""Delivery: every mail once, whatever server, process or second delivery gets in the way."""

import io
import itertools
import threading
from datetime import timedelta

import pikepdf
import pytest

from kutego import clock
from kutego.channels import files
from kutego.db import db, transaction
from kutego.models import (
    Activity,
    MailSecurity,
    Message,
    MessageState,
    Rendition,
    company,
)
from kutego.operations.customers import lock_customer
from kutego.operations.delivery import BATCH, deliver_due
from kutego.operations.enclosures import remove_enclosure
from kutego.operations.messages import queue_message
from kutego.operations.outbox import (
    LEASE,
    PAUSES,
    ClaimLost,
    claim_due,
    note_failed,
    note_handing_over,
)
from tests import factories
from tests.factories import ANNA, DAY
from tests.mailserver import free_port, hang_up, running
from tests.racing import in_processes, process

S = MessageState


def use(port):
    """Let the business send over the server at `port`."""
    house = company()
    with transaction():
        house.smtp_host, house.smtp_port = "127.0.0.1", port
        house.smtp_security = MailSecurity.NONE
        house.mail_from, house.mail_from_name = "post@example.org", "Pfotenglück & Söhne"


@pytest.fixture
def server(app):
    with running() as server:
        use(server.port)
        yield server


def message(address=None, customer=None):
    """A mail without files in the queue."""
    customer = customer or factories.customer()
    with transaction():
        return queue_message(customer, "test_mail", recipient=address)


def arrived(server):
    return sorted(address for addresses in server.recipients for address in addresses)


def later(**duration):
    return clock.at(clock.now() + timedelta(**duration))


def test_an_invoice_arrives_with_pdf_and_xml(server):
    customer = factories.customer(first_name="Jörg", last_name="Weiß", email="weiss@example.org")
    invoice = factories.invoice(of=customer)

    result = deliver_due()

    assert (result.sent, result.problems) == (1, [])
    [row] = db.session.scalars(db.select(Message)).all()
    assert (row.state, row.attempts, row.error) == (S.SENT, 1, None)
    assert row.sent_at is not None
    [letter] = server.letters
    assert arrived(server) == ["weiss@example.org"]
    assert letter["Subject"] == f"Ihre Rechnung {invoice.number}"
    assert letter["Message-ID"] == row.message_id
    assert letter["From"] == "Pfotenglück & Söhne <post@example.org>"
    assert letter["To"] == "Jörg Weiß <weiss@example.org>"
    assert letter["Reply-To"] == company().email
    text = letter.get_body(("plain",)).get_content()
    assert text.splitlines() == row.body.splitlines()
    assert invoice.number in letter.get_body(("html",)).get_content()
    pdf, xml = letter.iter_attachments()
    assert pdf.get_filename() == f"Rechnung {invoice.number}.pdf"
    with pikepdf.open(io.BytesIO(pdf.get_content())) as opened:
        assert list(opened.attachments) == ["factur-x.xml"]
    assert invoice.number in xml.get_content().decode()


def test_the_office_s_own_files_arrive_after_the_invoice(server):
    factories.enclosure("Größe & Länge.pdf")
    factories.invoice()

    assert deliver_due().problems == []

    [letter] = server.letters
    *_documents, own = letter.iter_attachments()
    assert (own.get_filename(), own.get_content_type()) == ("Größe & Länge.pdf", "application/pdf")
    assert own.get_content() == factories.pdf()


def test_a_lost_file_holds_up_its_own_mail_alone(server):
    lost = factories.enclosure()
    factories.invoice()
    remove_enclosure(lost, on=DAY, by=ANNA)
    message()
    files._path(lost.sha256).unlink()

    result = deliver_due()

    assert result.sent == 1
    [problem] = result.problems
    assert lost.sha256 in problem


def test_what_was_sent_is_not_sent_again(server):
    for _ in range(3):
        message()

    first, second = deliver_due(), deliver_due()

    assert (first.sent, second.sent) == (3, 0)
    assert len(server.received) == 3


def test_a_run_can_be_limited_and_takes_what_waited_longest(server):
    for number in range(BATCH + 5):
        message(f"{number}@example.org")

    assert deliver_due(2).sent == 2
    assert arrived(server) == ["0@example.org", "1@example.org"]
    assert deliver_due().sent == BATCH + 3


def test_what_was_written_as_of_a_later_day_need_not_wait_for_it(server):
    with later(days=30):
        message()

    assert deliver_due().sent == 1


def test_without_a_server_the_messages_wait(app):
    row = message()

    assert deliver_due().sent == 0

    assert (row.state, row.attempts, row.error) == (S.QUEUED, 0, None)


def test_an_hour_without_the_server_loses_nothing_and_sends_nothing_twice(app):
    port = free_port()
    use(port)
    rows = [message(f"{number}@example.org") for number in range(30)]

    for minute in range(0, 60, 10):
        with later(minutes=minute):
            result = deliver_due()
            assert result.sent == 0
            assert len(result.problems) == 1  # it does not knock thirty times
    assert all(row.state is S.QUEUED for row in rows)
    assert "ist nicht erreichbar" in rows[0].error

    with running(port=port) as server:
        for minute in (60, 61, 90, 160):
            with later(minutes=minute):
                deliver_due()
    assert arrived(server) == sorted(f"{number}@example.org" for number in range(30))
    assert {row.state for row in rows} == {S.SENT}
    assert all(row.error is None for row in rows)


def test_a_mail_that_is_refused_for_now_is_tried_again_after_growing_pauses(server):
    row = message("voll@example.org")
    server.answers["voll@example.org"] = "452 4.2.2 mailbox full"
    tried, moment = [], clock.now()

    while row.state is S.QUEUED:
        with clock.at(moment):
            assert deliver_due().sent == 0
        tried.append(moment)
        moment = row.next_attempt_at or moment
    pauses = [after - before for before, after in itertools.pairwise(tried)]

    assert pauses == list(PAUSES)
    assert pauses[:5] == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=2, hours=4)
    assert row.state is S.FAILED
    assert row.attempts == len(PAUSES) + 1
    assert row.error == "Vorläufig abgelehnt: 452 4.2.2 mailbox full"
    query = db.select(Activity.action).where(Activity.subject_type == "message")
    assert db.session.scalars(query).all() == ["message.failed"]


def test_before_its_time_a_refused_mail_is_left_alone(server):
    row = message("voll@example.org")
    server.answers["voll@example.org"] = "452 4.2.2 mailbox full"
    deliver_due()
    del server.answers["voll@example.org"]

    with later(seconds=50):
        assert deliver_due().sent == 0
    with later(seconds=70):
        assert deliver_due().sent == 1
    assert row.state is S.SENT


def test_an_address_that_does_not_exist_fails_at_once_and_holds_nobody_up(server):
    bad, good = message("niemand@example.org"), message("jemand@example.org")
    server.answers["niemand@example.org"] = "550 5.1.1 no such user"

    result = deliver_due()

    assert result.sent == 1
    assert result.problems == [
        "niemand@example.org: Vom Empfänger abgelehnt: 550 5.1.1 no such user"
    ]
    assert (bad.state, bad.next_attempt_at) == (S.FAILED, None)
    assert good.state is S.SENT


def test_a_server_that_dies_after_the_text_leaves_it_unclear_and_is_not_asked_again(server):
    row, other = message("erster@example.org"), message("zweiter@example.org")
    server.at_data = hang_up

    deliver_due(1)
    server.at_data = None
    with later(days=1):
        deliver_due()

    assert row.state is S.UNCLEAR
    assert "die Bestätigung kam aber nicht an" in row.error
    assert other.state is S.SENT
    assert arrived(server) == ["erster@example.org", "zweiter@example.org"]


def test_a_customer_who_is_locked_meanwhile_gets_nothing(server):
    row, other = message(), message()
    lock_customer(row.customer, reason="Zahlt nicht", on=DAY, by=ANNA)

    result = deliver_due()

    assert result.sent == 1
    assert arrived(server) == [other.recipient]
    assert (row.state, row.error) == (S.SUPPRESSED, "Der Kunde ist gesperrt.")


def test_a_mail_whose_file_cannot_be_made_waits_and_holds_nobody_up(server):
    invoice = factories.invoice()
    other = message()
    pdf = db.session.scalars(db.select(Rendition)).first()
    with transaction():
        pdf.document_id = 4711  # as after a defect of the program

    result = deliver_due()

    row = db.session.scalars(db.select(Message).where(Message.subject_type == "invoice")).one()
    assert result.sent == 1
    assert other.state is S.SENT
    assert row.state is S.QUEUED
    assert f"Rechnung {invoice.number}.pdf" in row.error
    assert row.attempts == 1


def test_the_office_goes_on_writing_while_a_server_takes_its_time(app, server):
    message()
    written = []

    def write(_protocol):
        def clerk():
            with app.app_context():
                written.append(factories.customer().number)
                db.session.remove()

        thread = threading.Thread(target=clerk)
        thread.start()
        thread.join(10)

    server.at_data = write

    assert deliver_due().sent == 1
    assert len(written) == 1


# --- claims -----------------------------------------------------------------------------------


def test_a_claimed_message_is_nobody_elses_until_the_lease_is_over(server):
    message()
    [claim] = claim_due(BATCH)

    assert claim_due(BATCH) == []
    assert deliver_due().sent == 0
    with clock.at(claim.until + timedelta(seconds=1)):
        assert deliver_due().sent == 1


def test_who_has_lost_the_lease_does_not_send(app):
    message()
    [first] = claim_due(BATCH)
    with clock.at(first.until + timedelta(seconds=1)):
        [second] = claim_due(BATCH)

    with pytest.raises(ClaimLost):
        note_handing_over(first)
    assert note_handing_over(second).message_id == first.message_id


def test_who_is_late_may_send_where_nobody_else_has_taken_over(app):
    message()
    [claim] = claim_due(BATCH)

    with clock.at(claim.until + timedelta(minutes=1)):
        renewed = note_handing_over(claim)

        assert renewed.until == clock.now() + LEASE


def test_a_failure_gives_the_message_back(app):
    row = message()
    [claim] = claim_due(BATCH)
    note_handing_over(claim)

    note_failed(row, "Vorläufig abgelehnt")

    assert (row.claimed_until, row.handed_over_at) == (None, None)


# --- processes --------------------------------------------------------------------------------


def test_two_processes_that_deliver_at_once_send_every_mail_once(app, server):
    rows = [message(f"{number}@example.org") for number in range(3 * BATCH)]

    in_processes(app, (deliver_due,), (deliver_due,))

    assert arrived(server) == sorted(row.recipient for row in rows)
    db.session.rollback()
    assert {row.state for row in rows} == {S.SENT}
    assert server.sessions == 2


@pytest.mark.parametrize(
    ("moment", "state", "times"), [("recipient", S.SENT, 1), ("text", S.UNCLEAR, 1)]
)
def test_a_kill_loses_no_mail_and_repeats_none_that_may_be_on_its_way(
    app, server, moment, state, times
):
    row = message("kunde@example.org")
    reached = threading.Event()
    server.at[moment] = reached.set
    if moment == "recipient":
        server.delay = 30
    else:
        server.silence = 30
    with process(app, deliver_due):
        assert reached.wait(200)
    server.delay = server.silence = 0
    deliver_due()
    db.session.rollback()
    assert row.state is S.QUEUED  # the lease still holds
    with later(seconds=LEASE.total_seconds() + 5):
        deliver_due()

    db.session.rollback()
    assert row.state is state
    assert len(server.received) == times
