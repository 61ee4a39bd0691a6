"""Mail of people whom nobody knows yet: given to a customer, to a new one, or thrown away."""

from datetime import date, timedelta

from sqlalchemy import select, update

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    IncomingMail,
    MessageFile,
    Origin,
    Thread,
    ThreadEntry,
    ThreadState,
)
from kutego.operations.activity import log_activity
from kutego.operations.discarded_files import discard
from kutego.operations.leads import take_in
from kutego.operations.threads import refuse_erased
from kutego.texts import gettext as _

KEPT_FOR = timedelta(days=180)


@operation
def assign_to_customer(thread: Thread, *, customer: Customer, on: date, by: Actor) -> None:
    """Say whose request it is; its files go into their record with it."""
    _refuse_assigned(thread)
    lock(db.session(), [customer])
    refuse_erased(customer)
    _give(thread, customer, by)


@operation
def take_sender_in(
    thread: Thread,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    on: date,
    by: Actor,
) -> Customer:
    """Make whoever wrote a customer, or find the one with their address."""
    _refuse_assigned(thread)
    if not thread.email:
        raise DomainError(_("In dieser E-Mail steht keine Absenderadresse."))
    customer = take_in(
        email=thread.email, origin=Origin.CONTACT_FORM, on=on, by=by,
        values={"first_name": first_name, "last_name": last_name},
    )  # fmt: skip
    _give(thread, customer, by)
    return customer


@operation
def discard_thread(thread: Thread, *, on: date, by: Actor) -> None:
    """Throw advertising away. Only what belongs to no customer; the mail stays in the mailbox."""
    _refuse_assigned(thread)
    entries = select(ThreadEntry.id).where(ThreadEntry.thread_id == thread.id)
    files = [id_ for entry in thread.entries for _table, id_ in entry.attachments]
    log_activity(thread, "thread.discarded", by=by)
    session = db.session
    session.execute(
        update(IncomingMail).where(IncomingMail.entry_id.in_(entries)).values(entry_id=None)
    )
    for file in session.scalars(select(MessageFile).where(MessageFile.id.in_(files))).all():
        discard([file.sha256])
        session.delete(file)
    for entry in list(thread.entries):
        session.delete(entry)
    session.flush()
    session.delete(thread)


def forgotten_threads() -> list[Thread]:
    """Requests that belong to no customer and that nothing came to for half a year."""
    query = select(Thread).where(
        Thread.customer_id.is_(None), Thread.last_at < clock.now() - KEPT_FOR
    )
    return list(db.session.scalars(query.order_by(Thread.id)))


def discard_forgotten() -> int:
    """Delete them: what strangers wrote is kept no longer than it can be needed (GDPR Art. 5)."""
    threads = forgotten_threads()
    for thread in threads:
        discard_thread(thread, on=clock.today(), by=SYSTEM)
    return len(threads)


def suggested_name(thread: Thread) -> tuple[str, str]:
    """First and last name as the sender's mail program gave them."""
    words = (thread.name or "").replace(",", " ").split()
    return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else ("", " ".join(words))


# --- parts ------------------------------------------------------------------------------------


def _refuse_assigned(thread: Thread) -> None:
    if thread.customer_id is not None:
        raise DomainError(_("Die Anfrage gehört schon zu einem Kunden."))


def _give(thread: Thread, customer: Customer, by: Actor) -> None:
    thread.customer = customer
    for entry in thread.entries:
        for _table, id_ in entry.attachments:
            db.session.get_one(MessageFile, id_).customer_id = customer.id
    if thread.state is ThreadState.DONE:
        thread.state = ThreadState.NEW
    log_activity(thread, "thread.given", by=by, personal={"subject": thread.subject})
