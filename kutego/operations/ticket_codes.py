"""The codes of tickets: long enough that nobody guesses one, short enough to be typed."""

import re
import secrets

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: none that looks like another
LENGTH = 16  # 80 bits
_LIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    """A code that nobody has."""
    return "".join(secrets.choice(LETTERS) for _place in range(LENGTH))


def code_from(text: str) -> str | None:
    """The code that somebody typed or scanned, or None for what cannot be one."""
    code = re.sub(r"[\s\-]", "", text or "").upper().translate(_LIKE)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def shown_code(code: str) -> str:
    """As it is printed below the picture: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
