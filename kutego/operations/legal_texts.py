"""Legal texts in versions: a new one is added, an old one is never changed."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import LegalKind, LegalText, company
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _

LONGEST = 200_000  # characters


@operation
def add_legal_text(
    *, kind: LegalKind, text: str, valid_from: date, on: date, by: Actor
) -> LegalText:
    """Add a version that holds from `valid_from`; consents keep naming the version that was read.

    Refuses an empty text, the text of the last version, and a date before today or before the
    last version's.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError(_("Bitte den Text eingeben."))
    if len(text) > LONGEST or "\0" in text:
        raise DomainError(_("Der Text ist zu lang: höchstens %(most)s Zeichen.", most=LONGEST))
    lock(db.session(), [company()])  # two versions at once get different numbers
    last = db.session.scalar(
        select(LegalText).where(LegalText.kind == kind).order_by(LegalText.number.desc()).limit(1)
    )
    if last is not None and last.text == text:
        raise DomainError(_("Der Text ist derselbe wie in Version %(no)s.", no=last.number))
    _check_start(last, valid_from, on)
    version = LegalText(
        kind=kind,
        number=last.number + 1 if last else 1,
        text=text,
        valid_from=valid_from,
        at=clock.now(),
        by=by.name,
    )
    db.session.add(version)
    log_activity(
        version, "legal_text.added", by=by,
        kind=kind, number=version.number, valid_from=valid_from,
    )  # fmt: skip
    return version


def _check_start(last: LegalText | None, valid_from: date, on: date) -> None:
    if valid_from < on:
        raise DomainError(_("Eine neue Fassung gilt frühestens ab heute."))
    if last is not None and valid_from < last.valid_from:
        raise DomainError(
            _(
                "Version %(no)s gilt schon ab %(day)s. Die neue kann nicht früher beginnen.",
                no=last.number,
                day=f"{last.valid_from:%d.%m.%Y}",
            )
        )
