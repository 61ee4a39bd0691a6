"""E-mail over a real SMTP server that behaves well, badly, or not at all."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from kutego.channels.email import Email, File
from kutego.channels.smtp import Fate, SafeConnection, Server, server_of
from kutego.models import MailSecurity, company
from tests import mailserver
from tests.mailserver import certificate, hang_up, running, silent_port

EMAIL = Email(
    message_id="<0123456789abcdef@example.org>",
    sender=("Hundeschule Pfotenglück, Inh. Kuhn", "buero@example.org"),
    recipient=("Jörg Weiß", "joerg.weiss@example.org"),
    subject="Ihre Rechnung R-2026-00012 über 1.234,50 €",
    text="Guten Tag,\n\nanbei die Rechnung.\n",
)


def plain(server, **values):
    defaults = {"host": "127.0.0.1", "port": server.port, "security": MailSecurity.NONE}
    return Server(**defaults | {"timeout": 2} | values)


def send(server, email=EMAIL, **values):
    """The outcome of one mail, and whether its text was about to be handed over."""
    handed_over = []
    with SafeConnection(plain(server, **values)) as connection:
        outcome = connection.deliver(email, before_text=lambda: handed_over.append(True))
    return outcome, bool(handed_over)


def test_a_mail_arrives_whole(app):
    files = (
        File("Rechnung Müller & Söhne.pdf", "application/pdf", bytes(range(256)) * 40),
        File("Rechnung R-2026-00012.xml", "application/xml", b"<a>\xc3\xa4</a>"),
    )
    email = replace(EMAIL, html="<p>Größe</p>", reply_to="hallo@example.org", files=files)

    with running() as server:
        outcome, _ = send(server, email)

    assert outcome.fate is Fate.SENT
    [letter] = server.letters
    assert server.recipients == [["joerg.weiss@example.org"]]
    assert letter["Subject"] == EMAIL.subject
    assert letter["Message-ID"] == EMAIL.message_id
    assert letter["From"].addresses[0].display_name == EMAIL.sender[0]
    assert letter["From"].addresses[0].addr_spec == EMAIL.sender[1]
    assert letter["To"].addresses[0].display_name == "Jörg Weiß"
    assert letter["Reply-To"] == "hallo@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime is not None
    assert letter.get_body(("plain",)).get_content().splitlines() == EMAIL.text.splitlines()
    assert letter.get_body(("html",)).get_content().strip() == "<p>Größe</p>"
    attached = list(letter.iter_attachments())
    assert [(a.get_filename(), a.get_content_type()) for a in attached] == [
        (file.name, file.content_type) for file in files
    ]
    assert [a.get_payload(decode=True) for a in attached] == [file.data for file in files]


def test_nothing_on_the_wire_is_longer_than_smtp_allows_or_not_ascii(app):
    long_line = "ä" * 4000
    email = replace(
        EMAIL, text=long_line, html=f"<p>{long_line}</p>", subject="Größe " * 60,
        recipient=("Müller-Lüdenscheidt " * 12, "m@example.org"),
        files=(File("ü" * 120 + ".pdf", "application/pdf", b"x" * 5000),),
    )  # fmt: skip

    with running() as server:
        send(server, email)

    [raw] = server.received
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    [letter] = server.letters
    assert letter["Subject"].strip() == ("Größe " * 60).strip()
    name, _address = parseaddr(str(make_header(decode_header(raw_header(raw, "To")))))
    assert name == ("Müller-Lüdenscheidt " * 12).strip()
    assert letter.get_body(("plain",)).get_content().strip() == long_line
    assert next(letter.iter_attachments()).get_filename() == "ü" * 120 + ".pdf"


def raw_header(raw, name):
    """Python 3.11's new parser puts spaces between the parts of a long encoded name."""
    return message_from_bytes(raw)[name]


def test_a_domain_with_an_umlaut_is_reached_by_its_real_name(app):
    email = replace(EMAIL, recipient=("", "info@fußball.de"))

    with running() as server:
        send(server, email)

    assert server.recipients == [["info@xn--fuball-cta.de"]]


@pytest.mark.parametrize(
    "bad",
    [
        {"recipient": ("", "keine Adresse")},
        {"recipient": ("", "a@example.org\r\nBcc: b@example.org")},
        {"recipient": ("", "jörg@example.org")},
        {"recipient": ("", "")},
        {"subject": "Rechnung\r\nBcc: b@example.org"},
        {"subject": "Rechnung\nBcc: b@example.org"},
    ],
)
def test_a_mail_that_cannot_be_is_refused_before_anybody_is_asked(app, bad):
    with running() as server:
        outcome, _ = send(server, replace(EMAIL, **bad))

    assert outcome.fate is Fate.REFUSED
    assert re.search("Adresse|@ Zeichen", outcome.reason)
    assert server.sessions == 0


@pytest.mark.parametrize(
    ("answer", "fate", "sentence"),
    [
        ("550 5.1.1 unknown user", Fate.REFUSED, "Vom Empfänger abgelehnt: 550 5.1.1 unknown user"),
        ("451 4.7.1 greylisted", Fate.LATER, "Vorläufig abgelehnt: 451 4.7.1 greylisted"),
        ("421 4.3.2 closing down", Fate.NO_SERVER, "421 4.3.2 closing down"),
    ],
)
def test_a_recipient_that_is_refused_is_noticed(app, answer, fate, sentence):
    server = mailserver.MailServer()
    server.answers["joerg.weiss@example.org"] = answer

    with running(server):
        outcome, handed_over = send(server)

    assert outcome.fate is fate
    assert sentence in outcome.reason
    assert not handed_over


@pytest.mark.parametrize(
    ("answer", "fate"),
    [("554 5.7.1 spam", Fate.REFUSED), ("452 4.2.2 mailbox full", Fate.LATER)],
)
def test_a_text_that_is_refused_is_noticed(app, answer, fate):
    server = mailserver.MailServer()
    server.answers["data"] = answer

    with running(server):
        outcome, _ = send(server)

    assert outcome.fate is fate
    assert answer in outcome.reason
    assert server.received == []


def test_a_refused_sender_concerns_the_server_not_the_mail(app):
    server = mailserver.MailServer()
    server.answers["mail"] = "550 5.7.1 not your address"

    with running(server):
        outcome, handed_over = send(server)

    assert outcome.fate is Fate.NO_SERVER
    assert "lehnt den Absender ab: 550 5.7.1 not your address" in outcome.reason
    assert not handed_over


def test_a_server_that_dies_after_the_text_leaves_the_mail_unclear(app):
    server = mailserver.MailServer()
    server.at_data = hang_up

    with running(server):
        outcome, handed_over = send(server)

    assert outcome.fate is Fate.UNCLEAR
    assert "hat die Nachricht erhalten" in outcome.reason
    assert handed_over
    assert len(server.received) == 1


def test_a_server_that_is_silent_after_the_text_leaves_the_mail_unclear(app):
    server = mailserver.MailServer()
    server.silence = 1

    with running(server):
        outcome, _ = send(server, text_timeout=0.3)

    assert outcome.fate is Fate.UNCLEAR


def test_a_server_that_never_answers_holds_nobody_up(app):
    with (
        silent_port() as port,
        SafeConnection(Server("127.0.0.1", port, MailSecurity.NONE, timeout=0.3)) as connection,
    ):
        outcome = connection.deliver(EMAIL)

    assert outcome.fate is Fate.NO_SERVER
    assert "127.0.0.1" in outcome.reason


def test_a_server_that_hangs_half_way_has_sent_nothing(app):
    server = mailserver.MailServer()
    server.delay = 3

    with running(server):
        outcome, handed_over = send(server, timeout=0.3)

    assert outcome.fate is Fate.NO_SERVER
    assert not handed_over


@pytest.mark.parametrize("host", ["127.0.0.1", "kein-server.invalid", "ä" * 80 + ".de"])
def test_a_server_that_is_not_there_is_named(app, host):
    server = Server(host, mailserver.free_port(), MailSecurity.NONE, timeout=2)

    with SafeConnection(server) as connection:
        outcome = connection.deliver(EMAIL)

    assert outcome.fate is Fate.NO_SERVER
    assert f"Der Mailserver {host} ist" in outcome.reason


def test_one_connection_carries_many_mails_and_is_opened_anew_when_it_was_closed(app):
    server = mailserver.MailServer()
    server.answers["raus@example.org"] = "550 unknown"
    refused = replace(EMAIL, recipient=("", "raus@example.org"))

    with running(server), SafeConnection(plain(server)) as connection:
        fates = [connection.deliver(email).fate for email in (EMAIL, refused, EMAIL)]
        assert server.sessions == 1
        connection.host.sock.shutdown(2)  # as after an idle time
        fates.append(connection.deliver(EMAIL).fate)

    assert fates == [Fate.SENT, Fate.REFUSED, Fate.SENT, Fate.SENT]
    assert server.sessions == 2


def test_nothing_is_sent_when_the_note_before_the_text_fails(app):
    def refuse():
        raise RuntimeError("the claim is lost")

    with running() as server, SafeConnection(plain(server)) as connection:
        with pytest.raises(RuntimeError, match="claim"):
            connection.deliver(EMAIL, before_text=refuse)
        after = connection.deliver(EMAIL)

    assert after.fate is Fate.SENT
    assert len(server.received) == 1


def test_a_wrong_password_is_named_and_a_right_one_logs_in(app):
    with running(user=("petra", "geheim")) as server:
        wrong, _ = send(server, user="petra", password="falsch")
        right, _ = send(server, user="petra", password="geheim")

    assert wrong.fate is Fate.NO_SERVER
    assert "lehnt Benutzername oder Passwort ab: 535" in wrong.reason
    assert right.fate is Fate.SENT


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_nobody_vouches_for_is_refused(app, tmp_path, security):
    _, context = certificate(tmp_path)
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"

    with running(**{option: context}) as server:
        outcome, handed_over = send(
            server, host="localhost", security=security, user="petra", password="geheim"
        )

    assert outcome.fate is Fate.NO_SERVER
    assert "Das Zertifikat des Mailservers localhost ist nicht gültig" in outcome.reason
    assert not handed_over
    assert server.received == []


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_for_another_name_is_refused(app, tmp_path, security, monkeypatch):
    path, context = certificate(tmp_path, name="other.example.org", addresses=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"

    with running(**{option: context}) as server:
        outcome, _ = send(server, host="localhost", security=security)

    assert outcome.fate is Fate.NO_SERVER
    assert "ist nicht gültig" in outcome.reason


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_mail_goes_out_encrypted_where_the_certificate_is_good(
    app, tmp_path, security, monkeypatch
):
    path, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"

    with running(**{option: context}) as server:
        outcome, _ = send(server, host="localhost", security=security)

    assert outcome.fate is Fate.SENT, outcome.reason
    assert server.encrypted == [True]


def test_a_server_without_encryption_gets_no_password(app):
    with running(user=("petra", "geheim")) as server:
        outcome, _ = send(server, security=MailSecurity.STARTTLS, user="petra", password="geheim")

    assert outcome.fate is Fate.NO_SERVER
    assert "kann nicht, was eingestellt ist" in outcome.reason
    assert server.sessions == 1
    assert server.logins == 0


def test_a_company_without_a_mail_server_has_none(app):
    assert server_of(company()) is None
