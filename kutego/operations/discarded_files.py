"""Stored bytes that were let go: removed a day later, where nothing names them any more.

The day is for backups, which read the files after the database. Every column that names a stored
file is called `sha256` or ends in `_sha256`.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import Column, select, union_all

from kutego import clock
from kutego.channels import files
from kutego.db import Base, db, transaction
from kutego.models import DiscardedFile

KEPT = timedelta(days=1)


def discard(hashes: Iterable[str | None]) -> None:
    """Let go of stored bytes. Joins the transaction that takes their name off a row."""
    for sha256 in {each for each in hashes if each}:
        db.session.merge(DiscardedFile(sha256=sha256, at=clock.now()))


def files_to_remove() -> list[str]:
    """The hashes that were let go more than a day ago."""
    old = select(DiscardedFile.sha256).where(DiscardedFile.at < clock.now() - KEPT)
    return list(db.session.scalars(old.order_by(DiscardedFile.sha256)))


def remove_discarded() -> int:
    """Remove what nothing names any more; returns how many files are gone.

    A file that was stored once more in the last day is left for the next run: the row that will
    name it may be about to be written.
    """
    gone = 0
    for sha256 in files_to_remove():
        with transaction() as session:
            row = session.get(DiscardedFile, sha256)
            is_named = _is_named(sha256)
            if row is not None and (is_named or files.remove(sha256, clock.now() - KEPT)):
                session.delete(row)
                gone += not is_named
    return gone


def _is_named(sha256: str) -> bool:
    named = [select(column).where(column == sha256).limit(1) for column in naming_columns()]
    parts = [part.subquery().select() for part in named]
    return db.session.execute(union_all(*parts)).first() is not None


def naming_columns() -> Iterator[Column[str]]:
    """Every column of the database that names a stored file."""
    for table in Base.metadata.sorted_tables:
        if table is not DiscardedFile.__table__:
            yield from (c for c in table.columns if c.name.split("_")[-1] == "sha256")
