"""Exports of all that is held on a customer: how far they are, and the file (spec CUS-35)."""

from typing import Any

from flask import Response, abort, flash, jsonify, redirect
from flask_admin import expose

from kutego.channels import files
from kutego.errors import DomainError
from kutego.models import ExportState, GdprExport, Right
from kutego.operations.gdpr_exports import note_download
from kutego.views.formats import german_count
from kutego.views.panel import Card, ChoiceFilter, Column, DateFilter, RecordView, actor


class GdprExportView(RecordView):
    model = GdprExport
    slug, title, one, icon = "gdpr_exports", "DSGVO-Auskünfte", "Auskunft", "file-earmark-zip"
    category = "Kunden"
    right = Right.CUSTOMERS_EXPORT
    columns = (
        Column("name", "Datei"),
        Column("customer", "Kunde", link=lambda e: e.customer, load=("customer",),
               sort="customer.sort_name"),
        Column("state", "Status", badge=True),
        Column("with_notes", "Mit internen Notizen"),
        Column("requested_at", "Angefordert"),
        Column("requested_by", "Von"),
        Column("size", "Größe", sort="size",
               value=lambda e: f"{german_count(-(-e.size // 1024))} KB" if e.size else None),
        Column("expires_at", "Verfügbar bis"),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", ExportState),
        DateFilter("requested_at", "Angefordert"),
    )
    default_sort = "-requested_at"
    cards = (
        Card("Auskunft", "customer", "with_notes", "requested_at", "requested_by", "size",
             "expires_at"),
    )  # fmt: skip
    record_template = "office/customers/export.html"
    empty = "Noch keine Auskunft. Sie wird in der Akte des Kunden erstellt."

    @expose("/<int(max=2147483647):record_id>/progress/")
    def progress_view(self, record_id: int) -> Any:
        """How far it is, for the page that asks every second."""
        export = self._asked(record_id)
        running = export.state is ExportState.REQUESTED
        return jsonify(
            state="running" if running else export.state.value, rate=None, left=None,
            touched=export.done, total=export.total,
        )  # fmt: skip

    @expose("/<int(max=2147483647):record_id>/download/")
    def download_view(self, record_id: int) -> Any:
        """The file; that somebody took it stands in the history."""
        export = self._asked(record_id)
        try:
            sha256 = note_download(export, by=actor())
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(f"{self.list_url}{record_id}/")
        response = Response(files.pieces(sha256), mimetype="application/zip")
        response.headers.set("Content-Disposition", "attachment", filename=export.name)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _asked(self, record_id: int) -> GdprExport:
        export: GdprExport | None = self.get_one(record_id)
        if export is None:
            abort(404)
        return export
