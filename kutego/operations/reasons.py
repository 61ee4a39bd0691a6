"""Why something was done: a sentence that stands in the history for good."""

from kutego.errors import DomainError
from kutego.texts import gettext as _

MOST = 500


def given_reason(text: str | None, most: int = MOST) -> str:
    """The reason without blanks around it. Refuses none at all, and one that is too long."""
    reason = (text or "").strip()
    if not reason:
        raise DomainError(_("Bitte einen Grund angeben."))
    if len(reason) > most:
        raise DomainError(_("Der Grund hat höchstens %(most)s Zeichen.", most=most))
    return reason
