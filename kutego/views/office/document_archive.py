"""The documents of a whole list in one ZIP file, for the tax adviser (spec INV-09)."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, flash, redirect, stream_with_context
from flask_admin import expose
from sqlalchemy import ColumnElement, Select, select

from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import DocumentKind, Format, Rendition
from kutego.operations.documents import FORMATS
from kutego.texts import gettext as _
from kutego.views.panel import today
from kutego.views.panel.listing import Listing
from kutego.views.panel.query import ListQuery

MOST = 500  # documents in one file
NAMED = 3  # files that are not ready and are told by name
File = tuple[str, str]  # name, SHA-256


class WithArchive:
    """Part of a view whose records have documents of one kind.

    It is no `RecordView` itself: Flask-Admin would give it every page of one, and those would come
    before the pages of the parts behind it.
    """

    document_kind: DocumentKind

    def documents_of(self, ids: Sequence[int]) -> Select[Any] | Sequence[int]:
        """Hook: the ids of the documents of the records `ids`."""
        return ids

    def export_links(self, listing: Listing) -> list[tuple[str, str, str]]:
        """One more way out of the list: address, words, icon."""
        url = f"{listing.url}documents/{listing.state.query}"
        has_xml = Format.XML in FORMATS[self.document_kind]
        words = _("PDF und XML als ZIP") if has_xml else _("PDF als ZIP")
        return [(url, words, "file-earmark-zip")]

    @expose("/documents/")
    def documents_view(self) -> Any:
        """The stored files of all rows of the filter; nothing is rendered here."""
        view: Any = self
        state = view.state()
        try:
            rows = ListQuery(view, state).rows().with_only_columns(view.model.id)
            kept = self._kept(db.session.scalars(rows.limit(MOST + 1)).all())
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(view.list_url + state.query)
        name = f"{view.slug}-{today():%Y-%m-%d}.zip"
        return Response(
            stream_with_context(zipped(kept)),
            mimetype="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _kept(self, ids: Sequence[int]) -> list[File]:
        """Names and contents of the files; refused where they are too many or not all ready."""
        if len(ids) > MOST:
            raise DomainError(
                _("Eine ZIP-Datei fasst höchstens %(most)s Belege. Bitte filtern Sie die Liste, "
                  "zum Beispiel nach einem Monat.", most=MOST)
            )  # fmt: skip
        wanted: ColumnElement[bool] = Rendition.document_id.in_(self.documents_of(ids))
        query = select(Rendition.name, Rendition.sha256).where(
            Rendition.kind == self.document_kind, wanted
        )
        rows = db.session.execute(query.order_by(Rendition.document_id, Rendition.id)).all()
        if missing := [name for name, sha256 in rows if sha256 is None]:
            raise DomainError(_not_ready(missing, len(rows)))
        return [(name, sha256) for name, sha256 in rows if sha256]


def _not_ready(missing: Sequence[str], count: int) -> str:
    first = ", ".join(f"„{name}“" for name in missing[:NAMED])
    return _(
        "%(missing)s von %(count)s Dateien sind noch nicht fertig, zum Beispiel %(first)s. Sie "
        "entstehen von selbst: Bitte versuchen Sie es in ein paar Minuten noch einmal.",
        missing=len(missing), count=count, first=first,
    )  # fmt: skip


def zipped(kept: Sequence[File]) -> Iterator[bytes]:
    """The ZIP file piece by piece: one document in memory at a time, however many there are."""
    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, sha256 in kept:
            archive.writestr(name, files.read(sha256))
            yield target.taken()
    yield target.taken()


class Pipe(io.RawIOBase):
    """What was written to it and not taken yet; it cannot be rewound."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        """Everything since the last time."""
        found = bytes(self.waiting)
        self.waiting.clear()
        return found
