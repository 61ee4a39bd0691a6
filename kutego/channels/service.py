"""Services that take letters and SMS: one request over HTTPS, and what became of it.

The standard library is enough: unlike the clients built on it, it lets us know whether the whole
request had left when something broke, and that decides whether the same may be sent again.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode, urlsplit

from kutego.channels.smtp import Fate
from kutego.models import MessageState
from kutego.texts import gettext as _

CONNECT, ANSWER = 10.0, 60.0  # seconds; together well within the lease of a message
MOST = 1_000_000  # bytes of an answer


class NotReached(Exception):
    """The request did not get through; the message says why."""


class Unanswered(Exception):
    """The whole request has left, and no answer that can be understood came back."""


@dataclass(frozen=True)
class Answer:
    """What a service said: its status, and the JSON where it sent any."""

    status: int
    data: Any

    @property
    def told(self) -> str:
        """Its words, for the log."""
        message = self.data.get("message") if isinstance(self.data, dict) else self.data
        return f"{self.status} {message or ''}".strip()[:300]


@dataclass(frozen=True)
class HandedOver:
    """What became of a letter or SMS that was handed over."""

    fate: Fate
    reason: str | None = None
    state: MessageState = MessageState.SENT
    reference: str | None = None
    told: str | None = None  # the service's own word for the state
    cost: Decimal | None = None
    pages: int | None = None


@dataclass(frozen=True)
class Progress:
    """What a service answers when asked later; `state` None: nothing new."""

    state: MessageState | None
    told: str
    reason: str | None = None
    cost: Decimal | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where a service is; times in seconds."""

    url: str
    connect: float = CONNECT
    answer: float = ANSWER


def call(
    endpoint: Endpoint,
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    before: Callable[[], object] = lambda: None,
) -> Answer:
    """Ask the service once. `before` is called when it is reached, just before anything leaves.

    Certificates are checked, redirects not followed. Raises `NotReached` or `Unanswered`.
    """
    address = urlsplit(endpoint.url)
    target = address.path.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
    content = None if body is None else json.dumps(body).encode()
    told = {"Accept": "application/json", "User-Agent": "Kutego", **(headers or {})}
    if content is not None:
        told["Content-Type"] = "application/json"  # LetterXpress refuses it with a charset
    connection = _connection(address.scheme, address.hostname or "", address.port, endpoint.connect)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotReached(_trouble(address.hostname, error)) from error
        before()
        if connection.sock is not None:
            connection.sock.settimeout(endpoint.answer)
        try:
            connection.request(method, target, content, told)
        except OSError as error:  # an incomplete request is no order
            raise NotReached(_trouble(address.hostname, error)) from error
        return _answer(connection)
    finally:
        connection.close()


def not_taken(error: NotReached) -> HandedOver:
    """Nothing left the house: it is tried again later."""
    return HandedOver(Fate.NO_SERVER, str(error))


def unclear(error: Unanswered) -> HandedOver:
    """It left, and nobody knows whether it was taken."""
    return HandedOver(Fate.UNCLEAR, str(error))


def price(value: object) -> Decimal | None:
    """A price as services write it (0.075, "0.0750"), or None."""
    try:
        found = Decimal(str(value)).quantize(Decimal("0.0001"))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and 0 <= found < 1000 else None


def _connection(
    scheme: str, host: str, port: int | None, timeout: float
) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _answer(connection: http.client.HTTPConnection) -> Answer:
    try:
        response = connection.getresponse()
        raw = response.read(MOST)
    except (OSError, http.client.HTTPException) as error:
        why = _("keine Antwort") if isinstance(error, TimeoutError) else str(error)
        raise Unanswered(
            _("Der Dienst hat den Auftrag erhalten, die Bestätigung kam aber nicht an: %(why)s",
              why=why)
        ) from error  # fmt: skip
    try:
        data = json.loads(raw) if raw.strip() else None
    except ValueError:
        data = raw[:200].decode("utf-8", "replace")
    return Answer(response.status, data)


def _trouble(host: str | None, error: OSError) -> str:
    sentence, why = _("Der Dienst %(host)s ist nicht erreichbar: %(why)s"), str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = _("Das Zertifikat des Dienstes %(host)s ist nicht gültig: %(why)s")
        why = error.verify_message
    elif isinstance(error, socket.gaierror):
        sentence = _("Der Dienst %(host)s ist unter diesem Namen nicht zu finden: %(why)s")
    return sentence % {"host": host, "why": why}
