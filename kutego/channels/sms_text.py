"""How many SMS a text takes: 160 characters of the GSM alphabet, or 70 of any other (GSM 03.38).

A longer text is sent in parts that the phone joins again; each part then holds 153 or 67.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
GSM = (160, 153)  # alone, as a part
UNICODE = (70, 67)


@dataclass(frozen=True)
class Size:
    """How long a text is in its alphabet, and how many SMS it takes."""

    length: int
    parts: int
    is_gsm: bool

    @property
    def room(self) -> int:
        """How many characters fit into as many parts."""
        alone, part = GSM if self.is_gsm else UNICODE
        return alone if self.parts <= 1 else part * self.parts


def size_of(text: str) -> Size:
    """The size of a text; an empty one takes no SMS."""
    is_gsm = all(char in BASIC or char in EXTENDED for char in text)
    units = [_units(char, is_gsm) for char in text]
    length = sum(units)
    alone, part = GSM if is_gsm else UNICODE
    if length <= alone:
        return Size(length, 1 if length else 0, is_gsm)
    return Size(length, _parts(units, part), is_gsm)


def _units(char: str, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if char in EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1  # a pair of UTF-16


def _parts(units: list[int], room: int) -> int:
    """No character is torn in two: one that takes two places may begin the next part."""
    parts, used = 1, 0
    for unit in units:
        if used + unit > room:
            parts, used = parts + 1, 0
        used += unit
    return parts
