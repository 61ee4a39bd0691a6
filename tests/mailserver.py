"""A real SMTP server on a free port, which can be told to misbehave."""

import asyncio
import email
import email.policy
import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = "250 OK"


class MailServer:
    """What arrives is kept as raw bytes in `received`; the other attributes change its manners."""

    def __init__(self):
        self.received = []
        self.recipients = []
        self.sessions = 0
        self.answers = {}  # "mail", "data", or a recipient's address → the reply
        self.at_data = None  # called with the protocol when a text has arrived
        self.delay = 0  # seconds before a recipient is accepted
        self.silence = 0  # seconds before a text is confirmed
        self.at = {}  # "recipient" or "text" → called when that has arrived
        self.encrypted = []
        self.logins = 0

    @property
    def letters(self):
        """The mails that arrived, parsed."""
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.received]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if (answer := self.answers.get("mail")) is None:
            envelope.mail_from = address
        return answer or OK

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.at.get("recipient", bool)()
        await asyncio.sleep(self.delay)
        if (answer := self.answers.get(address)) is None:
            envelope.rcpt_tos.append(address)
        return answer or OK

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if (answer := self.answers.get("data")) is not None:
            return answer
        self.received.append(envelope.content)
        self.recipients.append(envelope.rcpt_tos)
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.at.get("text", bool)()
        if self.at_data:
            self.at_data(server)
        await asyncio.sleep(self.silence)
        return OK

    def _check(self, login, wanted):
        self.logins += 1
        return AuthResult(success=login == wanted, handled=login == wanted)


def hang_up(protocol):
    """For `at_data`: the text has arrived, the answer never leaves."""
    protocol.transport.abort()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def running(server=None, *, port=None, user=None, **options):
    """Serve and yield a server that knows its `port`; `user` is a name and password that log in."""
    server = server or MailServer()
    server.port = port or free_port()
    if user:
        wanted = LoginPassword(user[0].encode(), user[1].encode())
        options |= {
            "auth_require_tls": False,
            "authenticator": lambda *asked: server._check(asked[-1], wanted),
        }
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def certificate(folder, *, name="localhost", addresses=True):
    """A self-signed certificate: the path of its PEM file, and a context for a server."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = [x509.DNSName(name)]
    if addresses:
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context
