"""Closed lists of choices: an English value for the program and a German word for the screen."""

from enum import StrEnum
from typing import Self

from kutego.texts import gettext


class Labelled(StrEnum):
    """`OPEN = "open", "Offen"`: stored by value, shown by its translated label."""

    _german: str

    def __new__(cls, value: str, german: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member._german = german
        return member

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The word people read."""
        return gettext(self._german)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and label of every member, for a form."""
        return [(member.value, member.label) for member in cls]
