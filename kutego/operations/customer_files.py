"""Documents of a customer: uploaded, given a new version, described, deleted (spec DOC)."""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    CustomerFile,
    CustomerFileVersion,
    CustomerState,
    Participant,
    Visibility,
)
from kutego.operations.activity import log_activity
from kutego.operations.discarded_files import discard
from kutego.operations.uploads import Upload
from kutego.texts import gettext as _

MOST_AT_ONCE = 20
LONGEST_TITLE = 120


@operation
def upload_files(
    customer: Customer,
    *,
    files: Sequence[Upload],
    title: str = "",
    visibility: Visibility = Visibility.INTERNAL,
    participant: Participant | None = None,
    on: date,
    by: Actor,
) -> CustomerFile:
    """Put checked files into a customer's record, each as a document of its own; all or none.

    Without a title a document is called like its file; several get a number behind the title.
    Returns the last one.
    """
    _refuse_erased(customer)
    _refuse_stranger(customer, participant)
    if not files:
        raise DomainError(_("Bitte mindestens eine Datei auswählen."))
    if len(files) > MOST_AT_ONCE:
        raise DomainError(_("Höchstens %(most)s Dateien auf einmal.", most=MOST_AT_ONCE))
    made = [
        _add(customer, upload, name, visibility, participant, by)
        for upload, name in zip(files, _titles(title, files), strict=True)
    ]
    return made[-1]


@operation
def add_version(file: CustomerFile, *, upload: Upload, on: date, by: Actor) -> CustomerFileVersion:
    """Upload a document anew. Its older versions stay, and can be read."""
    _refuse_removed(file)
    content = _stored(upload)
    if content == file.current.sha256:
        raise DomainError(_("„%(name)s“ hat denselben Inhalt wie die jetzige Version.", name=file))
    file.version += 1
    version = _version(file, upload, content, by)
    file.name, file.media_type, file.size = upload.name, upload.media_type, len(upload.data)
    file.uploaded_at, file.uploaded_by = version.uploaded_at, by.name
    file.revision += 1
    file.refresh_keys()
    log_activity(
        file, "customer_file.replaced", by=by, version=file.version, personal={"name": upload.name}
    )
    return version


@operation
def describe_file(
    file: CustomerFile,
    *,
    title: str,
    visibility: Visibility,
    participant: Participant | None = None,
    on: date,
    by: Actor,
) -> None:
    """Change what a document is called, who may see it and whom it is about."""
    _refuse_removed(file)
    _refuse_stranger(file.customer, participant)
    title = _checked_title(title)
    if not title:
        raise DomainError(_("Bitte einen Titel eingeben."))
    new = {"title": title, "visibility": visibility, "participant": participant}
    old = {name: getattr(file, name) for name in new}
    changes: dict[str, object] = {
        name: [old[name], new[name]] for name in new if old[name] != new[name]
    }
    if not changes:
        raise DomainError(_("An „%(name)s“ wurde nichts geändert.", name=file))
    file.title, file.visibility, file.participant = title, visibility, participant
    file.revision += 1
    file.refresh_keys()
    log_activity(file, "customer_file.changed", by=by, personal=changes)


@operation
def remove_file(file: CustomerFile, *, on: date, by: Actor) -> None:
    """Delete a document with all its versions; the history tells who did it, and when (DOC-05).

    The bytes are removed a day later, unless something else names the same content.
    """
    _refuse_removed(file)
    file.removed_at, file.removed_by = clock.now(), by.name
    file.revision += 1
    discard(version.sha256 for version in file.versions)
    for version in file.versions:
        version.sha256 = None
    log_activity(file, "customer_file.removed", by=by, personal={"title": file.title})


def version_of(file: CustomerFile, number: int) -> CustomerFileVersion | None:
    """One version of a document that is still there, by its number."""
    mine = select(CustomerFileVersion).where(
        CustomerFileVersion.customer_file_id == file.id, CustomerFileVersion.number == number
    )
    return None if file.removed_at is not None else db.session.scalar(mine)


# --- parts ------------------------------------------------------------------------------------


def _add(
    customer: Customer,
    upload: Upload,
    title: str,
    visibility: Visibility,
    participant: Participant | None,
    by: Actor,
) -> CustomerFile:
    file = CustomerFile(
        customer=customer,
        participant=participant,
        title=title,
        visibility=visibility,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.data),
        version=1,
        uploaded_at=clock.now(),
        uploaded_by=by.name,
    )
    file.refresh_keys()
    db.session.add(file)
    _version(file, upload, _stored(upload), by)
    log_activity(file, "customer_file.uploaded", by=by, size=file.size, personal={"title": title})
    return file


def _version(file: CustomerFile, upload: Upload, sha256: str, by: Actor) -> CustomerFileVersion:
    version = CustomerFileVersion(
        file=file,
        number=file.version,
        name=upload.name,
        media_type=upload.media_type,
        sha256=sha256,
        size=len(upload.data),
        uploaded_at=clock.now(),
        uploaded_by=by.name,
    )
    db.session.add(version)
    return version


def _stored(upload: Upload) -> str:
    return files.store(upload.data)


def _titles(given: str, uploads: Sequence[Upload]) -> list[str]:
    title = _checked_title(given)
    if not title:
        return [PurePath(upload.name).stem[:LONGEST_TITLE] for upload in uploads]
    if len(uploads) == 1:
        return [title]
    return [f"{title} ({place})" for place in range(1, len(uploads) + 1)]


def _checked_title(given: str | None) -> str:
    title = " ".join((given or "").split())
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise DomainError(
            _("Der Titel hat höchstens %(most)s Zeichen, alle druckbar.", most=LONGEST_TITLE)
        )
    return title


def _refuse_erased(customer: Customer) -> None:
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert: Es kommt nichts mehr in die Akte."))


def _refuse_stranger(customer: Customer, participant: Participant | None) -> None:
    if participant is not None and participant.customer_id != customer.id:
        raise DomainError(_("Dieser Eintrag ({participant}) gehört zu einem anderen Kunden."))


def _refuse_removed(file: CustomerFile) -> None:
    if file.removed_at is not None:
        raise DomainError(_("„%(name)s“ ist schon gelöscht.", name=file))
