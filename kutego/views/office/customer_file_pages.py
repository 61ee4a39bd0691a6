"""The bytes of a document in the record, for whoever may see documents, asked at every request.

Pictures and PDFs are shown in the browser, in a page that may run nothing and load nothing; all
else is downloaded, whatever its content says it is.
"""

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user, login_required

from kutego.channels import files
from kutego.db import db
from kutego.models import CustomerFile, CustomerFileVersion, Right
from kutego.operations.customer_files import version_of

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
PDF = "application/pdf"
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"

record_files = Blueprint("record_files", __name__, url_prefix="/buero/akte")


@record_files.get("/<int(max=2147483647):file_id>/<int(max=9999):number>/<path:name>")
@login_required
def show(file_id: int, number: int, name: str) -> Response:
    """One version of a document that was not deleted."""
    file = db.session.get(CustomerFile, file_id) if current_user.may(Right.DOCUMENTS_VIEW) else None
    version = version_of(file, number) if file is not None else None
    if version is None or version.sha256 is None:
        abort(404)
    response = Response(files.read(version.sha256), content_type=version.media_type)
    way = "inline" if version.media_type in PICTURES | {PDF} else "attachment"
    response.headers.set("Content-Disposition", way, filename=version.name)
    sandbox = "" if version.media_type == PDF else "; sandbox"  # Chromium shows no PDF in one
    response.headers["Content-Security-Policy"] = LOCKED + sandbox
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def version_url(version: CustomerFileVersion) -> str:
    """Where one version is looked at or downloaded."""
    return url_of(version.customer_file_id, version.number, version.name)


def file_url(file: CustomerFile) -> str:
    """Where the newest version is."""
    return url_of(file.id, file.version, file.name)


def url_of(file_id: int, number: int, name: str) -> str:
    """The address of the bytes; the name is for whoever saves them."""
    return url_for("record_files.show", file_id=file_id, number=number, name=name)
