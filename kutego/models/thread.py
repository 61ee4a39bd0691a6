"""Talks with one customer: contact requests and requests to be called back, entry by entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base, db
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.message import Message
from kutego.models.stateful import Stateful


class ThreadKind(Labelled):
    CONTACT = "contact", "Kontaktanfrage"
    CALLBACK = "callback", "Rückrufbitte"


class ThreadState(Labelled):
    NEW = "new", "Neu"
    ANSWERED = "answered", "Beantwortet"
    OPEN = "open", "Offen"
    DONE = "done", "Erledigt"


T = ThreadState


class Thread(Stateful, Base):
    """A contact request (new, answered, done) or a request to be called back (open, done).

    Without a customer it waits for the office to say whose it is.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_customer_id_kind_last_at", "customer_id", "kind", "last_at"),
        Index("ix_thread_kind_state_last_at", "kind", "state", "last_at"),
        Index("ix_thread_assignee_id_state", "assignee_id", "state"),
    )

    transitions = {
        T.NEW: frozenset({T.ANSWERED, T.DONE}),
        T.ANSWERED: frozenset({T.NEW, T.DONE}),
        T.OPEN: frozenset({T.DONE}),
        T.DONE: frozenset({T.NEW, T.ANSWERED, T.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ThreadKind]
    state: Mapped[ThreadState]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    subject: Mapped[str] = mapped_column(String(300))
    token: Mapped[str] = mapped_column(String(20), unique=True)  # in the subject of our mails
    name: Mapped[str | None]  # of whoever wrote or wants to be called, as they gave it
    email: Mapped[str | None]
    phone: Mapped[str | None]
    wished: Mapped[str | None]  # when to call back, in the customer's words
    note: Mapped[LongText | None]  # of the office; the customer never sees it
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    last_at: Mapped[datetime]  # of the newest entry

    customer: Mapped[Customer | None] = relationship()
    assignee: Mapped[Employee | None] = relationship()
    entries: Mapped[list["ThreadEntry"]] = relationship(
        back_populates="thread", order_by="ThreadEntry.id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.subject

    @property
    def lock_root(self) -> Base:
        return self.customer or self

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for the office."""
        return self.state in (ThreadState.NEW, ThreadState.OPEN)


def waiting_threads() -> dict[str, int]:
    """How many wait for the office: new requests, calls to make, mails of nobody's (one read)."""
    waits = Thread.state.in_((T.NEW, T.OPEN))
    is_nobodys = Thread.customer_id.is_(None)
    query = select(Thread.kind, is_nobodys, func.count()).where(waits)
    counts = {"contact": 0, "callback": 0, "unassigned": 0}
    for kind, nobodys, count in db.session.execute(query.group_by(Thread.kind, is_nobodys)):
        counts["unassigned" if nobodys else kind.value] += count
    return counts


class EntryDirection(Labelled):
    IN = "in", "Vom Kunden"
    OUT = "out", "An den Kunden"
    NOTE = "note", "Gesprächsnotiz"


class ThreadEntry(Base):
    """One thing said in a thread. What goes out is a `Message` of the queue as well."""

    __tablename__ = "thread_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    direction: Mapped[EntryDirection]
    at: Mapped[datetime]
    author: Mapped[str]
    text: Mapped[LongText]
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)  # as of a Message
    remarks: Mapped[list[Any]] = mapped_column(JSON, default=list)  # such as a file left out
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)

    thread: Mapped[Thread] = relationship(back_populates="entries")
    message: Mapped[Message | None] = relationship()

    @property
    def lock_root(self) -> Base:
        return self.thread.lock_root


class MessageFile(Base):
    """A file that came with a mail or goes out with one, stored under its hash."""

    __tablename__ = "message_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    customer: Mapped[Customer | None] = relationship()

    def __str__(self) -> str:
        return self.name
