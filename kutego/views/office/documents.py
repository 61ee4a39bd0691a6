"""Documents to look at and to keep: the stored bytes, never a new rendering."""

from flask import Blueprint, Response, abort
from flask_login import current_user, login_required

from kutego.db import db
from kutego.models import DocumentKind, Format, Rendition, Right
from kutego.operations.documents import document_bytes

documents = Blueprint("documents", __name__, url_prefix="/buero/dokumente")

RIGHTS = {
    DocumentKind.INVOICE: Right.INVOICES_VIEW,
    DocumentKind.CANCELLATION: Right.INVOICES_VIEW,
    DocumentKind.RECEIPT: Right.CREDIT_VIEW,
    DocumentKind.OFFER: Right.OFFERS_VIEW,
}
TYPES = {Format.PDF: "application/pdf", Format.XML: "application/xml"}


@documents.get("/<int:rendition_id>/<path:name>")
@login_required
def show(rendition_id: int, name: str) -> Response:
    """One document; a PDF opens in the browser, XML is downloaded."""
    rendition = db.session.get(Rendition, rendition_id)
    if rendition is None or not current_user.may(RIGHTS[rendition.kind]):
        abort(404)
    response = Response(document_bytes(rendition), mimetype=TYPES[rendition.format])
    way = "inline" if rendition.format is Format.PDF else "attachment"
    response.headers.set("Content-Disposition", way, filename=rendition.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
