"""A line of the first page: something that waits for a person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Something that waits for a person, and the list where it is done."""

    icon: str
    title: str
    url: str | None
    amount: str = ""
    detail: str = ""
