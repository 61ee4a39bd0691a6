"""Count what a page asks of the database."""

from contextlib import contextmanager

from sqlalchemy import event

from kutego.db import db


@contextmanager
def counted():
    """The SQL statements of the block, without BEGIN and COMMIT."""
    seen = []

    def note(connection, cursor, statement, parameters, context, many):
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
