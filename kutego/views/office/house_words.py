"""Labels with the house's own words, read anew each time they are shown (spec PAR-02)."""

from typing import Any

from flask_babel import LazyString

from kutego.texts import gettext


def worded(sentence: str) -> Any:
    """A label for a declaration: `{participant}` becomes what the house says."""
    return LazyString(gettext, sentence)


PARTICIPANT = worded("{participant}")
PARTICIPANTS = worded("{participants}")
LEVEL = worded("{level}")
