"""What the chosen course, term or product says where a line says nothing."""

from typing import Any

from kutego.models import CourseKind, PositionKind, TermTemplate
from kutego.texts import gettext as _
from kutego.views.office.position_rows import PositionRow


def complete(row: PositionRow) -> None:
    """Put in text, price, rate and term; what was typed stays, and what is billed."""
    course, term = _chosen(row, "course_date_id"), _chosen(row, "term_template_id")
    if row.kind.data is PositionKind.PRODUCT:
        sold = _chosen(row, "product_id")
    else:
        sold = _course(row, course, term)
    if sold is None or row.is_fixed:
        return
    if not row.text.data:
        row.text.data = str(sold)
        if isinstance(sold, TermTemplate):
            row.text.data = _("%(course)s (%(term)s)", course=course, term=sold)
    if row.unit_price.data is None and sold.price is not None:
        row.unit_price.data, row.unit_price.raw_data = sold.price, None
        if "vat_rate" in row:
            row.vat_rate.data = sold.vat_rate


def lacking(row: PositionRow) -> str | None:
    """What a completed line still needs; for whom it is, where there is somebody (INV-25)."""
    if row.unit_price.data is None:
        return _("Bitte einen Preis eingeben.")
    if not row.is_fixed and row.participant_id.data is None and row.participant_id.records:
        return _("Bitte auswählen, für wen sie ist.")
    return None


def _course(row: PositionRow, course: Any, term: Any) -> Any:
    if row.kind.data is not PositionKind.COURSE or course is None:
        return None
    if course.kind is CourseKind.BLOCK:
        return course
    if term is None and course.term_template is not None:
        term = course.term_template
        row.term_template_id.data = term.id
    return term


def _chosen(row: PositionRow, name: str) -> Any:
    field = row[name]
    return next((r for r in field.records if r.id == field.data), None)
