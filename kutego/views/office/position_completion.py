"""What the chosen course, ticket or product says where a line says nothing."""

from decimal import Decimal
from typing import Any

from kutego.models import CourseKind, PositionKind, Unit
from kutego.money import ZERO, to_cents
from kutego.texts import gettext as _
from kutego.views.office.position_rows import PositionRow

ONE = Decimal("1.00")


def complete(row: PositionRow) -> None:
    """Put in text, price, rate, quantity and what hangs on the choice; what was typed stays."""
    if row.is_fixed:
        return
    pick = row.of_kind.pick
    sold = _chosen(row, pick) if pick else None
    if sold is not None:
        COMPLETED.get(row.kind.data, _complete_article)(row, sold)
    if row.kind.data is PositionKind.VOUCHER and "vat_rate" in row:
        row.vat_rate.data = sold.vat_rate if sold is not None else ZERO  # nobody chooses it
    if row.quantity.data is None:
        row.quantity.data = ONE


def lacking(row: PositionRow) -> str | None:
    """What a completed line still needs; for whom it is, where there is somebody (INV-25)."""
    if row.unit_price.data is None:
        return _("Bitte einen Preis eingeben.")
    if "participant_id" not in row or row.participant_id.data is not None:
        return None
    return _("Bitte auswählen, für wen sie ist.") if row.participant_id.records else None


def _complete_article(row: PositionRow, sold: Any) -> None:
    _fill(row, str(sold), sold.price, sold.vat_rate)


def _complete_course(row: PositionRow, course: Any) -> None:
    if course.kind is CourseKind.BLOCK:
        return _fill(row, course.title, course.price, course.vat_rate)
    term = _chosen(row, "term_template_id")
    if term is None and course.term_template is not None:
        term = course.term_template
        row.term_template_id.data = term.id
    if term is not None:
        text = _("%(course)s (%(term)s)", course=course, term=term)
        _fill(row, text, term.price, term.vat_rate)
    return None


def _complete_appointment(row: PositionRow, template: Any) -> None:
    if row.lecturer_id.data is None and len(template.lecturers) == 1:
        row.lecturer_id.data = template.lecturers[0].id
    _complete_article(row, template)


def _complete_room(row: PositionRow, room: Any) -> None:
    """By the hour, or flat where the room has no price of an hour."""
    is_flat = room.price is None
    if row.unit_price.data is None:
        row.unit.data = Unit.FLAT if is_flat else Unit.HOUR
    begin, end = row.begins_at.data, row.ends_at.data
    if row.quantity.data is None and row.unit.data is Unit.HOUR and begin and end and begin < end:
        row.quantity.data = to_cents(Decimal((end - begin).total_seconds()) / 3600)
    _fill(row, str(room), room.flat_price if is_flat else room.price, room.vat_rate)


COMPLETED = {
    PositionKind.COURSE: _complete_course,
    PositionKind.APPOINTMENT: _complete_appointment,
    PositionKind.ROOM: _complete_room,
}


def _fill(row: PositionRow, text: str, price: Decimal | None, rate: Decimal) -> None:
    if not row.text.data:
        row.text.data = text
    if row.unit_price.data is None and price is not None:
        row.unit_price.data, row.unit_price.raw_data = price, None
        if "vat_rate" in row:
            row.vat_rate.data = rate


def _chosen(row: PositionRow, name: str) -> Any:
    field = row[name]
    return next((r for r in field.records if r.id == field.data), None)
