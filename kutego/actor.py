"""Who does something: a name for the history, and the employee behind it if there is one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`name` stands in the history and survives the employee's account.

    The name of somebody outside is personal: it stands beside the history, where it can be erased.
    """

    name: str
    employee_id: int | None = None
    is_outside: bool = False


SYSTEM = Actor("Kutego")
