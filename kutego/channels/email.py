"""An e-mail as it goes over the wire: UTF-8, short lines, its Message-ID the same on every try."""

from dataclasses import dataclass
from email.charset import QP, Charset
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import encode_rfc2231, quote

from email_validator import EmailNotValidError, validate_email
from flask_mail import Attachment, Message

from kutego import clock
from kutego.texts import gettext as _

_QUOTED = Charset("utf-8")
_QUOTED.body_encoding = QP  # wraps every line at 76 characters; SMTP allows 998


@dataclass(frozen=True)
class File:
    """A file to send along."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Email:
    """One e-mail to one address; sender and recipient are name and address."""

    message_id: str
    sender: tuple[str, str]
    recipient: tuple[str, str]
    subject: str
    text: str
    html: str | None = None
    reply_to: str | None = None
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()  # further ones, such as In-Reply-To
    is_personal: bool = False  # written by a person: out-of-office answers are welcome


def compose(email: Email) -> bytes:
    """The whole e-mail, ready to send. Raises `ValueError` with a sentence where it cannot be."""
    letter = _Letter(
        subject=email.subject,
        recipients=[_mailbox(email.recipient)],
        body=email.text,
        html=email.html,
        sender=_mailbox(email.sender),
        reply_to=ascii_address(email.reply_to) if email.reply_to else None,
        date=clock.now().timestamp(),
        extra_headers=_headers(email),
        attachments=[_attachment(file) for file in email.files],
    )
    letter.msgId = email.message_id
    if letter.has_bad_headers():
        raise ValueError(_("Im Betreff oder in einer Adresse steht ein Zeilenumbruch."))
    return letter.as_bytes()


def _headers(email: Email) -> dict[str, str]:
    automatic = {} if email.is_personal else {"Auto-Submitted": "auto-generated"}  # RFC 3834
    return {**automatic, **dict(email.headers)}


class _Letter(Message):
    """Flask-Mail's message with quoted-printable texts: it sends lines of any length as 8 bit."""

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        return MIMEText(text or "", _subtype=subtype, _charset=_QUOTED)  # type: ignore[arg-type]

    def _message(self) -> MIMEBase:
        message = super()._message()
        # Python folds a long encoded name once more, and puts spaces into the words of it
        message.policy = SMTP.clone(refold_source="none")
        return message


def _mailbox(person: tuple[str, str]) -> str:
    name, address = " ".join(person[0].split()), ascii_address(person[1])
    return f'"{quote(name)}" <{address}>' if name else address


def ascii_address(address: str) -> str:
    """The address in ASCII, its domain as IDNA 2008 (fußball.de is not fussball.de)."""
    try:
        plain = validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError as error:
        sentence = _("„%(address)s“ ist keine gültige E-Mail-Adresse.", address=address)
        raise ValueError(sentence) from error
    if plain is None:
        raise ValueError(
            _("„%(address)s“ hat vor dem @ Zeichen, die Mailserver nicht sicher befördern.",
              address=address)
        )  # fmt: skip
    return plain


def _attachment(file: File) -> Attachment:
    name = encode_rfc2231(file.name, "utf-8")
    disposition = f"attachment; filename*={name}"
    return Attachment(
        None, file.content_type, file.data, headers={"Content-Disposition": disposition}
    )
