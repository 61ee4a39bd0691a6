"""What every answer carries: headers, cookies, CSRF, and error pages that say what to do."""

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from kutego.errors import DomainError
from kutego.texts import gettext as _
from kutego.texts import marked as m

YEAR = 365 * 24 * 60 * 60
OFFICE_PREFIX = "/buero"
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")

csrf = CSRFProtect()

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
        m("Erlaubt sind höchstens 12 MB. Verkleinern Sie die Datei und laden Sie sie neu hoch."),
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


class SessionInterface(SecureCookieSessionInterface):
    """Marks the session cookie Secure as soon as the request came by https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    """Protect every address of the application."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a form may stay open over lunch
    app.config.update(
        WTF_CSRF_SSL_STRICT=False,  # the token decides; not every browser tells the referrer
        SESSION_COOKIE_NAME="kutego",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = SessionInterface()
    proxies = app.config["KUTEGO"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies)  # type: ignore[method-assign]
    csrf.init_app(app)
    app.after_request(_add_headers)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _error)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The word that lets a script of this answer run; a new one for every request."""
    return request.environ.setdefault("kutego.csp_nonce", secrets.token_urlsafe(16))


def _policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)


def _add_headers(response: Response) -> Response:
    """Referrer-Policy keeps the token of a public link from leaking to other sites."""
    headers = response.headers
    is_page = response.mimetype == "text/html"
    headers.setdefault("Content-Security-Policy", _policy() if is_page else FILE_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if request.endpoint == "static" or (request.endpoint or "").endswith(".static"):
        _keep_for_long(response)
    elif is_page:
        headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _keep_for_long(response: Response) -> None:
    """A file asked for by version never changes; without one the browser asks again."""
    if request.args.get("v") and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"


def own_path(parameter: str = "url") -> str | None:
    """The path on this site that a form asks to return to, or None.

    Only `/…` without a second slash, backslash or control character: a browser takes `//evil.de`,
    `/\\evil.de` and `http:/evil.de` for another site.
    """
    target = request.values.get(parameter) or ""
    return target if OWN_PATH.fullmatch(target) else None


# --- error pages ----------------------------------------------------------------------------------


def wants_json() -> bool:
    """Whether a script asks rather than a person."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _expired_form(error: CSRFError) -> tuple[str | Response, int]:
    return error_page(400, *EXPIRED)


def _refusal(error: DomainError) -> tuple[str | Response, int]:
    """The last net: a refusal that no form has caught is told in the operation's own words."""
    return error_page(409, str(error), ERRORS[409][1])


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
