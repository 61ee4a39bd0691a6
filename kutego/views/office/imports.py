"""Imports: a file, its columns, what would become of its rows, and the way back."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Response, abort, jsonify, stream_with_context
from flask_admin import expose

from kutego.channels import files
from kutego.errors import DomainError
from kutego.models import CustomerImport, ImportKind, ImportRow, ImportState, Right
from kutego.operations.import_fields import FIELDS, read_cells
from kutego.operations.import_reading import read_rows
from kutego.operations.import_run import refused_rows
from kutego.texts import gettext as _
from kutego.views.office.history import WithHistory
from kutego.views.office.import_buttons import IMPORT_BUTTONS
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TabView,
    TextFilter,
)
from kutego.views.panel.columns import plain
from kutego.views.panel.export import safe

SHOWN = 20  # rows of the preview


class ImportRows(TabView):
    """Rows that were not imported, or that an undo had to leave, with the reason."""

    model = ImportRow
    slug, title, one = "rows", "Abgelehnte Zeilen", "Zeile"
    parent_key = "import_id"
    right = Right.CUSTOMERS_IMPORT
    has_records = False
    columns = (Column("row", "Zeile"), Column("message", "Grund"))
    filters = (TextFilter("message", "Grund"),)
    default_sort = "row"
    empty = "Keine Zeile wurde abgelehnt."

    def scope(self, query: Any) -> Any:
        return query.where(ImportRow.message.is_not(None))


class ImportView(WithHistory, RecordView):
    model = CustomerImport
    slug, title, one, icon = "customer_imports", "Import", "Import", "upload"
    category = "Kunden"
    right = Right.CUSTOMERS_IMPORT
    columns = (
        Column("name", "Datei"),
        Column("kind", "Inhalt"),
        Column("state", "Status", badge=True),
        Column("total", "Zeilen"),
        Column("done", "Übernommen"),
        Column("refused", "Abgelehnt"),
        Column("created_at", "Hochgeladen"),
        Column("created_by", "Von"),
        Column("finished_at", "Beendet", shown=False),
        Column("kept", "Nicht zurückgenommen", shown=False),
    )
    filters = (
        ChoiceFilter("kind", "Inhalt", ImportKind), ChoiceFilter("state", "Status", ImportState),
        DateFilter("created_at", "Hochgeladen"),
    )  # fmt: skip
    default_sort = "-created_at"
    empty = "Noch nichts importiert. Laden Sie eine CSV- oder Excel-Datei hoch."
    record_template = "office/imports/record.html"
    tabs = (ImportRows,)
    buttons = IMPORT_BUTTONS
    cards = (Card("Datei", "kind", "total", "created_at", "created_by", "finished_at"),)

    @expose("/<int(max=2147483647):record_id>/progress/")
    def progress_view(self, record_id: int) -> Any:
        """How far it is, for the page that asks every second."""
        made = self._found(record_id)
        state = "running" if made.is_working else made.state.value
        return jsonify(state=state, touched=made.position, total=made.total, rate=None, left=None)

    @expose("/<int(max=2147483647):record_id>/errors.csv")
    def errors_view(self, record_id: int) -> Response:
        """The rows that were not imported, with the reason, to be corrected and sent again."""
        made = self._found(record_id)
        return Response(
            stream_with_context(_lines(made)),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="abgelehnt-{made.id}.csv"'},
        )

    def _found(self, record_id: int) -> CustomerImport:
        made: CustomerImport | None = self.get_one(record_id)
        if made is None:
            abort(404)
        return made

    def record_context(self, record: Any) -> dict[str, Any]:
        return {"preview": _preview(record)}


def _preview(made: CustomerImport) -> dict[str, Any] | None:
    """The first rows as they would be taken over, each with what is wrong with it."""
    if made.sha256 is None or made.is_working or made.state is ImportState.UNDONE:
        return None
    fields = [field for field in FIELDS[made.kind] if field.name in made.mapping]
    rows: list[tuple[int, list[str], str]] = []
    for number, cells in islice(read_rows(files.read(made.sha256)), SHOWN):
        try:
            values, problem = read_cells(made.kind, made.mapping, cells), ""
        except DomainError as refusal:
            values, problem = {}, str(refusal)
        rows.append((number, [plain(values.get(field.name)) for field in fields], problem))
    return {"headings": [_(field.label) for field in fields], "rows": rows}


def _lines(made: CustomerImport) -> Iterator[str]:
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
