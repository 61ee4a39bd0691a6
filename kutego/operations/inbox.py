"""Reading the mailbox: every mail exactly once, whatever breaks off in the middle.

How far a mailbox was read is kept with what became of the mail, in one transaction. A connection
that dies loses nothing: the next run begins where this one ended.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kutego import clock
from kutego.channels.imap import Inbox, InboxTrouble, inbox_of
from kutego.channels.incoming import parse
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Mailbox, company
from kutego.operations.incoming_mail import Place, is_known, take_mail, take_unreadable
from kutego.texts import gettext as _

log = logging.getLogger(__name__)

AGAIN = timedelta(days=2)  # looked at once more where the server has numbered all mails anew


@dataclass
class Fetched:
    """What a run has done: mails dealt with, and a line for whatever went wrong."""

    taken: int = 0
    problems: list[str] = field(default_factory=list)


def fetch_due() -> Fetched:
    """Read what has come in since the last time."""
    result, server = Fetched(), inbox_of(company())
    db.session.rollback()  # nothing stays open while the server takes its time
    if server is None:
        return result
    try:
        with Inbox(server) as inbox:
            mailbox_id, uids = _to_read(inbox)
            for uid in uids:
                _take(inbox, Place(mailbox_id, inbox.uid_validity, uid), result)
            _note_read(mailbox_id)
    except InboxTrouble as trouble:
        result.problems.append(str(trouble))
    return result


def waiting_mails() -> int:
    """How many mails the next run would read."""
    server = inbox_of(company())
    if server is None:
        return 0
    try:
        with Inbox(server) as inbox:
            return len(_uids(inbox, _mailbox(server.address)))
    except InboxTrouble as trouble:
        raise DomainError(str(trouble)) from trouble


def check_inbox() -> int:
    """Log in with the stored settings and count today's mails, or refuse in the server's words."""
    server = inbox_of(company())
    if server is None:
        raise DomainError(_("Bitte zuerst Server, Benutzername und Passwort speichern."))
    db.session.rollback()
    try:
        with Inbox(server) as inbox:
            return len(inbox.since(clock.today()))
    except InboxTrouble as trouble:
        raise DomainError(str(trouble)) from trouble


# --- parts ------------------------------------------------------------------------------------


def _mailbox(address: str) -> Mailbox | None:
    return db.session.scalar(select(Mailbox).where(Mailbox.address == address[:400]))


def _uids(inbox: Inbox, mailbox: Mailbox | None) -> list[int]:
    """What to read: a new mailbox from today on, so that ten years of mail stay where they are."""
    if mailbox is not None and mailbox.uid_validity == inbox.uid_validity:
        return inbox.after(mailbox.next_uid)
    read_at = mailbox.read_at if mailbox is not None else None
    return inbox.since((read_at - AGAIN).date() if read_at else clock.today())


def _to_read(inbox: Inbox) -> tuple[int, list[int]]:
    mailbox = _mailbox(inbox.server.address)
    uids = _uids(inbox, mailbox)
    with transaction() as session:
        mailbox = _mailbox(inbox.server.address)
        if mailbox is None:
            mailbox = Mailbox(address=inbox.server.address[:400], uid_validity=0, next_uid=1)
            session.add(mailbox)
        if mailbox.uid_validity != inbox.uid_validity:
            mailbox.uid_validity = inbox.uid_validity
            mailbox.next_uid = uids[0] if uids else max(inbox.uid_next, 1)
        mailbox.read_at = mailbox.read_at or clock.now()
        session.flush()
        return mailbox.id, uids


def _take(inbox: Inbox, place: Place, result: Fetched) -> None:
    if is_known(place):
        return
    db.session.rollback()
    fetched = inbox.fetch(place.uid)
    if fetched is None:  # somebody has deleted it
        return
    try:
        take_mail(place, parse(fetched[0]), is_whole=fetched[1])
    except OperationalError:  # the database is busy or full: nothing is given up, the run ends
        raise
    except Exception as error:
        log.exception("Mail %s cannot be read", place)
        db.session.rollback()
        take_unreadable(place, fetched[0])
        result.problems.append(_("E-Mail %(uid)s: %(why)s", uid=place.uid, why=error))
    result.taken += 1


def _note_read(mailbox_id: int) -> None:
    with transaction() as session:
        session.get_one(Mailbox, mailbox_id).read_at = clock.now()
