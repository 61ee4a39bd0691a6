"""Everything that ever happened with a customer, over all tabs, in the order of time.

Two sources are merged: the history, which tells of every change, and the e-mails that the program
wrote by itself, which no line of the history tells of.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, union_all

from kutego.db import db
from kutego.labelled import Labelled
from kutego.models.activity import Activity
from kutego.models.message import Channel, Message


class Topic(Labelled):
    """What a line is about."""

    MONEY = "money", "Geld"
    CONTRACTS = "contracts", "Verträge und Kurse"
    OFFERS = "offers", "Angebote"
    MESSAGES = "messages", "Nachrichten"
    NOTES = "notes", "Notizen und Aufgaben"
    FILES = "files", "Dokumente"
    RECORD = "record", "Stammdaten"


WORDS: dict[Topic, tuple[str, ...]] = {  # the first words of actions; all others are the record's
    Topic.MONEY: ("invoice", "booking", "credit", "refund"),
    Topic.CONTRACTS: ("contract", "enrolment"),
    Topic.OFFERS: ("offer",),
    Topic.MESSAGES: (
        "message", "thread", "contact", "callback", "letter", "sms", "mailing", "newsletter",
        "info_agent",
    ),
    Topic.NOTES: ("note", "task"),
    Topic.FILES: ("customer_file",),
}  # fmt: skip
TOPICS = {word: topic for topic, words in WORDS.items() for word in words}

ACTIVITY, MESSAGE = 1, 0  # at the same moment a change stands above the mail that tells of it


class Place(NamedTuple):
    """Where a line stands: lines are unique and ordered by it."""

    at: datetime
    source: int
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.source}_{self.id}"


def place_from(text: str) -> Place | None:
    """The place that `str` wrote down, or None."""
    try:
        at, source, id_ = text.split("_")
        moment = datetime.fromisoformat(at)
        number = int(id_)
    except ValueError:
        return None
    if moment.tzinfo is None or source not in ("0", "1") or not 0 <= number < 2**31:
        return None
    return Place(moment, int(source), number)


def topic_of(action: str) -> Topic:
    """What a line of the history is about."""
    return TOPICS.get(action.partition(".")[0], Topic.RECORD)


def timeline(
    ids: Sequence[int],
    *,
    topics: Collection[Topic] = (),
    secret: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    before: Place | None = None,
    most: int,
) -> list[Place]:
    """The newest lines about the customers `ids`, those after `before` in one statement.

    No topic means all; `secret` are first words of actions that the reader may not know of.
    """
    actions = [_actions(topics), *(~Activity.action.startswith(f"{w}.") for w in secret)]
    ours = _branch(ACTIVITY, Activity, Activity.at, ids, since, until, before, most, *actions)
    mails = [Message.channel == Channel.EMAIL, Message.thread_id.is_(None),
             Message.hidden_at.is_(None)]  # fmt: skip
    if "message" in secret or (topics and Topic.MESSAGES not in topics):
        mails = [false()]
    theirs = _branch(MESSAGE, Message, Message.created_at, ids, since, until, before, most, *mails)
    both = union_all(ours, theirs).subquery()
    newest = (both.c.at.desc(), both.c.source.desc(), both.c.id.desc())
    rows: Any = db.session.execute(select(both).order_by(*newest).limit(most))
    return [Place(*row) for row in rows]


# --- parts ------------------------------------------------------------------------------------


def _actions(topics: Collection[Topic]) -> ColumnElement[bool]:
    chosen = [word for topic in topics for word in WORDS.get(topic, ())]
    named = [Activity.action.startswith(f"{word}.") for word in chosen]
    if not topics:
        return literal(True)
    if Topic.RECORD in topics:
        named.append(and_(*(~Activity.action.startswith(f"{word}.") for word in TOPICS)))
    return or_(*named)


def _branch(
    source: int,
    model: Any,
    moment: Any,
    ids: Sequence[int],
    since: datetime | None,
    until: datetime | None,
    before: Place | None,
    most: int,
    *conditions: ColumnElement[bool],
) -> Any:
    query = select(moment.label("at"), literal(source).label("source"), model.id.label("id")).where(
        model.customer_id.in_(ids), *conditions
    )
    if since is not None:
        query = query.where(moment >= since)
    if until is not None:
        query = query.where(moment < until)
    if before is not None:
        at, other, id_ = before
        same = model.id < id_ if source == other else literal(source < other)
        query = query.where(or_(moment < at, and_(moment == at, same)))
    part = query.order_by(moment.desc(), model.id.desc()).limit(most).subquery()
    return select(part)
