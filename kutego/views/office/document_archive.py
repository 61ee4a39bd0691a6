"""The documents of a whole list in one ZIP file, for the tax adviser (spec INV-09)."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context
from flask_admin import expose

from kutego.db import db
from kutego.operations.documents import document_bytes, renditions_of
from kutego.texts import gettext as _
from kutego.views.panel import RecordView, today
from kutego.views.panel.listing import Listing
from kutego.views.panel.query import ListQuery


class WithArchive(RecordView):
    """Part of a view whose records have documents: `document_kept` names the issued one."""

    def document_kept(self, record: Any) -> Any:
        """Hook: the document whose files go into the archive."""
        return record

    def export_links(self, listing: Listing) -> list[tuple[str, str, str]]:
        """One more way out of the list: address, words, icon."""
        url = f"{listing.url}documents/{listing.state.query}"
        return [(url, _("PDF und XML als ZIP"), "file-earmark-zip")]

    @expose("/documents/")
    def documents_view(self) -> Response:
        """The files of all rows of the filter, one after the other, in constant memory."""
        ids = ListQuery(self, self.state()).ids()
        name = f"{self.slug}-{today():%Y-%m-%d}.zip"
        return Response(
            stream_with_context(self._zip(ids)),
            mimetype="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _zip(self, ids: list[int]) -> Iterator[bytes]:
        target = Pipe()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in ids:
                record = db.session.get_one(self.model, number)
                for rendition in renditions_of(self.document_kept(record)):
                    archive.writestr(rendition.name, document_bytes(rendition))
                db.session.expunge_all()
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
