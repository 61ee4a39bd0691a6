"""What every page behind a link in a mail has in common: who holds the link, and the answer.

No page says whose a link is, and the office may look but not decide.
"""

import secrets
from typing import Any

from flask import abort, render_template
from flask_login import current_user
from sqlalchemy import select

from kutego.db import db
from kutego.operations.logins import TooManyTries
from kutego.texts import gettext as _
from kutego.views.public.offer_access import count

LONGEST = 64  # of a token


def found(model: Any, token: str) -> Any:
    """The record behind the address; guessing is slowed down."""
    asked = token[:LONGEST] if token.isprintable() else ""
    record = db.session.scalar(select(model).where(model.token == asked))
    if record is not None and record.token == token:
        return record
    try:
        count("token")
    except TooManyTries:
        abort(429)
    return None


def refuse_staff() -> None:
    """The office may look at the page, but only the customer decides."""
    if current_user.is_authenticated:
        abort(403)


def submission_key(key: str) -> str:
    """The key that a form was sent with, or a new one."""
    is_key = key.isascii() and key.isalnum() and len(key) == 32
    return key if is_key else secrets.token_hex(16)


def page(step: str, *, known: bool = True, status: int = 200, **more: Any) -> Any:
    """The question or answer `step` of `public/newsletter.html`; neutral for an unknown link."""
    step, status = (step, status) if known else ("over", 404)
    refusal = more.pop("refusal", None) or _("Dieser Link gilt nicht mehr.")
    is_preview = current_user.is_authenticated
    html = render_template(
        "public/newsletter.html", step=step, refusal=refusal, is_preview=is_preview, **more
    )
    return html, status
