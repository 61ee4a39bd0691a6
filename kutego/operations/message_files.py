"""Files that come and go with mails: checked once, stored under their hash, named by a row."""

from collections.abc import Sequence
from typing import NamedTuple

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, MessageFile
from kutego.operations.uploads import checked
from kutego.texts import gettext as _

MEGABYTE = 1024 * 1024
ALL_TOGETHER = 10 * MEGABYTE  # a third more in a mail, and many servers end at 20 MB


class StoredFile(NamedTuple):
    """A checked file whose bytes are stored, before a row names it."""

    name: str
    media_type: str
    sha256: str
    size: int


def keep_file(name: str, data: bytes) -> StoredFile:
    """Check and store one file. Raises `DomainError` with what is wrong with it."""
    upload = checked(name, data)
    return StoredFile(
        name=upload.name[:200],
        media_type=upload.media_type,
        sha256=files.store(upload.data),
        size=len(upload.data),
    )


def check_together(stored: Sequence[StoredFile]) -> None:
    """Refuse what would be too large for one mail."""
    if sum(file.size for file in stored) > ALL_TOGETHER:
        raise DomainError(
            _("Alle Anhänge zusammen sind größer als 10 MB; solche E-Mails nehmen viele "
              "Mailserver nicht an. Bitte einen weglassen oder verkleinern.")
        )  # fmt: skip


def add_files(
    customer: Customer | None, stored: Sequence[StoredFile], *, by: Actor
) -> list[MessageFile]:
    """The rows that messages and entries name. Joins the caller's transaction."""
    rows = [
        MessageFile(
            customer=customer,
            name=file.name,
            media_type=file.media_type,
            sha256=file.sha256,
            size=file.size,
            added_at=clock.now(),
            added_by=by.name,
        )
        for file in stored
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows
