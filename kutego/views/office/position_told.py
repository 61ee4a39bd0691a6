"""What the browser fills in when something is chosen: text, price, rate and what hangs on it."""

from collections.abc import Mapping
from typing import Any

from kutego.models import AppointmentTemplate, CourseDate, CourseKind, Room
from kutego.views.office.position_labels import label_of


def told(lists: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    """By field and id. Participants and lecturers bring nothing."""
    return {
        name: {str(record.id): _told(record) for record in records}
        for name, records in lists.items()
        if name not in ("participant_id", "lecturer_id")
    }


def found(records: list[Any]) -> list[dict[str, Any]]:
    """What was searched for, each with its label and what it brings."""
    return [{"id": record.id, "label": label_of(record), **_told(record)} for record in records]


def _told(record: Any) -> dict[str, Any]:
    price = record.price
    if isinstance(record, Room) and price is None:
        price = record.flat_price
    facts = {
        "text": str(record),
        "price": f"{price:.2f}" if price is not None else "",
        "rate": f"{record.vat_rate:.2f}",
    }
    if isinstance(record, CourseDate):
        is_running = record.kind is CourseKind.RUNNING
        return facts | {"running": is_running, "term": record.term_template_id}
    if isinstance(record, AppointmentTemplate):
        return facts | {"lecturers": [each.id for each in record.lecturers]}
    if isinstance(record, Room):
        return facts | {"hourly": record.price is not None}
    return facts
