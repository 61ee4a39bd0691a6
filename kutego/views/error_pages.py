"""Error pages that say what to do, in German, and that need no database."""

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from kutego.errors import DomainError
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.security import OFFICE_PREFIX, wants_json

ERRORS = {
    400: (
        m("Diese Anfrage konnte nicht gelesen werden."),
        m("Gehen Sie zurück und versuchen Sie es noch einmal."),
    ),
    401: (m("Bitte melden Sie sich an."), m("Danach kommen Sie auf die gewünschte Seite.")),
    403: (
        m("Dafür fehlt Ihnen das Recht."),
        m("Wenn Sie es für Ihre Arbeit brauchen, fragen Sie die Inhaberin oder den Inhaber."),
    ),
    404: (
        m("Diese Seite gibt es nicht."),
        m("Vielleicht ist die Adresse unvollständig, oder der Eintrag wurde entfernt."),
    ),
    405: (
        m("Diese Adresse lässt sich so nicht aufrufen."),
        m("Gehen Sie zurück und benutzen Sie den Knopf auf der Seite."),
    ),
    409: (m("Das geht gerade nicht."), m("Gehen Sie zurück und laden Sie die Seite neu.")),
    413: (
        m("Die Datei ist zu groß."),
        m("Es wurde nichts gespeichert. Eine Datei darf höchstens 10 MB haben, alle in einem "
          "Formular zusammen höchstens 12 MB. Bitte verkleinern Sie sie oder laden Sie sie einzeln "
          "hoch."),
    ),
    429: (m("Das waren zu viele Versuche."), m("Warten Sie ein paar Minuten.")),
    500: (
        m("Das hat leider nicht geklappt."),
        m("Es wurde nichts gespeichert. Versuchen Sie es noch einmal; bleibt es dabei, geben Sie "
          "dem Betreuer des Programms den Zeitpunkt an."),
    ),
    503: (
        m("Das Programm ist gerade nicht erreichbar."),
        m("Warten Sie einen Augenblick und laden Sie die Seite neu."),
    ),
}  # fmt: skip

EXPIRED = (
    m("Dieses Formular gilt nicht mehr."),
    m("Sie wurden inzwischen ab- oder neu angemeldet. Gehen Sie zurück – Ihre Eingaben stehen noch "
      "da –, laden Sie das Formular in einem zweiten Fenster neu und senden Sie es dort ab."),
)  # fmt: skip


BUSY = (
    m("Die Datenbank ist gerade beschäftigt."),
    m("Es wurde nichts gespeichert. Warten Sie einen Augenblick und versuchen Sie es noch einmal; "
      "bleibt es dabei, sagen Sie es dem Betreuer des Programms."),
)  # fmt: skip

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer every error by a page, or a script by the same words."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _error)


def _expired_form(error: CSRFError) -> tuple[str | Response, int]:
    return error_page(400, *EXPIRED)


def _refusal(error: DomainError) -> tuple[str | Response, int]:
    """The last net: a refusal that no form has caught is told in the operation's own words."""
    return error_page(409, str(error), ERRORS[409][1])


def _busy(error: OperationalError) -> tuple[str | Response, int]:
    """Locked by another program, full, or away: nothing is wrong with what was asked."""
    log.error("The database did not answer", exc_info=error)
    return error_page(503, *BUSY)


def _error(error: HTTPException) -> Response | tuple[str | Response, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error  # a redirect
    words = ERRORS.get(code) or ERRORS[500 if code >= 500 else 400]
    page = current_app.make_response(error_page(code, *words))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            page.headers[name] = value
    return page


def error_page(code: int, title: str, advice: str) -> tuple[str | Response, int]:
    """A page that works without the database, or the same words as JSON."""
    title, advice = _(title), _(advice)
    if wants_json():
        return jsonify(error=title, advice=advice), code
    page = render_template(
        "office/error.html",
        code=code,
        title=title,
        advice=advice,
        in_office=request.path.startswith(OFFICE_PREFIX),
        back=_page_before(),
    )
    return page, code


def _page_before() -> str | None:
    """The page of ours that led here, unless it is the one that fails."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path == request.path:
        return None
    return before._replace(scheme="", netloc="").geturl()
