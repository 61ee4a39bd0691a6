"""The stored files: there, and byte for byte what was stored."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from kutego.channels import files
from kutego.models import (
    Company,
    CustomerFileVersion,
    CustomValue,
    Enclosure,
    Message,
    MessageFile,
    Rendition,
    TransferFile,
)
from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _


def check_files(connection: Connection) -> Iterator[Problem]:
    """Documents, enclosures, files of the record, transfer files and the logo."""
    stored = select(Rendition.id, Rendition.name, Rendition.sha256, Rendition.size)
    query = stored.where(Rendition.sha256.is_not(None)).order_by(Rendition.id)
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        yield from _check(f"rendition {row.id} ({row.name})", row.sha256, row.size)
    table = Enclosure.__table__
    for row in connection.execute(select(table).order_by(table.c.id)):
        yield from _check(f"enclosure {row.id} ({row.name})", row.sha256, row.size)
    values = select(CustomValue.id, CustomValue.sha256, CustomValue.size)
    for id_, sha256, size in connection.execute(values.where(CustomValue.sha256.is_not(None))):
        yield from _check(f"custom_value {id_}", sha256 or "", size)
    versions = CustomerFileVersion.__table__
    kept = select(versions).where(versions.c.sha256.is_not(None)).order_by(versions.c.id)
    for row in connection.execute(kept, execution_options={"yield_per": 1000}):
        yield from _check(f"customer_file_version {row.id} ({row.name})", row.sha256, row.size)
    for row in connection.execute(select(MessageFile.__table__)):
        yield from _check(f"message_file {row.id} ({row.name})", row.sha256, row.size)
    letters = select(Message.id, Message.sha256).where(Message.sha256.is_not(None))
    for letter in connection.execute(letters, execution_options={"yield_per": 1000}):
        yield from _check(f"message {letter.id}", letter.sha256 or "", None)
    for file in connection.execute(select(TransferFile.id, TransferFile.sha256)):
        yield from _check(f"transfer_file {file.id}", file.sha256, None)
    for (logo,) in connection.execute(select(Company.logo_sha256)):
        if logo is not None:
            yield from _check("company logo", logo, None)


def _check(place: str, sha256: str, size: int | None) -> Iterator[Problem]:
    try:
        data = files.read(sha256)
    except (files.DamagedFile, ValueError) as error:
        yield Problem(place, str(error))
        return
    if size is not None and size != len(data):
        yield Problem(
            place,
            _("Die Datei hat %(size)s Bytes statt %(kept)s.", size=len(data), kept=size),
        )
