"""An e-mail that came in, as far as we need it: who, what about, plain text, files, reports.

Whatever a stranger can send is read: missing headers, unknown charsets, mails within mails.
"""

import email
import email.policy
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import parseaddr
from typing import Any

from kutego.channels.email import File

ID = re.compile(r"<[^<>\s]{3,390}>")
CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b|\b([45])\d\d\b")
LONGEST = 100_000  # characters of a text that are kept
PARTS = 200  # that are looked at
LOGO = 20_000  # bytes: a smaller picture within the text belongs to a signature
AUTOMATIC = {"bulk", "junk", "list", "auto_reply"}


@dataclass(frozen=True)
class Report:
    """What a mail server says about one recipient (RFC 3464)."""

    action: str  # failed, delayed, delivered …
    status: str  # 5.1.1
    reason: str

    @property
    def is_for_good(self) -> bool:
        """Whether the address itself takes no mail: unknown, moved, switched off."""
        return self.status.startswith(("5.1.", "5.2.1", "5.0.0", "5.4.4"))


@dataclass(frozen=True)
class Incoming:
    """One mail. Texts are plain, without control characters."""

    header_id: str | None
    answers: tuple[str, ...]  # the Message-IDs that it names, the newest first
    sender: str
    sender_name: str
    subject: str
    text: str
    files: tuple[File, ...]
    is_automatic: bool
    reports: tuple[Report, ...]
    reported: tuple[str, ...]  # the Message-IDs that the reports may be about
    fingerprint: str


def parse(raw: bytes) -> Incoming:
    """Read a mail as it came over the wire."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    name, address = parseaddr(_header(mail, "From"))
    reports, reported = _reports(mail, raw, address)
    leaves = list(_leaves(mail))
    return Incoming(
        header_id=(ID.findall(_header(mail, "Message-ID")) or [None])[0],
        answers=_answers(mail),
        sender=plain(address).strip().lower()[:200],
        sender_name=plain(name).strip()[:150],
        subject=" ".join(plain(_header(mail, "Subject")).split())[:300],
        text=_text(leaves),
        files=tuple(file for leaf in leaves if (file := _file(leaf)) is not None),
        is_automatic=_is_automatic(mail),
        reports=reports,
        reported=reported,
        fingerprint=_fingerprint(mail, raw),
    )


def plain(text: str) -> str:
    """Without what no screen shows and no database takes."""
    text = text.replace("\r\n", "\n").encode(errors="replace").decode()
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c in "\u00ad\u200d\ufe0f")


# --- parts ------------------------------------------------------------------------------------


def _header(mail: Message, name: str) -> str:
    """The header as text; Python's own reading of a broken one may fail in many ways."""
    try:
        return str(mail.get(name) or "")
    except Exception:
        raw = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
        return str(raw)


def _answers(mail: Message) -> tuple[str, ...]:
    named = ID.findall(_header(mail, "References"))[-50:] + ID.findall(_header(mail, "In-Reply-To"))
    return tuple(dict.fromkeys(reversed(named)))


def _fingerprint(mail: Message, raw: bytes) -> str:
    """The same for the same mail, whatever number or folder it has."""
    facts = [_header(mail, name) for name in ("Message-ID", "From", "Date", "Subject")]
    text = json.dumps(facts).encode() if facts[0] else raw
    return hashlib.sha256(text).hexdigest()


def _leaves(part: Message) -> Iterator[EmailMessage]:
    """The parts that are no container, a mail within the mail as one of them."""
    waiting: list[Any] = [part]
    for _place in range(PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = part.get_payload()
        else:
            yield part  # type: ignore[misc]  # what the default policy makes


def _is_text(leaf: EmailMessage) -> bool:
    shown = leaf.get_content_disposition() != "attachment" and not leaf.get_filename()
    return shown and leaf.get_content_type() in ("text/plain", "text/html")


def _text(leaves: list[EmailMessage]) -> str:
    """The plain part, else the HTML as text; never both."""
    parts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for leaf in filter(_is_text, leaves):
        parts[leaf.get_content_type()].append(_decoded(leaf))
    text = "\n\n".join(parts["text/plain"]).strip()
    if not text:
        import html_text  # slow to import, and few mails have no text of their own

        text = "\n\n".join(html_text.extract_text(plain(html)) for html in parts["text/html"])
    return re.sub(r"\n{4,}", "\n\n\n", plain(text)).strip()[:LONGEST]


def _decoded(leaf: EmailMessage) -> str:
    data = leaf.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    try:
        return data.decode(leaf.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _file(leaf: EmailMessage) -> File | None:
    kind = leaf.get_content_type()
    if _is_text(leaf) or kind in ("message/delivery-status", "text/rfc822-headers"):
        return None
    if kind == "message/rfc822":
        inner: Any = leaf.get_payload()
        data = inner[0].as_bytes() if isinstance(inner, list) and inner else b""
        return File(f"{plain(leaf.get_filename() or 'E-Mail')}.eml", kind, data)
    data = leaf.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    if leaf["Content-ID"] and kind.startswith("image/") and len(data) < LOGO:
        return None
    ending = kind.rpartition("/")[2]
    return File(plain(leaf.get_filename() or f"Anhang.{ending}"), kind, data) if data else None


def _is_automatic(mail: Message) -> bool:
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _header(mail, "Precedence").strip().lower()
    told = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    return submitted not in ("", "no") or precedence in AUTOMATIC or bool(told)


def _reports(mail: Message, raw: bytes, sender: str) -> tuple[tuple[Report, ...], tuple[str, ...]]:
    """What a mail server reports, by the standard, else in its own words."""
    reports = []
    for part in _leaves(mail):
        groups = part.get_payload() if part.get_content_type() == "message/delivery-status" else ()
        reports += [
            _report(group) for group in groups if isinstance(group, Message) and group["Action"]
        ]
    is_daemon = sender.partition("@")[0].lower() in ("mailer-daemon", "postmaster")
    if not reports and is_daemon:
        told = _text(list(_leaves(mail)))
        code = CODE.search(told)
        is_for_good = code is not None and "5" in (code[1], code[2])
        first = " ".join(told.split())[:300]
        reports = [Report("failed", "5.0.0" if is_for_good else "4.0.0", first)]
    if not reports:
        return (), ()
    ids = ID.findall(raw.decode("ascii", "replace"))
    return tuple(reports), tuple(dict.fromkeys(ids))[:200]


def _report(group: Message) -> Report:
    diagnostic = " ".join(plain(_header(group, "Diagnostic-Code")).split())
    return Report(
        action=_header(group, "Action").strip().lower(),
        status=_header(group, "Status").strip().partition(" ")[0][:20],
        reason=diagnostic.partition(";")[2].strip()[:300] or diagnostic[:300],
    )
