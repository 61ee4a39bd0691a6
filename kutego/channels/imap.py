"""A mailbox over IMAP: looked at, never changed. Certificate checked, never waiting for ever."""

import imaplib
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import date

from kutego.channels.sealing import unseal
from kutego.models import Company, InboxSecurity
from kutego.texts import gettext as _

MONTHS = (  # as IMAP spells them
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
LARGEST = 30 * 1024 * 1024  # bytes; of a larger mail only the head is read
PORTS = {InboxSecurity.TLS: 993, InboxSecurity.STARTTLS: 143, InboxSecurity.NONE: 143}


class InboxTrouble(Exception):
    """The mailbox cannot be read now; the message says why, in German."""


@dataclass(frozen=True)
class InboxServer:
    """Where a mailbox lies. `timeout` in seconds, for each answer."""

    host: str
    port: int
    security: InboxSecurity
    user: str
    password: str
    folder: str = "INBOX"
    timeout: float = 20

    @property
    def address(self) -> str:
        """What tells this mailbox from others."""
        return f"{self.user}@{self.host}/{self.folder}"


def inbox_of(company: Company) -> InboxServer | None:
    """The company's mailbox, or None where none was set up."""
    if not (company.imap_host and company.imap_user and company.imap_password):
        return None
    return InboxServer(
        host=company.imap_host,
        port=company.imap_port or PORTS[company.imap_security],
        security=company.imap_security,
        user=company.imap_user,
        password=unseal(company.imap_password),
        folder=company.imap_folder,
    )


class Inbox:
    """An open mailbox. Every method raises `InboxTrouble` where the server does not answer."""

    def __init__(self, server: InboxServer) -> None:
        self.server = server
        self.uid_validity = self.uid_next = 0

    def __enter__(self) -> "Inbox":
        try:
            self._imap = self._connect()
        except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
            raise InboxTrouble(_trouble(self.server, error)) from error
        try:
            self._open()
        except (OSError, imaplib.IMAP4.error) as error:
            self.__exit__()
            raise InboxTrouble(_trouble(self.server, error)) from error
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def since(self, day: date) -> list[int]:
        """The numbers of the mails that came in on `day` or later."""
        return self._search(f"SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}")

    def after(self, uid: int) -> list[int]:
        """The numbers of the mails from `uid` on."""
        return [found for found in self._search(f"UID {uid}:*") if found >= uid]

    def fetch(self, uid: int) -> tuple[bytes, bool] | None:
        """A mail and whether it is whole; None where it was deleted in the meantime."""
        sizes = self._ask("FETCH", str(uid), "(RFC822.SIZE)")
        size = next((m for line in sizes if (m := re.search(rb"RFC822\.SIZE (\d+)", line))), None)
        if size is None:
            return None
        is_whole = int(size[1]) <= LARGEST
        parts = self._ask("FETCH", str(uid), "(BODY.PEEK[])" if is_whole else "(BODY.PEEK[HEADER])")
        content = max(parts, key=len, default=b"")
        return (content, is_whole) if content else None

    # --- parts --------------------------------------------------------------------------------

    def _connect(self) -> imaplib.IMAP4:
        server, context = self.server, ssl.create_default_context()
        if server.security is InboxSecurity.TLS:
            imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                server.host, server.port, ssl_context=context, timeout=server.timeout
            )
        else:
            imap = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
        try:
            if server.security is InboxSecurity.STARTTLS:
                imap.starttls(context)
        except BaseException:
            imap.shutdown()
            raise
        return imap

    def _open(self) -> None:
        try:
            self._imap.login(self.server.user, self.server.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise InboxTrouble(
                _("Der Mailserver %(host)s lehnt Benutzername oder Passwort ab: %(why)s",
                  host=self.server.host, why=_words(error))
            ) from error  # fmt: skip
        folder = self.server.folder.replace("\\", "\\\\").replace('"', '\\"')
        answer, _data = self._imap.select(f'"{folder}"', readonly=True)
        if answer != "OK":
            raise InboxTrouble(
                _("Den Ordner „%(folder)s“ gibt es in diesem Postfach nicht.",
                  folder=self.server.folder)
            )  # fmt: skip
        self.uid_validity = self._told("UIDVALIDITY")
        self.uid_next = self._told("UIDNEXT")

    def _told(self, code: str) -> int:
        values = self._imap.response(code)[1]
        return int(values[-1]) if values and values[-1] else 0

    def _search(self, criteria: str) -> list[int]:
        numbers = b" ".join(self._ask("SEARCH", criteria))
        return sorted({int(number) for number in numbers.split() if number.isdigit()})

    def _ask(self, command: str, *arguments: str) -> list[bytes]:
        """The parts of the answer, the content of a mail as one of them."""
        try:
            answer, data = self._imap.uid(command, *arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            raise InboxTrouble(_trouble(self.server, error)) from error
        if answer != "OK":
            raise InboxTrouble(_trouble(self.server, answer))
        parts: list[bytes] = []
        for part in data or []:
            parts += part if isinstance(part, tuple) else [part] if part else []
        return parts


def _trouble(server: InboxServer, error: object) -> str:
    sentence = _("Das Postfach auf %(host)s ist nicht erreichbar: %(why)s")
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = _("Das Zertifikat des Mailservers %(host)s ist nicht gültig: %(why)s")
        error = error.verify_message
    elif isinstance(error, socket.gaierror | UnicodeError):
        sentence = _("Der Mailserver %(host)s ist unter diesem Namen nicht zu finden: %(why)s")
    return sentence % {"host": server.host, "why": _words(error)}


def _words(error: object) -> str:
    told = error.args[0] if isinstance(error, imaplib.IMAP4.error) and error.args else error
    return " ".join(
        (told.decode(errors="replace") if isinstance(told, bytes) else str(told)).split()
    )[:300]
