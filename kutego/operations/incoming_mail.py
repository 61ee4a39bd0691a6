"""A mail that came in: into its thread, to its customer, or to where the office assigns it."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.channels.incoming import Incoming, plain
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    EntryDirection,
    IncomingMail,
    Mailbox,
    MailFate,
    Message,
    Thread,
    ThreadEntry,
    ThreadKind,
    ThreadState,
)
from kutego.operations.activity import log_activity
from kutego.operations.attachments import names_of
from kutego.operations.bounces import bounced_message, note_bounce
from kutego.operations.leads import known_by
from kutego.operations.message_files import StoredFile, add_files, keep_file
from kutego.operations.threads import (
    MARK,
    add_entry,
    bare_subject,
    new_thread,
    same_subject,
)
from kutego.texts import gettext as _
from kutego.texts import marked as m

TOO_LARGE = m("Die E-Mail ist größer als 30 MB. Ihr Inhalt steht nur im Postfach selbst.")


@dataclass(frozen=True)
class Place:
    """Where a mail lies: what makes it the same one at the next look."""

    mailbox_id: int
    uid_validity: int
    uid: int


def is_known(place: Place) -> bool:
    """Whether the mail at this place was dealt with."""
    query = select(IncomingMail.id).where(
        IncomingMail.mailbox_id == place.mailbox_id,
        IncomingMail.uid_validity == place.uid_validity,
        IncomingMail.uid == place.uid,
    )
    return db.session.scalar(query) is not None


def take_mail(place: Place, mail: Incoming, *, is_whole: bool = True) -> MailFate:
    """Deal with one mail, once: what becomes of it and that it was read are one transaction."""
    files, remarks = _kept(mail) if is_whole else ([], [_(TOO_LARGE)])
    message = bounced_message(mail) if mail.reports else None
    thread = None if mail.reports or mail.is_automatic else _thread_of(mail)
    customer = thread.customer if thread else _customer_of(mail)
    mailbox = db.session.get_one(Mailbox, place.mailbox_id)
    with transaction(mailbox, *[record for record in (customer, message) if record is not None]):
        if is_known(place):
            return MailFate.KNOWN
        entry = None
        fate = _fate(mail)
        if fate is MailFate.BOUNCE and message is not None:
            for report in mail.reports:
                note_bounce(message, report=report, by=SYSTEM)
        elif fate is MailFate.ENTERED:
            entry = _enter(mail, thread, customer, files, remarks)
        _note(place, mail.fingerprint, mail.header_id, fate, entry)
        return fate


def take_unreadable(place: Place, raw: bytes) -> None:
    """Let the office know of a mail that could not be read, and go on with the next one."""
    with transaction():
        thread = new_thread(
            ThreadKind.CONTACT, _("Eine E-Mail ließ sich nicht lesen"), customer=None, by=SYSTEM
        )
        head = plain(raw[:2000].decode("utf-8", "replace"))
        entry = add_entry(thread, EntryDirection.IN, head, author=_("Unbekannt"))
        fingerprint = hashlib.sha256(raw).hexdigest()
        _note(place, fingerprint, None, MailFate.UNREADABLE, entry)


# --- parts ------------------------------------------------------------------------------------


def _fate(mail: Incoming) -> MailFate:
    seen = select(IncomingMail.id).where(IncomingMail.fingerprint == mail.fingerprint).limit(1)
    if db.session.scalar(seen) is not None:
        return MailFate.KNOWN
    if mail.reports:
        return MailFate.BOUNCE
    ours = select(Message.id).where(Message.message_id == (mail.header_id or ""))
    if mail.is_automatic or db.session.scalar(ours) is not None:
        return MailFate.IGNORED
    return MailFate.ENTERED


def _note(
    place: Place, fingerprint: str, header_id: str | None, fate: MailFate,
    entry: ThreadEntry | None,
) -> None:  # fmt: skip
    db.session.add(
        IncomingMail(
            mailbox_id=place.mailbox_id, uid_validity=place.uid_validity, uid=place.uid,
            fingerprint=fingerprint, header_id=header_id, fate=fate,
            entry_id=entry.id if entry else None, at=clock.now(),
        )
    )  # fmt: skip
    mailbox = db.session.get_one(Mailbox, place.mailbox_id)
    if mailbox.uid_validity == place.uid_validity:
        mailbox.next_uid = max(mailbox.next_uid, place.uid + 1)


def _kept(mail: Incoming) -> tuple[list[StoredFile], list[str]]:
    """The files that may be kept, and a sentence for each that may not."""
    kept, remarks = [], []
    for file in mail.files:
        try:
            kept.append(keep_file(file.name, file.data))
        except DomainError as refusal:
            remarks.append(_("Anhang nicht übernommen: %(why)s", why=refusal))
    return kept, remarks


def _thread_of(mail: Incoming) -> Thread | None:
    """By what it answers, by the mark in its subject, or by customer and subject."""
    for header_id in mail.answers:
        sent = select(Message.thread_id).where(Message.message_id == header_id)
        came = (
            select(ThreadEntry.thread_id)
            .join(IncomingMail, IncomingMail.entry_id == ThreadEntry.id)
            .where(IncomingMail.header_id == header_id)
        )
        number = db.session.scalar(sent) or db.session.scalar(came.limit(1))
        if number is not None:
            return db.session.get(Thread, number)
    if (mark := MARK.search(mail.subject)) is not None:
        found = db.session.scalar(select(Thread).where(Thread.token == mark[1]))
        if found is not None:
            return found
    customer = known_by(mail.sender) if mail.sender else None
    return same_subject(customer, bare_subject(mail.subject)) if customer else None


def _customer_of(mail: Incoming) -> Customer | None:
    """Whoever got the mail that it answers, else whose address it comes from."""
    for header_id in mail.answers:
        message = db.session.scalar(select(Message).where(Message.message_id == header_id))
        if message is not None and message.customer is not None:
            return message.customer
    return known_by(mail.sender) if mail.sender else None


def _enter(
    mail: Incoming, thread: Thread | None, customer: Customer | None,
    files: list[StoredFile], remarks: list[str],
) -> ThreadEntry:  # fmt: skip
    author = f"{mail.sender_name} <{mail.sender}>".strip() if mail.sender_name else mail.sender
    by = Actor(mail.sender_name or mail.sender or _("Unbekannt"), is_outside=True)
    if thread is None:
        subject = bare_subject(mail.subject) or _("Ohne Betreff")
        thread = new_thread(
            ThreadKind.CONTACT, subject, customer=customer, name=mail.sender_name or None,
            email=mail.sender or None, by=by,
        )  # fmt: skip
    elif thread.can(ThreadState.NEW):
        thread.state = ThreadState.NEW
    rows = add_files(thread.customer, files, by=by)
    entry = add_entry(
        thread, EntryDirection.IN, mail.text or _("(ohne Text)"), author=author or by.name,
        attachments=names_of(rows), remarks=remarks,
    )  # fmt: skip
    log_activity(thread, "thread.received", by=by, personal={"subject": thread.subject})
    return entry
