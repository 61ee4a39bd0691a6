"""That a mail was opened: only where the office has switched it on (spec COM-02, D-19)."""

import re

from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Message, company

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def note_opened(token: str) -> None:
    """Write down when a mail was opened for the first time. No address, no program, no place.

    An unknown token costs one look-up by index and writes nothing, a known one writes once: a
    flood of requests keeps nobody's lock.
    """
    if not TOKEN.fullmatch(token) or not company().track_opens:
        return
    query = select(Message).where(Message.open_token == token, Message.opened_at.is_(None))
    message = db.session.scalar(query)
    if message is None:
        return
    with transaction(message):
        if message.opened_at is None:
            message.opened_at = clock.now()
