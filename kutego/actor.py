"""Who does something: a name for the history, and the employee behind it if there is one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`name` stands in the history and survives the employee's account."""

    name: str
    employee_id: int | None = None


SYSTEM = Actor("Kutego")
