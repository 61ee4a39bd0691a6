"""Talks with customers: begun, answered, assigned, closed (spec COM-01, COM-07, D-14)."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    CustomerState,
    Employee,
    EntryDirection,
    IncomingMail,
    Message,
    Thread,
    ThreadEntry,
    ThreadKind,
    ThreadState,
)
from kutego.operations.activity import log_activity
from kutego.operations.message_files import StoredFile, add_files, check_together
from kutego.operations.message_templates import filled
from kutego.operations.messages import queue_message
from kutego.texts import gettext as _

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for something else
MARK = re.compile(rf"\[#([{ALPHABET}]{{10}})\]")
REPLY = re.compile(r"^\s*(?:(?:re|aw|antw|fw|fwd|wg)\s*:\s*)+", re.IGNORECASE)
REFERENCES = 10  # Message-IDs that an answer names


@operation
def write_to_customer(
    customer: Customer,
    *,
    subject: str,
    text: str,
    files: Sequence[StoredFile] = (),
    thread: Thread | None = None,
    on: date,
    by: Actor,
) -> Thread:
    """Send a mail from the record, placeholders filled; opens or continues a contact thread.

    Without `thread` it goes into the one with the same subject that is not done yet, else into a
    new one. Refuses locked customers and those without an address.
    """
    subject, text = filled(subject or "", text or "", customer)
    bare = bare_subject(subject)
    if not bare:
        raise DomainError(_("Bitte einen Betreff eingeben."))
    if thread is not None and thread.customer_id != customer.id:
        raise DomainError(_("Dieses Gespräch gehört zu einem anderen Kunden."))
    thread = thread or same_subject(customer, bare)
    if thread is None:
        thread = new_thread(ThreadKind.CONTACT, bare, customer=customer, by=by)
        thread.state = ThreadState.ANSWERED
    _send(thread, subject, text, files, by)
    return thread


@operation
def reply_to_thread(
    thread: Thread, *, text: str, files: Sequence[StoredFile] = (), on: date, by: Actor
) -> None:
    """Answer by mail; whoever reads it can answer in turn, and that lands in the thread again."""
    if thread.customer is None:
        raise DomainError(_("Bitte zuerst sagen, zu welchem Kunden die Anfrage gehört."))
    _subject, text = filled("", text or "", thread.customer)
    _send(thread, _("Re: %(subject)s", subject=thread.subject), text, files, by)


@operation
def note_conversation(thread: Thread, *, text: str, on: date, by: Actor) -> None:
    """Write down what was said on the telephone or at the counter; nothing is sent."""
    add_entry(thread, EntryDirection.NOTE, text, author=by.name)
    log_activity(thread, "thread.noted", by=by)


@operation
def assign_thread(thread: Thread, *, assignee: Employee | None, on: date, by: Actor) -> None:
    """Say who looks after it; without an employee, nobody in particular."""
    if assignee is not None and not assignee.is_active:
        raise DomainError(_("%(name)s arbeitet nicht mehr hier.", name=assignee.name))
    thread.assignee = assignee
    who = assignee.name if assignee else ""
    log_activity(thread, "thread.assigned", by=by, personal={"assignee": who})


@operation
def finish_thread(thread: Thread, *, on: date, by: Actor) -> None:
    """Nothing is left to do. The next mail of the customer opens it again."""
    thread.move_to(ThreadState.DONE)
    log_activity(thread, f"{thread.kind.value}.finished", by=by)


@operation
def reopen_thread(thread: Thread, *, on: date, by: Actor) -> None:
    """There is something left to do after all."""
    is_callback = thread.kind is ThreadKind.CALLBACK
    thread.move_to(ThreadState.OPEN if is_callback else ThreadState.NEW)
    log_activity(thread, f"{thread.kind.value}.reopened", by=by)


# --- what other parts begin and continue threads with ----------------------------------------


def new_thread(
    kind: ThreadKind,
    subject: str,
    *,
    customer: Customer | None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    wished: str | None = None,
    at: datetime | None = None,
    by: Actor,
) -> Thread:
    """A thread that waits for the office. Joins the caller's transaction."""
    now = clock.now()
    thread = Thread(
        kind=kind,
        state=ThreadState.OPEN if kind is ThreadKind.CALLBACK else ThreadState.NEW,
        customer=customer,
        subject=subject[:300],
        token="".join(secrets.choice(ALPHABET) for _place in range(10)),
        name=name,
        email=email,
        phone=phone,
        wished=wished,
        created_at=now,
        created_by=by.name,
        last_at=at or now,
    )
    db.session.add(thread)
    db.session.flush()
    log_activity(thread, f"{kind.value}.opened", by=by, personal={"subject": thread.subject})
    return thread


def add_entry(
    thread: Thread,
    direction: EntryDirection,
    text: str | None,
    *,
    author: str,
    attachments: Sequence[list[object]] = (),
    remarks: Sequence[str] = (),
    message: Message | None = None,
) -> ThreadEntry:
    """Add what was said to a thread. Joins the caller's transaction."""
    text = (text or "").replace("\r\n", "\n").strip()
    if not text and not attachments and not remarks:
        raise DomainError(_("Bitte einen Text eingeben."))
    entry = ThreadEntry(
        thread=thread,
        direction=direction,
        at=clock.now(),
        author=author[:200],
        text=text,
        attachments=list(attachments),
        remarks=list(remarks),
        message=message,
    )
    thread.last_at = entry.at
    db.session.add(entry)
    db.session.flush()
    return entry


def refuse_erased(customer: Customer) -> None:
    """What is personal stays out of the record of whoever was anonymised."""
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert: Es kommt nichts mehr in die Akte."))


def bare_subject(subject: str) -> str:
    """Without Re:, AW: and our own mark; in one line."""
    return REPLY.sub("", " ".join(MARK.sub("", subject).split()))


def marked_subject(thread: Thread, subject: str) -> str:
    """With the mark by which an answer finds its thread when the mail program names nothing."""
    return f"{' '.join(MARK.sub('', subject).split())[:350]} [#{thread.token}]"


# --- parts ------------------------------------------------------------------------------------


def _send(thread: Thread, subject: str, text: str, files: Sequence[StoredFile], by: Actor) -> None:
    customer = thread.customer
    if customer is None or customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer or "–")
        )
    if not customer.email:
        raise DomainError(
            _("%(name)s hat keine E-Mail-Adresse. Bitte zuerst eine eintragen.", name=customer.name)
        )
    if not text:
        raise DomainError(_("Bitte einen Text eingeben."))
    check_together(files)
    rows = add_files(customer, files, by=by)
    message = queue_message(
        customer, "contact", attachments=rows, subject=marked_subject(thread, subject), text=text
    )
    message.thread_id, message.answers = thread.id, _references(thread)
    add_entry(
        thread, EntryDirection.OUT, text, author=by.name, attachments=message.attachments,
        message=message,
    )  # fmt: skip
    if thread.kind is ThreadKind.CONTACT and thread.can(ThreadState.ANSWERED):
        thread.state = ThreadState.ANSWERED
    log_activity(thread, "thread.answered", by=by, personal={"subject": thread.subject})


def same_subject(customer: Customer, subject: str) -> Thread | None:
    """The contact thread of this subject that is still going on."""
    going_on = select(Thread).where(
        Thread.customer_id == customer.id,
        Thread.kind == ThreadKind.CONTACT,
        Thread.state != ThreadState.DONE,
        Thread.subject == subject,
    )
    return db.session.scalar(going_on.order_by(Thread.last_at.desc()).limit(1))


def _references(thread: Thread) -> str | None:
    """The Message-IDs of the thread so far, the newest last, as mail programs want them."""
    ids = []
    newest = select(ThreadEntry).where(ThreadEntry.thread_id == thread.id)
    for entry in db.session.scalars(newest.order_by(ThreadEntry.id.desc()).limit(REFERENCES)):
        came = select(IncomingMail.header_id).where(IncomingMail.entry_id == entry.id)
        ids.append(entry.message.message_id if entry.message else db.session.scalar(came))
    return " ".join(reversed([id_ for id_ in ids if id_])) or None
