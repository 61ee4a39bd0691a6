"""Documents to look at and to keep: the stored bytes, never a new rendering."""

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user, login_required

from kutego.channels import files
from kutego.db import db
from kutego.models import (
    CustomValue,
    DocumentKind,
    Enclosure,
    Format,
    Invitation,
    MessageFile,
    Rendition,
    Right,
)
from kutego.operations.attachments import Attachment, stored_content
from kutego.operations.documents import document_bytes
from kutego.operations.uploads import Upload

documents = Blueprint("documents", __name__, url_prefix="/buero/dokumente")

RIGHTS = {
    DocumentKind.INVOICE: Right.INVOICES_VIEW,
    DocumentKind.CANCELLATION: Right.INVOICES_VIEW,
    DocumentKind.RECEIPT: Right.CREDIT_VIEW,
    DocumentKind.OFFER: Right.OFFERS_VIEW,
    DocumentKind.DUNNING: Right.INVOICES_VIEW,
    DocumentKind.BOOKING: Right.INVOICES_VIEW,
    DocumentKind.TICKETS: Right.INVOICES_VIEW,
    DocumentKind.VOUCHER: Right.VOUCHERS,
}


@documents.get("/<int:rendition_id>/<path:name>")
@login_required
def show(rendition_id: int, name: str) -> Response:
    """One document; a PDF opens in the browser, XML is downloaded."""
    rendition = db.session.get(Rendition, rendition_id)
    if rendition is None or not current_user.may(RIGHTS[rendition.kind]):
        abort(404)
    return _response(rendition, document_bytes(rendition))


@documents.get("/beilage/<int:enclosure_id>/<path:name>")
@login_required
def enclosure(enclosure_id: int, name: str) -> Response:
    """A file of the office's own, for whoever sets it up or reads the mails that carry it."""
    found = db.session.get(Enclosure, enclosure_id)
    rights = [Right.SETTINGS, Right.MESSAGES_VIEW]
    if found is not None and found.location_id is not None:
        rights.append(Right.COURSES_VIEW)
    if found is None or not any(map(current_user.may, rights)):
        abort(404)
    return _response(found, files.read(found.sha256))


@documents.get("/zusatzfeld/<int:value_id>/<path:name>")
@login_required
def custom_file(value_id: int, name: str) -> Response:
    """A file in one of the house's own fields, for whoever may see the field."""
    found = db.session.get(CustomValue, value_id)
    if found is None or found.sha256 is None or not current_user.may(Right.CUSTOMERS_VIEW):
        abort(404)
    if found.field.is_sensitive and not current_user.may(Right.SENSITIVE_FIELDS):
        abort(404)
    kind = found.media_type or "application/octet-stream"
    file = Upload(found.text or "", kind, files.read(found.sha256))
    return _response(file, file.data)


@documents.get("/anhang/<int:file_id>/<path:name>")
@login_required
def message_file(file_id: int, name: str) -> Response:
    """A file that came with a mail or went out with one."""
    found = db.session.get(MessageFile, file_id)
    if found is None or not current_user.may(Right.MESSAGES_VIEW):
        abort(404)
    return _response(found, files.read(found.sha256))


@documents.get("/kalendereintrag/<int:invitation_id>/<path:name>")
@login_required
def invitation(invitation_id: int, name: str) -> Response:
    """A calendar entry that went out with a mail."""
    found = db.session.get(Invitation, invitation_id)
    if found is None or not current_user.may(Right.MESSAGES_VIEW):
        abort(404)
    return _response(found, stored_content(found))


def file_url(file: Attachment) -> str:
    """Where a file that goes along with a mail is looked at."""
    if isinstance(file, Invitation):
        return url_for("documents.invitation", invitation_id=file.id, name=file.name)
    if isinstance(file, MessageFile):
        return url_for("documents.message_file", file_id=file.id, name=file.name)
    if isinstance(file, Enclosure):
        return url_for("documents.enclosure", enclosure_id=file.id, name=file.name)
    return url_for("documents.show", rendition_id=file.id, name=file.name)


def _response(file: Attachment | Upload, content: bytes) -> Response:
    pdf = file.media_type == Format.PDF.media_type
    response = Response(content, mimetype=file.media_type)
    way = "inline" if pdf else "attachment"
    response.headers.set("Content-Disposition", way, filename=file.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
