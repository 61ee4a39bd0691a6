"""SEPA credit transfer files (pain.001) that were made of refunds, to take to the bank."""

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user, login_required
from markupsafe import Markup

from kutego.channels import files
from kutego.db import db
from kutego.models import Right, TransferFile
from kutego.views.panel import AmountFilter, Card, Column, DateFilter, RecordView

transfer_downloads = Blueprint("transfer_downloads", __name__, url_prefix="/buero/ueberweisungen")


@transfer_downloads.get("/<int:file_id>.xml")
@login_required
def download(file_id: int) -> Response:
    """The file as it was made; it is stored and never made anew."""
    if not current_user.may(Right.CREDIT_PAY_OUT):
        abort(403)
    file = db.session.get(TransferFile, file_id)
    if file is None:
        abort(404)
    response = Response(files.read(file.sha256), mimetype="application/xml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{file.message_id}.xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def download_link(file: TransferFile) -> Markup:
    """Where the file is downloaded."""
    url = url_for("transfer_downloads.download", file_id=file.id)
    return Markup('<a href="{}">pain.001 herunterladen</a>').format(url)


class TransferFileView(RecordView):
    model = TransferFile
    slug, title, one = "transfer_files", "Überweisungsdateien", "Überweisungsdatei"
    icon, category = "bank", "Finanzen"
    right = Right.CREDIT_PAY_OUT
    columns = (
        Column("message_id", "Kennung"),
        Column("created_at", "Erstellt"),
        Column("created_by", "Von"),
        Column("count", "Überweisungen"),
        Column("total", "Summe", total=True),
        Column("file", "Datei", value=download_link, exported=False),
    )
    filters = (DateFilter("created_at", "Erstellt"), AmountFilter("total", "Summe"))
    default_sort = "-created_at"
    cards = (Card("Datei", "message_id", "created_at", "created_by", "count", "total", "file"),)
    empty = "Noch keine Überweisungsdatei. Sie entsteht aus ausgewählten Erstattungen."
