"""The files of issued documents: promised with the document, made from its snapshot, kept for good.

Rendering takes no lock. A file is stored first and named in the database after; where two
processes make the same one, both make the same bytes and the first to name it wins.
"""

import logging
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, select

from kutego import clock
from kutego.channels import files, site
from kutego.db import Base, db, transaction
from kutego.errors import DomainError
from kutego.models import (
    BookingConfirmation,
    Cancellation,
    Customer,
    DocumentKind,
    DunningNotice,
    Format,
    InvoiceVersion,
    Offer,
    OfferVersion,
    Receipt,
    Rendition,
    TicketSheet,
    VoucherSheet,
)
from kutego.models.ids import give_id
from kutego.texts import gettext as _
from kutego.workers import Item, render_many

log = logging.getLogger(__name__)

Document = (
    InvoiceVersion
    | Cancellation
    | Receipt
    | OfferVersion
    | DunningNotice
    | BookingConfirmation
    | VoucherSheet
    | TicketSheet
)
MODELS: dict[DocumentKind, type[Any]] = {
    DocumentKind.INVOICE: InvoiceVersion,
    DocumentKind.CANCELLATION: Cancellation,
    DocumentKind.RECEIPT: Receipt,
    DocumentKind.OFFER: OfferVersion,
    DocumentKind.DUNNING: DunningNotice,
    DocumentKind.TICKETS: TicketSheet,
    DocumentKind.BOOKING: BookingConfirmation,
    DocumentKind.VOUCHER: VoucherSheet,
}
FORMATS = {
    DocumentKind.INVOICE: (Format.PDF, Format.XML),
    DocumentKind.CANCELLATION: (Format.PDF, Format.XML),
    DocumentKind.RECEIPT: (Format.PDF,),
    DocumentKind.OFFER: (Format.PDF,),
    DocumentKind.DUNNING: (Format.PDF,),
    DocumentKind.TICKETS: (Format.PDF,),
    DocumentKind.BOOKING: (Format.PDF,),
    DocumentKind.VOUCHER: (Format.PDF,),
}
SLICE = 50  # snapshots and files in memory at a time
_one_slice = threading.Lock()  # two jobs of one program would make the same files twice
BROKEN = 10  # documents that failed before and are tried again in one run


def add_renditions(document: Document, customer: Customer | None) -> list[Rendition]:
    """Promise the files of a document that was just issued. Joins its transaction."""
    if document.id is None:
        db.session.flush()
    kind = DocumentKind(document.__tablename__)
    added = [
        Rendition(
            customer_id=customer.id if customer else None,
            kind=kind,
            document_id=document.id,
            format=format_,
            name=_file_name(document, format_),
        )
        for format_ in FORMATS[kind]
    ]
    for row in added:
        give_id(row)
    db.session.add_all(added)
    return added


def renditions_of(document: Base | None) -> list[Rendition]:
    """The files of one document, the PDF first; none for what is no document."""
    if document is None or document.__tablename__ not in {kind.value for kind in DocumentKind}:
        return []
    promised = [
        row
        for row in db.session.new
        if isinstance(row, Rendition)
        and (row.kind.value, row.document_id) == (document.__tablename__, document.id)  # type: ignore[attr-defined]
    ]
    if promised:
        return promised
    query = select(Rendition).where(
        Rendition.kind == DocumentKind(document.__tablename__),
        Rendition.document_id == document.id,  # type: ignore[attr-defined]  # every document has one
    )
    return list(db.session.scalars(query.order_by(Rendition.id)))


def document_of(rendition: Rendition) -> Document:
    """The document that a file is of."""
    return cast(Document, db.session.get_one(MODELS[rendition.kind], rendition.document_id))


def document_bytes(rendition: Rendition) -> bytes:
    """The stored file, made on the spot where it is still to be made."""
    render_rendition(rendition)
    return stored_bytes(rendition)


def stored_bytes(rendition: Rendition) -> bytes:
    """The stored file. Raises `DomainError` with the reason where there is none yet."""
    if rendition.sha256 is None:
        raise DomainError(
            _("„%(name)s“ konnte noch nicht erstellt werden. %(error)s",
              name=rendition.name, error=rendition.error or "")
        )  # fmt: skip
    return files.read(rendition.sha256)


def render_rendition(rendition: Rendition) -> None:
    """Make one file at once, before those of a run. A failure is noted in the row."""
    if rendition.sha256 is None:
        _render_slice([rendition.id], Rendered())


@dataclass
class Rendered:
    """What a run has made: how many files, and a line for each that failed."""

    done: int = 0
    problems: list[str] = field(default_factory=list)
    is_stuck: bool = False  # the disk is full: the rest waits, and so does nothing else


def render_pending(only: Iterable[int] | None = None) -> Rendered:
    """Make the files that are still to be made, in several processes; `only` names some by id.

    One that fails does not stop the rest. Those that failed before come last, a few per run.
    """
    wanted = [Rendition.sha256.is_(None)]
    if only is not None:
        wanted.append(Rendition.id.in_(list(only)))
    result = Rendered()
    broken = _ids([*wanted, Rendition.error.is_not(None)], BROKEN)
    last: int | None = 0
    while last is not None:
        with _one_slice:
            ids = _ids([*wanted, Rendition.error.is_(None), Rendition.id > last], SLICE)
            _render_slice(ids or broken, result)
        last = ids[-1] if ids and not result.is_stuck else None
    return result


def pending_renditions() -> list[Rendition]:
    """The files that are still to be made, those that failed with their error among them."""
    pending = select(Rendition).where(Rendition.sha256.is_(None)).order_by(Rendition.id)
    return list(db.session.scalars(pending))


# --- parts ------------------------------------------------------------------------------------


def _item(rendition: Rendition) -> Item:
    """All that rendering one file needs, without the database."""
    document = document_of(rendition)
    logo = (document.snapshot.get("seller") or {}).get("logo_sha256")
    url = None
    if isinstance(document, OfferVersion):
        token = db.session.get_one(Offer, document.offer_id).token
        url = site.offer_link(token) if token else None
    if rendition.format is Format.XML:
        return Item(rendition.id, document.snapshot, "xml")
    return Item(rendition.id, document.snapshot, "pdf", files.read(logo) if logo else None, url)


def _ids(conditions: Sequence[ColumnElement[bool]], most: int) -> Sequence[int]:
    query = select(Rendition.id).where(*conditions).order_by(Rendition.id).limit(most)
    return db.session.scalars(query).all()


def _render_slice(ids: Sequence[int], result: Rendered) -> None:
    items: list[Item] = []
    for rendition in db.session.scalars(select(Rendition).where(Rendition.id.in_(ids))).all():
        try:
            items.append(_item(rendition))
        except Exception as error:
            result.problems.append(_note(rendition.id, error))
    db.session.rollback()  # nothing stays open while the processes work
    for key, data in render_many(items, size=site.workers()):
        rendition_id = cast(int, key)
        if isinstance(data, Exception):
            result.problems.append(_note(rendition_id, data))
        elif not _stored(rendition_id, data, result):
            return


def _stored(rendition_id: int, data: bytes, result: Rendered) -> bool:
    """False where the disk takes no file: then it takes none of the next ones either."""
    try:
        _keep(rendition_id, data)
        result.done += 1
    except OSError as error:
        log.error("No document can be stored", exc_info=error)
        result.problems.append(_("Es lässt sich keine Datei ablegen: %(error)s", error=error))
        result.is_stuck = True
    return not result.is_stuck


def _keep(rendition_id: int, data: bytes) -> None:
    sha256 = files.store(data)
    with transaction() as session:
        row = session.get_one(Rendition, rendition_id, with_for_update=True, populate_existing=True)
        if row.sha256 is None:  # else another process was faster
            row.sha256, row.size, row.rendered_at = sha256, len(data), clock.now()
            row.error = None


def _note(rendition_id: int, error: Exception) -> str:
    """Write the reason beside the file, and return it as a line for the report of a run."""
    why = f"{type(error).__name__}: {error}"[:500]
    with transaction() as session:
        row = session.get_one(Rendition, rendition_id, with_for_update=True, populate_existing=True)
        if row.sha256 is None and row.error != why:
            log.error("%s was not rendered", row.name, exc_info=error)
            row.error = why
        return f"{row.name}: {why}"


def _file_name(document: Document, format_: Format) -> str:
    """`Rechnung R-2026-00012.pdf`: what the customer sees; no slash of a number range in it."""
    title = document.snapshot.get("title") or DocumentKind(document.__tablename__).label
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", f"{title} {document.number}")
    return f"{name[:150]}.{format_.value}"
