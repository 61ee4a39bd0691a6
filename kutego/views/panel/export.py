"""Lists as CSV for a German spreadsheet: streamed, semicolons, a byte order mark, no formulas."""

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Response, stream_with_context

from kutego.db import db
from kutego.views.panel.forms import today

if TYPE_CHECKING:
    from kutego.views.panel.listing import Listing

BATCH = 500
HARMLESS = re.compile(r"-?[\d.,]+|\+\d[\d ]*")  # an amount, a telephone number


def csv_response(listing: "Listing") -> Response:
    """The rows of `listing` as a download, in constant memory."""
    name = f"{listing.view.slug}-{today():%Y-%m-%d}.csv"
    return Response(
        stream_with_context(lines(listing)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def lines(listing: "Listing") -> Iterator[str]:
    """The text of the file, batch by batch."""
    columns = [column for column in listing.columns if column.exported]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(column.label) for column in columns])
    yield "\ufeff"
    query = listing.query.loaded(listing.query.rows(), columns)
    result = db.session.scalars(query.execution_options(yield_per=BATCH))
    for batch in result.partitions(BATCH):
        writer.writerows([safe(c.exported_text(record)) for c in columns] for record in batch)
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: `=cmd|…` gets an apostrophe in front."""
    risky = text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")
    return f"'{text}" if risky and not HARMLESS.fullmatch(text) else text
