"""What verification reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`place` is a table and a record in it, or a chain, a range, a file; `text` says what is."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"
