"""A talk over real mail servers: written in the record, answered, fetched, and what comes back."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from kutego import clock
from kutego.channels.sealing import seal
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    Customer,
    EntryDirection,
    InboxSecurity,
    IncomingMail,
    MailFate,
    MailSecurity,
    Message,
    MessageFile,
    MessageState,
    Origin,
    Thread,
    ThreadEntry,
    ThreadKind,
    ThreadState,
    company,
)
from kutego.operations.callbacks import (
    record_callback,
    record_contact,
    take_callback,
    take_contact,
)
from kutego.operations.customers import lock_customer
from kutego.operations.delivery import deliver_due
from kutego.operations.erasures import erase_customer
from kutego.operations.inbox import check_inbox, fetch_due
from kutego.operations.master_data import save_record
from kutego.operations.message_files import keep_file
from kutego.operations.threads import (
    finish_thread,
    new_thread,
    reply_to_thread,
    write_to_customer,
)
from kutego.operations.unassigned import assign_to_customer
from tests import factories, imapserver, mailserver
from tests.factories import ANNA, DAY


@pytest.fixture
def smtp(app):
    with mailserver.running() as server:
        with transaction():
            house = company()
            house.smtp_host, house.smtp_port = "127.0.0.1", server.port
            house.smtp_security, house.mail_from = MailSecurity.NONE, "post@example.org"
        yield server


@pytest.fixture
def box(app):
    with imapserver.running() as box:
        with transaction():
            house = company()
            house.imap_host, house.imap_port = "127.0.0.1", box.port
            house.imap_security, house.imap_user = InboxSecurity.NONE, box.user
            house.imap_password = seal(box.password)
        yield box


def mail(text="Ja, gern!", to=None, **headers):
    """A mail as a customer's program writes it; an answer to the mail `to`."""
    made = EmailMessage()
    made["From"] = headers.pop("sender", "Jörg Müller <joerg@example.org>")
    made["To"] = "post@example.org"
    made["Subject"] = headers.pop("subject", f"Re: {to['Subject']}" if to else "Frage")
    made["Message-ID"] = headers.pop("id", f"<{abs(hash(text))}.{len(text)}@kunde.example>")
    if to:
        made["In-Reply-To"] = to["Message-ID"]
        made["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def bounce(letter, status="5.1.1", action="failed", words="550 5.1.1 User unknown"):
    """The report of a mail server that could not deliver `letter` (RFC 3464)."""
    head = f"Message-ID: {letter['Message-ID']}\nSubject: x\n"
    return (
        "From: Mail Delivery Subsystem <mailer-daemon@mx.example>\nTo: post@example.org\n"
        f"Message-ID: <{status}.{action}.{letter['Message-ID'][1:9]}@mx.example>\n"
        "Subject: Undelivered Mail\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; joerg@example.org\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{head}\n--b--\n"
    ).encode()


def threads():
    return db.session.scalars(db.select(Thread).order_by(Thread.id)).all()


def entries(thread):
    query = db.select(ThreadEntry).where(ThreadEntry.thread_id == thread.id)
    return [(e.direction.value, e.text) for e in db.session.scalars(query.order_by(ThreadEntry.id))]


def fates():
    return [
        m.fate.value for m in db.session.scalars(db.select(IncomingMail).order_by(IncomingMail.id))
    ]


def test_a_talk_goes_to_and_fro_and_stays_one_thread(smtp, box):
    # given: a mail with a file, written in the record
    joerg = factories.customer(email="joerg@example.org", first_name="Jörg")
    stored = keep_file("Packliste.pdf", factories.pdf())
    thread = write_to_customer(
        joerg, subject="Ihr Platz", text="Hallo {{ vorname }}, passt Montag?", files=[stored],
        on=DAY, by=ANNA,
    )  # fmt: skip
    assert deliver_due().problems == []
    [first] = smtp.letters
    assert first["Subject"] == f"Ihr Platz [#{thread.token}]"
    assert first["Auto-Submitted"] is None
    assert first["Reply-To"] == "buero@example.org"
    assert "Hallo Jörg, passt Montag?" in first.get_body(("plain",)).get_content()
    assert [part.get_filename() for part in first.iter_attachments()] == ["Packliste.pdf"]

    # when: the customer answers with a file that is kept and one that is not
    answer = mail("Ja, gern!\n\nAm 23.11. schrieb Büro:\n> Hallo Jörg", first)
    answer.add_attachment(
        factories.pdf(), maintype="application", subtype="pdf", filename="Impf.pdf"
    )
    answer.add_attachment(b"MZ\x90\x00", maintype="image", subtype="png", filename="bild.png")
    box.add(answer)
    assert fetch_due().taken == 1

    # then
    [found] = threads()
    assert (found.id, found.state) == (thread.id, ThreadState.NEW)
    assert [direction for direction, _text in entries(found)] == ["out", "in"]
    received = db.session.scalars(db.select(ThreadEntry).order_by(ThreadEntry.id)).all()[-1]
    assert received.author == "Jörg Müller <joerg@example.org>"
    [[table, number]] = received.attachments
    kept = db.session.get_one(MessageFile, number)
    assert (table, kept.name, kept.customer_id) == ("message_file", "Impf.pdf", joerg.id)
    assert "bild.png" in received.remarks[0]

    # when: the office answers, and the customer's program names only the last mail
    reply_to_thread(found, text="Bis Montag!", on=DAY, by=ANNA)
    deliver_due()
    second = smtp.letters[-1]
    assert second["In-Reply-To"] == answer["Message-ID"]
    assert second["References"].split() == [first["Message-ID"], answer["Message-ID"]]
    finish_thread(found, on=DAY, by=ANNA)
    last = mail("Danke", second, subject="Kurz noch", sender="privat@example.net")
    del last["References"]
    box.add(last)
    box.add(
        mail("Noch etwas", subject=f"AW: Ihr Platz [#{thread.token}]", sender="eva@example.net")
    )
    fetch_due()

    # then: one thread, open again
    [found] = threads()
    assert [text for direction, text in entries(found)][-2:] == ["Danke", "Noch etwas"]
    assert found.state is ThreadState.NEW
    assert box.changed == []


def test_a_connection_that_dies_loses_nothing_and_doubles_nothing(smtp, box):
    # given
    factories.customer(email="joerg@example.org")
    numbers = [box.add(mail(f"Frage {n}", subject=f"Frage {n}")) for n in range(4)]
    box.dies_at = numbers[2]

    # when
    first, second, third = fetch_due(), fetch_due(), fetch_due()

    # then
    assert (first.taken, second.taken, third.taken) == (2, 2, 0)
    assert "nicht erreichbar" in first.problems[0]
    assert [t.subject for t in threads()] == [f"Frage {n}" for n in range(4)]

    # when: the server numbers all mails anew, and one more comes in
    box.renumber()
    box.add(mail("Frage 4", subject="Frage 4"))
    fetch_due()

    # then
    assert [t.subject for t in threads()] == [f"Frage {n}" for n in range(5)]
    assert fates()[-5:] == ["known"] * 4 + ["entered"]


def test_mail_finds_its_customer_or_waits_for_the_office(box):
    # given
    anna = factories.customer(email="anna@example.org")
    box.add(mail("Von Anna", sender="Anna <ANNA@Example.org>", subject="Hallo"))
    box.add(mail("Nachtrag", sender="anna@example.org", subject="AW: Hallo"))
    box.add(mail("Wer?", sender="fremd@example.net", subject="Angebot"))
    html = EmailMessage()
    html["From"], html["Subject"] = "anna@example.org", "Bunt"
    html.set_content("<style>p{}</style><p>Guten Tag<br>Anna</p><script>alert(1)</script>", "html")
    box.add(html)
    for header in ("Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"):
        name, value = header.split(": ")
        box.add(mail(f"Bin nicht da {name}", sender="anna@example.org", **{name: value}))
    box.add(
        b"From: anna@example.org\nSubject: =?kaputt?\n"
        b"Content-Type: text/plain; charset=mond\n\n\xff\x00?"
    )

    # when
    result = fetch_due()

    # then
    assert (result.taken, result.problems) == (8, [])
    hello, unknown, colourful, broken = threads()
    assert (hello.customer_id, unknown.customer_id) == (anna.id, None)
    assert [text for _in, text in entries(hello)] == ["Von Anna", "Nachtrag"]
    assert unknown.email == "fremd@example.net"
    assert entries(colourful) == [("in", "Guten Tag\nAnna")]
    assert broken.customer_id == anna.id
    assert fates().count("ignored") == 3

    # and what nobody gave to a customer goes after half a year
    with clock.at(unknown.last_at + timedelta(days=179)):
        assert run_job("clean_up", clock.today(), dry_run=True).plan == []
    with clock.at(unknown.last_at + timedelta(days=181)):
        assert run_job("clean_up", clock.today(), dry_run=True).plan == ["thread: 1"]
        run_job("clean_up", clock.today())
        assert run_job("clean_up", clock.today(), dry_run=True).plan == []
    assert [thread.customer_id for thread in threads()] == [anna.id] * 3


def test_mail_that_comes_back_marks_message_and_address_until_it_changes(smtp, box):
    # given
    joerg = factories.customer(email="joerg@example.org")
    thread = write_to_customer(joerg, subject="Post", text="Guten Tag", on=DAY, by=ANNA)
    deliver_due()
    [letter] = smtp.letters
    box.add(bounce(letter, action="delayed", status="4.4.7"))
    box.add(bounce(letter))
    box.add(bounce(letter, status="5.1.2"))  # once more, from another server

    # when
    assert fetch_due().taken == 3

    # then
    message = db.session.scalars(db.select(Message)).one()
    assert message.state is MessageState.FAILED
    assert message.error == "Unzustellbar: 550 5.1.1 User unknown"
    assert joerg.email_problem == "550 5.1.1 User unknown"
    assert (joerg.email_bounces, len(threads())) == (1, 1)
    assert entries(thread)[1:] == [("note", "Unzustellbar: 550 5.1.1 User unknown")]
    assert fates() == ["bounce"] * 3

    # when
    save_record(joerg, {"email": " Joerg@example.org"}, by=ANNA)
    assert joerg.email_problem
    save_record(joerg, {"email": "neu@example.org"}, by=ANNA)

    # then
    assert (joerg.email_problem, joerg.email_bounces) == (None, 0)


def test_a_full_mailbox_counts_and_only_the_third_time_in_a_row_marks_the_address(smtp, box):
    # given
    joerg = factories.customer(email="joerg@example.org")
    seen = []
    for n in range(3):
        write_to_customer(joerg, subject=f"Post {n}", text="Guten Tag", on=DAY, by=ANNA)
        deliver_due()

        # when
        box.add(bounce(smtp.letters[-1], status="5.2.2", words="552 mailbox full"))
        fetch_due()
        db.session.refresh(joerg)
        seen.append(joerg.email_problem)

    # then
    assert seen == [None, None, "552 mailbox full"]


def test_what_cannot_be_written_is_refused_and_nothing_is_queued(smtp):
    # given
    joerg = factories.customer(email="joerg@example.org")
    silent, locked = factories.customer(email=None), factories.customer()
    lock_customer(locked, reason="Zahlt nicht", on=DAY, by=ANNA)
    other = write_to_customer(joerg, subject="Eins", text="Text", on=DAY, by=ANNA)
    finish_thread(other, on=DAY, by=ANNA)

    # then
    for customer, words, values in (
        (silent, "keine E-Mail-Adresse", {}),
        (locked, "gesperrt", {}),
        (joerg, "Betreff", {"subject": " Re: "}),
        (joerg, "Text", {"text": " "}),
        (joerg, "gibt es hier nicht", {"text": "{{ iban }}"}),
        (factories.customer(), "anderen Kunden", {"thread": other}),
    ):
        with pytest.raises(DomainError, match=words):
            write_to_customer(
                customer, **{"subject": "Post", "text": "Text"} | values, on=DAY, by=ANNA
            )
    assert db.session.query(Message).count() == 1
    assert write_to_customer(joerg, subject="Eins", text="x", on=DAY, by=ANNA).id != other.id


def test_nothing_new_comes_into_the_record_of_whoever_was_anonymised(app):
    # given
    erased = factories.customer()
    erase_customer(erased, on=DAY, by=ANNA)
    with transaction():
        stranger = new_thread(ThreadKind.CONTACT, "Frage", customer=None, email="x@y.de", by=ANNA)

    # then
    talk = {"subject": "Anruf", "text": "Hat angerufen", "is_done": False}
    for attempt in (
        lambda: record_contact(erased, **talk, on=DAY, by=ANNA),
        lambda: record_callback(erased, phone="0361 1", topic="", on=DAY, by=ANNA),
        lambda: assign_to_customer(stranger, customer=erased, on=DAY, by=ANNA),
    ):
        with pytest.raises(DomainError, match="ist anonymisiert"):
            attempt()
    assert db.session.query(Thread).one().customer is None


def test_the_public_forms_make_the_customer_once_and_a_thread_each(app):
    # when
    asked = {"email": " Neu@Example.org ", "first_name": "Nele", "last_name": "Neu"}
    contact = take_contact(**asked, text="Ist noch Platz?", subject="Welpen", on=DAY, by=ANNA)
    callback = take_callback(
        **asked, phone="0361 998877", topic="Anmeldung", wished="abends", on=DAY, by=ANNA
    )
    by_hand = record_callback(contact.customer, phone="0361 1", topic="", on=DAY, by=ANNA)

    # then
    assert contact.customer is callback.customer
    assert contact.customer.origin is Origin.CONTACT_FORM
    assert (contact.state, callback.state) == (ThreadState.NEW, ThreadState.OPEN)
    assert entries(contact) == [(EntryDirection.IN.value, "Ist noch Platz?")]
    assert (callback.phone, callback.wished) == ("+49 361 998877", "abends")
    assert by_hand.subject == "Rückruf erbeten"
    for wrong, words in (({"text": " "}, "Nachricht"), ({"email": "x"}, "keine E-Mail-Adresse")):
        with pytest.raises(DomainError, match=words):
            take_contact(**asked | {"text": "Hallo"} | wrong, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Telefonnummer"):
        take_callback(**asked, phone="", topic="x", on=DAY, by=ANNA)
    assert db.session.query(Customer).count() == 1


def test_an_old_mailbox_is_read_from_today_and_its_troubles_are_told(box):
    # given
    old = clock.now() - timedelta(days=40)
    box.add(mail("Alt", subject="Alt"), arrived=old)
    box.add(mail("Neu", subject="Neu"))

    # then
    assert check_inbox() == 1
    assert fetch_due().taken == 1
    assert [t.subject for t in threads()] == ["Neu"]
    for change, words in (
        ({"imap_folder": "Kunden"}, "Ordner „Kunden“"),
        ({"imap_password": seal("falsch")}, "Benutzername oder Passwort"),
        ({"imap_security": InboxSecurity.TLS}, "nicht erreichbar"),
        ({"imap_host": "gibt.es.nicht.invalid"}, "nicht zu finden"),
        ({"imap_host": None}, "zuerst"),
    ):
        with transaction():
            for name, value in change.items():
                setattr(company(), name, value)
        with pytest.raises(DomainError, match=words):
            check_inbox()
    assert MailFate.ENTERED.value in fates()


def test_a_mail_that_cannot_be_read_is_told_of_and_holds_up_no_other(box):
    # given: a mail of four thousand mails within each other, and a sound one
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(4000)
    )
    box.add(b"From: quaelgeist@example.net\nSubject: Rate mal\n" + nested)
    box.add(mail("Von Anna", subject="Hallo"))

    # when
    first, second = fetch_due(), fetch_due()

    # then
    assert (first.taken, len(first.problems), second.taken) == (2, 1, 0)
    lost, sound = threads()
    assert "Rate mal" in entries(lost)[0][1]
    assert (lost.subject, sound.subject) == ("Eine E-Mail ließ sich nicht lesen", "Hallo")
    assert fates() == ["unreadable", "entered"]


def test_a_report_without_a_standard_is_understood_and_a_forged_one_marks_nobody(smtp, box):
    # given
    joerg = factories.customer(email="joerg@example.org")
    write_to_customer(joerg, subject="Post", text="Guten Tag", on=DAY, by=ANNA)
    deliver_due()
    [letter] = smtp.letters
    old = f"I'm afraid I wasn't able to deliver: 550 no such user\n\n{letter['Message-ID']}\n"
    forged = bounce({"Message-ID": "<erfunden@example.org>"})
    box.add(forged)
    assert fetch_due().taken == 1
    assert joerg.email_problem is None

    # when
    box.add(mail(old, sender="MAILER-DAEMON@mx.example", subject="failure notice"))
    fetch_due()

    # then
    assert "550 no such user" in joerg.email_problem
    assert [t.state for t in threads()] == [ThreadState.NEW]
