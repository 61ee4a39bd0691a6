"""What every answer carries: headers, cookies, and a token in every form."""

import re
import secrets

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

YEAR = 365 * 24 * 60 * 60
OFFICE_PREFIX = "/buero"
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")

csrf = CSRFProtect()


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
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The word that lets a script of this answer run; a new one for every request."""
    return request.environ.setdefault("kutego.csp_nonce", secrets.token_urlsafe(16))


PREVIEW = ("object-src 'self'", "frame-src 'self'")  # Chromium shows a PDF in a frame of its own


def allow_preview() -> None:
    """Let the page of this answer show a PDF of ours in itself."""
    request.environ["kutego.preview"] = True


def _policy() -> str:
    return "; ".join(
        (
            *(PREVIEW if request.environ.get("kutego.preview") else ()),
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


def wants_json() -> bool:
    """Whether a script asks rather than a person."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
