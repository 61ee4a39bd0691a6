"""Who works on the mass runs: one process at a time, on one machine or on many."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from kutego.db import db

KEYS = {"runs": 0x4B5552554E, "imports": 0x4B55494D50}  # of PostgreSQL's advisory locks


@contextmanager
def only_worker(of: str = "runs") -> Iterator[bool]:
    """Whether the caller is the one worker. The claim ends with the block, or with the process."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with open(Path(f"{engine.url.database}.{of}"), "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        return
    key = KEYS[of]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
