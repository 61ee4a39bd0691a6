"""The entries of a thread as the page shows them, with what was quoted folded away."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kutego.db import db
from kutego.models import EntryDirection, Thread, ThreadEntry
from kutego.operations.attachments import attached_to
from kutego.views.office.documents import file_url

QUOTED = re.compile(
    r"^(?:>"  # quoted lines
    r"|Am .{5,120} schrieb.{0,200}:\s*$|On .{5,120} wrote:\s*$"  # their introduction
    r"|-{2,} ?(?:Ursprüngliche Nachricht|Original Message|Weitergeleitete Nachricht).*"
    r"|_{20,}\s*$|Von: .+\n(?:Gesendet|Datum|An): )",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Shown:
    """One entry: its own words, what it quotes, its files as name and address."""

    entry: ThreadEntry
    own: str
    quoted: str
    files: list[tuple[str, str]]

    @property
    def tone(self) -> str:
        """The kind of the entry, for its colour."""
        return self.entry.direction.value

    @property
    def direction(self) -> EntryDirection:
        return self.entry.direction


def folded(text: str) -> tuple[str, str]:
    """What somebody wrote, and the history that their mail program put below it."""
    found = QUOTED.search(text)
    own = text[: found.start()].rstrip() if found else text
    return (own, text[found.start() :].strip()) if found and own else (text, "")


def entries_of(thread: Thread) -> list[Shown]:
    """All entries in their order, in as many statements as for one."""
    query = select(ThreadEntry).where(ThreadEntry.thread_id == thread.id).order_by(ThreadEntry.id)
    entries: list[Any] = list(db.session.scalars(query.options(selectinload(ThreadEntry.message))))
    return [
        Shown(entry, *folded(entry.text), [(file.name, file_url(file)) for file in files])
        for entry, files in zip(entries, attached_to(entries), strict=True)
    ]
