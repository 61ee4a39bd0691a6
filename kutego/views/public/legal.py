"""The legal texts as customers read them, every version under an address of its own."""

from flask import abort, render_template
from sqlalchemy import select

from kutego.db import db
from kutego.models import LegalKind, LegalText, current_legal_text
from kutego.texts import gettext as _
from kutego.views.panel.forms import today
from kutego.views.public import public

SLUGS = {
    LegalKind.TERMS: "agb",
    LegalKind.PRIVACY: "datenschutz",
    LegalKind.WITHDRAWAL: "widerruf",
    LegalKind.IMPRINT: "impressum",
}
KINDS = {slug: kind for kind, slug in SLUGS.items()}


@public.get("/rechtliches/<slug>/<int(max=100000):number>")
def legal_text(slug: str, number: int) -> str:
    """One version of a text, as it was agreed to; it stays readable for ever."""
    query = select(LegalText).where(LegalText.kind == KINDS.get(slug), LegalText.number == number)
    text = db.session.scalar(query) if slug in KINDS else None
    if text is None or text.valid_from > today():
        abort(404)
    newest = current_legal_text(text.kind, today())
    return render_template("public/legal.html", text=text, newest=newest, slug=slug)


@public.get("/impressum")
def imprint() -> str:
    """The imprint (§ 5 DDG): the office's own text, or what the settings know."""
    text = current_legal_text(LegalKind.IMPRINT, today())
    return render_template("public/legal.html", text=text, title=_("Impressum"))


@public.get("/datenschutz")
def privacy() -> str:
    """The privacy notice of today."""
    text = current_legal_text(LegalKind.PRIVACY, today())
    return render_template("public/legal.html", text=text, title=_("Datenschutzhinweise"))
