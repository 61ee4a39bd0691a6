"""Imports: a file, its columns, what would become of its rows, and the way back."""

from typing import Any

from flask import Response, abort, jsonify, stream_with_context
from flask_admin import expose

from kutego.models import CustomerImport, ImportKind, ImportRow, ImportState, Right
from kutego.views.office.history import WithHistory
from kutego.views.office.import_buttons import IMPORT_BUTTONS
from kutego.views.office.import_preview import first_rows, refused_csv
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TabView,
    TextFilter,
)


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

    def of_parent(self, query: Any, parent_id: int) -> Any:
        return super().of_parent(query, parent_id).where(ImportRow.message.is_not(None))


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
            stream_with_context(refused_csv(made)),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="abgelehnt-{made.id}.csv"'},
        )

    def _found(self, record_id: int) -> CustomerImport:
        made: CustomerImport | None = self.get_one(record_id)
        if made is None:
            abort(404)
        return made

    def record_context(self, record: Any) -> dict[str, Any]:
        return {"preview": first_rows(record)}
