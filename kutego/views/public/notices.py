"""The button to end a contract without a login, as § 312k BGB asks for it: always there, for all.

One page with what the law lets us ask for and the button „jetzt kündigen“, then the confirmation,
which can be kept as a file and comes by mail.
"""

from datetime import date
from hashlib import sha256
from typing import Any

from flask import Response, abort, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from kutego import clock
from kutego.errors import DomainError
from kutego.models import company
from kutego.models.notice import NoticeKind
from kutego.operations.logins import TooManyTries, network, note_attempt
from kutego.operations.online_notices import Notice, checked_notice, receive_notice
from kutego.operations.submissions import once
from kutego.texts import gettext as _
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.links import refuse_staff, submission_key
from kutego.views.security import csrf

GIVEN = "notice_given"  # in the session of the browser that gave it
FIELDS = ("kind", "name", "contract", "email", "ends_on", "reason")


@public.get("/kuendigen")
def notice() -> Any:
    """Ask for what a notice needs."""
    return _page({"kind": NoticeKind.ORDINARY.value, "contract": request.args.get("vertrag", "")})


@public.post("/kuendigen")
@csrf.exempt  # the token is checked below, as for an offer
def notice_given() -> Any:
    """Receive the notice. Sent twice, it is one; a robot that fills everything in gets nothing."""
    refuse_staff()
    sent = {name: request.form.get(name, "")[:2000] for name in FIELDS}
    key = submission_key(request.form.get("submission", ""))
    if request.form.get("website"):
        return redirect(url_for("public.notice"), 303)
    try:
        validate_csrf(request.form.get("csrf_token"))
        given = _read(sent)
        note_attempt(
            f"notice:{network(request.remote_addr)}",
            f"notice:{sha256(given.email.encode()).hexdigest()[:32]}",
        )
        once(key, lambda: receive_notice(given, on=today()))
    except ValidationError:
        refusal = _("Die Seite war zu lange offen. Bitte senden Sie die Kündigung noch einmal ab.")
        return _page(sent, refusal, 400, key)
    except TooManyTries:
        abort(429)
    except DomainError as error:
        return _page(sent, str(error), 422, key)
    session[GIVEN] = given.lines()
    return redirect(url_for("public.notice_received"), 303)


@public.get("/kuendigen/eingegangen")
def notice_received() -> Any:
    """What was declared and when it came in, for the browser that sent it."""
    if GIVEN not in session:
        return redirect(url_for("public.notice"))
    return render_template("public/notice.html", lines=session[GIVEN])


@public.get("/kuendigen/bestaetigung.txt")
def notice_file() -> Response:
    """The same as a file, to keep."""
    if GIVEN not in session:
        abort(404)
    head = _("Bestätigung des Eingangs einer Kündigung bei %(company)s", company=company().name)
    facts = [f"{label}: {value}" for label, value in session[GIVEN]]
    response = Response(
        "\r\n".join((head, "", *facts, "")), content_type="text/plain; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename="Kuendigung.txt")
    return response


# --- parts ------------------------------------------------------------------------------------


def _read(sent: dict[str, str]) -> Notice:
    kinds = {kind.value: kind for kind in NoticeKind}
    try:
        ends_on = date.fromisoformat(sent["ends_on"]) if sent["ends_on"] else None
    except ValueError:
        raise DomainError(_("Bitte den Tag als Datum eingeben, oder leer lassen.")) from None
    return checked_notice(
        kind=kinds.get(sent["kind"], NoticeKind.ORDINARY), name=sent["name"],
        contract=sent["contract"], email=sent["email"], ends_on=ends_on, reason=sent["reason"],
        received_at=clock.now(),
    )  # fmt: skip


def _page(sent: dict[str, str], refusal: str = "", status: int = 200, key: str = "") -> Any:
    html = render_template(
        "public/notice.html", sent=sent, refusal=refusal, key=key or submission_key(""),
        kinds=NoticeKind, is_preview=current_user.is_authenticated,
    )  # fmt: skip
    return html, status
