"""SMTP through Flask-Mail: certificate checked, never waiting for ever, honest about the result.

Flask-Mail 0.10 checks no certificate, has no time-out, ignores a refused recipient and cannot tell
a mail that was refused from one whose fate is unknown; `SafeConnection` does. One connection
carries many mails and is opened anew where the server has closed it.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from flask import Flask
from flask_mail import Connection, Mail

from kutego.channels.email import Email, ascii_address, compose
from kutego.channels.sealing import unseal
from kutego.models import Company, MailSecurity
from kutego.texts import gettext as _

_mail = Mail()


def init_app(app: Flask) -> None:
    """Flask-Mail wants to be known to the application; the server comes from the company's row."""
    _mail.init_app(app)


@dataclass(frozen=True)
class Server:
    """A mail server. Times in seconds: for each command, and for the answer to a whole mail."""

    host: str
    port: int
    security: MailSecurity
    user: str | None = None
    password: str | None = None
    timeout: float = 10
    text_timeout: float = 60


class Fate(Enum):
    """What became of an e-mail."""

    SENT = "sent"
    LATER = "later"  # refused for now
    REFUSED = "refused"  # for good
    UNCLEAR = "unclear"  # the text was handed over, the answer never came
    NO_SERVER = "no_server"  # the server takes no mail at all now; it would take no other either


@dataclass(frozen=True)
class Outcome:
    """The fate of an e-mail, and the reason as a German sentence where it was not sent."""

    fate: Fate
    reason: str | None = None


def server_of(company: Company) -> Server | None:
    """The company's mail server, or None where none was set up."""
    if not company.smtp_host or not company.mail_from:
        return None
    port = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
    return Server(
        host=company.smtp_host,
        port=company.smtp_port or port[company.smtp_security],
        security=company.smtp_security,
        user=company.smtp_user or None,
        password=unseal(company.smtp_password) if company.smtp_password else None,
    )


class _Watched:
    """Knows whether the whole text has left for the server."""

    handed_over = False

    def send(self, data: Any) -> None:
        super().send(data)  # type: ignore[misc]  # mixed into smtplib.SMTP
        self.handed_over = isinstance(data, bytes) and data.endswith(b"\r\n.\r\n")


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Encrypted(_Watched, smtplib.SMTP_SSL):
    pass


class SafeConnection(Connection):
    """A connection to one server; it is opened by the first mail and closed at the block's end."""

    host: Any

    def __init__(self, server: Server) -> None:
        mail = _mail.init_mail({"MAIL_SERVER": server.host, "MAIL_PORT": server.port})
        super().__init__(cast(Mail, mail))
        self.server = server
        self.host = None

    def __enter__(self) -> "SafeConnection":
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up()

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt, log in. Raises `OSError` where any of it fails."""
        server, context = self.server, ssl.create_default_context()
        extra: dict[str, Any] = {"local_hostname": socket.gethostname(), "timeout": server.timeout}
        if server.security is MailSecurity.TLS:
            host: smtplib.SMTP = _Encrypted(server.host, server.port, context=context, **extra)
        else:
            host = _Plain(server.host, server.port, **extra)
        try:
            if server.security is MailSecurity.STARTTLS:
                host.starttls(context=context)
            host.ehlo_or_helo_if_needed()
            if server.user:
                host.login(server.user, server.password or "")
        except BaseException:
            host.close()
            raise
        return host

    def deliver(self, email: Email, before_text: Callable[[], object] = lambda: None) -> Outcome:
        """Send one e-mail and say what became of it.

        `before_text` is called when the recipient was accepted, just before the text is handed
        over; where it raises, nothing was sent.
        """
        try:
            sender, recipient = ascii_address(email.sender[1]), ascii_address(email.recipient[1])
            content = compose(email)
        except ValueError as error:
            return Outcome(Fate.REFUSED, str(error))
        try:
            return self._talk(sender, recipient, content, before_text)
        except (OSError, UnicodeError) as error:
            self._hang_up()
            return Outcome(Fate.NO_SERVER, _server_trouble(self.server, error))

    def _talk(
        self, sender: str, recipient: str, content: bytes, before_text: Callable[[], object]
    ) -> Outcome:
        self._connect()
        code, answer = self.host.mail(sender)
        if code != 250:  # whoever refuses the sender refuses every mail of ours
            self._hang_up()
            why = _answer(code, answer)
            return Outcome(
                Fate.NO_SERVER, _("Der Mailserver lehnt den Absender ab: %(why)s", why=why)
            )
        code, answer = self.host.rcpt(recipient)
        if code not in (250, 251):
            return self._refusal(code, answer)
        before_text()
        return self._hand_over(content)

    def _connect(self) -> None:
        """Open the connection, or make sure that the open one still answers."""
        if self.host is not None:
            try:
                if self.host.rset()[0] == 250:
                    return
            except OSError:
                pass
            self._hang_up()
        self.host = self.configure_host()

    def _hand_over(self, content: bytes) -> Outcome:
        host = self.host
        host.sock.settimeout(self.server.text_timeout)
        try:
            code, answer = host.data(content)
        except OSError as error:
            if host.handed_over:
                self._hang_up()
                return Outcome(Fate.UNCLEAR, _unclear(error))
            if isinstance(error, smtplib.SMTPDataError):
                return self._refusal(error.smtp_code, error.smtp_error)
            raise
        host.sock.settimeout(self.server.timeout)
        if code == 250:
            return Outcome(Fate.SENT)
        if not 400 <= code <= 599:
            self._hang_up()
            return Outcome(Fate.UNCLEAR, _unclear(_answer(code, answer)))
        return self._refusal(code, answer)

    def _refusal(self, code: int, answer: bytes | str) -> Outcome:
        why = _answer(code, answer)
        if code == 421 or code < 400:  # 421: the server is about to hang up
            self._hang_up()
            return Outcome(Fate.NO_SERVER, _server_trouble(self.server, why))
        if code < 500:
            return Outcome(Fate.LATER, _("Vorläufig abgelehnt: %(why)s", why=why))
        return Outcome(Fate.REFUSED, _("Vom Empfänger abgelehnt: %(why)s", why=why))

    def _hang_up(self) -> None:
        host, self.host = self.host, None
        if host is not None:
            with suppress(OSError):
                host.quit()
            host.close()


def _answer(code: int, answer: bytes | str) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return f"{code} {' '.join(text.split())}"[:300]


def _unclear(why: object) -> str:
    return _(
        "Der Mailserver hat die Nachricht erhalten, die Bestätigung kam aber nicht an: %(why)s",
        why=why,
    )


def _server_trouble(server: Server, error: object) -> str:
    sentence = _("Der Mailserver %(host)s nimmt gerade nichts an: %(why)s")
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = _("Das Zertifikat des Mailservers %(host)s ist nicht gültig: %(why)s")
        error = error.verify_message
    elif isinstance(error, smtplib.SMTPAuthenticationError):
        sentence = _("Der Mailserver %(host)s lehnt Benutzername oder Passwort ab: %(why)s")
        error = _answer(error.smtp_code, _bytes(error.smtp_error))
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        sentence = _("Der Mailserver %(host)s kann nicht, was eingestellt ist: %(why)s")
    elif isinstance(error, socket.gaierror | UnicodeError):
        sentence = _("Der Mailserver %(host)s ist unter diesem Namen nicht zu finden: %(why)s")
    elif isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        sentence = _("Der Mailserver %(host)s ist nicht erreichbar: %(why)s")
    return sentence % {"host": server.host, "why": error}


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()
