"""What goes along with a message: issued documents and the office's own files, named alike.

A message names each as a pair of table and id, in the order in which they are attached.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kutego.channels import files
from kutego.db import db
from kutego.models import Enclosure, Invitation, MessageFile, Rendition
from kutego.operations.documents import stored_bytes
from kutego.rendering.invitation import Entry, invitation

Attachment = Rendition | Enclosure | MessageFile | Invitation
MODELS: tuple[type[Any], ...] = (Rendition, Enclosure, MessageFile, Invitation)


def names_of(attachments: Sequence[Attachment]) -> list[Any]:
    """How a message names its attachments: `[["rendition", 12], ["enclosure", 3]]`."""
    return [[file.__tablename__, file.id] for file in attachments]


def attached(message: Any) -> list[Attachment]:
    """The files of a message, or of what becomes one, in their order."""
    [files] = attached_to([message])
    return files


def attached_to(carriers: Sequence[Any]) -> list[list[Attachment]]:
    """The files of each message or entry in their order, in one statement per table for all."""
    found: dict[tuple[str, int], Attachment] = {}
    for model in MODELS:
        table = model.__tablename__
        if ids := {id_ for each in carriers for name, id_ in each.attachments if name == table}:
            rows = db.session.scalars(select(model).where(model.id.in_(ids)))
            found |= {(table, row.id): row for row in rows}
    return [[found[name, id_] for name, id_ in each.attachments] for each in carriers]


def rendition_ids(names: Sequence[Any]) -> list[int]:
    """The ids of the issued documents among what a message names."""
    return [id_ for name, id_ in names if name == Rendition.__tablename__]


def stored_content(file: Attachment) -> bytes:
    """The bytes to send. Raises `DomainError` for a document that could not be made yet."""
    if isinstance(file, Rendition):
        return stored_bytes(file)
    if isinstance(file, Invitation):
        return invitation(Entry.read(file.entry), stamp=file.created_at)
    return files.read(file.sha256)
