"""The first rows of an import as they would be taken over, and the refused ones as a file."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from kutego.channels import files
from kutego.models import CustomerImport, ImportKind, ImportState
from kutego.operations.import_customers import sketch_of
from kutego.operations.import_fields import FIELDS
from kutego.operations.import_reading import read_rows
from kutego.operations.import_run import planned_row, refused_rows
from kutego.texts import gettext as _
from kutego.views.panel.columns import plain
from kutego.views.panel.export import safe

SHOWN = 20  # rows of the preview


def first_rows(made: CustomerImport) -> dict[str, Any] | None:
    """The first rows as they would be taken over, each with what is wrong with it."""
    if made.sha256 is None or made.is_working or made.state is ImportState.UNDONE:
        return None
    fields = [field for field in FIELDS[made.kind] if field.name in made.mapping]
    rows: list[tuple[int, list[str], str]] = []
    for number, cells in islice(read_rows(files.read(made.sha256)), SHOWN):
        row = planned_row(made.kind, made.mapping, number, cells)
        if made.kind is ImportKind.CUSTOMERS and row.message is None:
            sketch_of(row)
        texts = [plain(row.values.get(field.name)) for field in fields]
        rows.append((number, texts, row.message or ""))
    return {"headings": [_(field.label) for field in fields], "rows": rows}


def refused_csv(made: CustomerImport) -> Iterator[str]:
    """What was refused, row by row, with the reason before what stood there."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    headings = [safe(heading) for heading in made.headings]
    writer.writerow([_("Zeile"), _("Grund"), *headings])
    yield "\ufeff"
    for number, message, cells in refused_rows(made):
        writer.writerow([number, safe(message), *(safe(cell) for cell in cells)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
