"""What the choices of a line are called."""

from typing import Any

from kutego.db import Base
from kutego.models.company import company


def course_label(record: Base) -> str:
    """`Welpenkurs, ab 01.12.2026`: several dates of one course are told apart."""
    return f"{record}, ab {record.starts_on:%d.%m.%Y}"  # type: ignore[attr-defined]


def ticket_label(record: Any) -> str:
    """`Sommerfest, Erwachsene, 12.06.2027`."""
    return f"{record}, {record.event.begins_at.astimezone(company().zone):%d.%m.%Y}"
