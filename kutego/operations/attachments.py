"""What goes along with a message: issued documents and the office's own files, named alike.

A message names each as a pair of table and id, in the order in which they are attached.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kutego.channels import files
from kutego.db import db
from kutego.models import Enclosure, Message, Rendition
from kutego.operations.documents import stored_bytes

Attachment = Rendition | Enclosure
MODELS: tuple[type[Any], ...] = (Rendition, Enclosure)


def names_of(attachments: Sequence[Attachment]) -> list[Any]:
    """How a message names its attachments: `[["rendition", 12], ["enclosure", 3]]`."""
    return [[file.__tablename__, file.id] for file in attachments]


def attached(message: Message) -> list[Attachment]:
    """The files of a message in their order, in one statement per table."""
    found: dict[tuple[str, int], Attachment] = {}
    for model in MODELS:
        table = model.__tablename__
        if ids := [id_ for name, id_ in message.attachments if name == table]:
            rows = db.session.scalars(select(model).where(model.id.in_(ids)))
            found |= {(table, row.id): row for row in rows}
    return [found[name, id_] for name, id_ in message.attachments]


def rendition_ids(names: Sequence[Any]) -> list[int]:
    """The ids of the issued documents among what a message names."""
    return [id_ for name, id_ in names if name == Rendition.__tablename__]


def stored_content(file: Attachment) -> bytes:
    """The bytes to send. Raises `DomainError` for a document that could not be made yet."""
    return files.read(file.sha256) if isinstance(file, Enclosure) else stored_bytes(file)
