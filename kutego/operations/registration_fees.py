"""The registration fee of a contract that is sold: a line of its own, so that it can go."""

from collections.abc import Sequence

from kutego.db import db
from kutego.models import CourseDate, CourseKind, MembershipTemplate, PositionKind, TermTemplate
from kutego.operations.positions import PositionInput
from kutego.texts import gettext as _


def with_fees(lines: Sequence[PositionInput]) -> list[PositionInput]:
    """The lines, and a registration fee for each new one that sells a contract with such a fee.

    A line that was saved before brings none: who took the fee off does not get it again.
    """
    return [*lines, *(fee for line in lines if (fee := _fee(line)) is not None)]


def _fee(line: PositionInput) -> PositionInput | None:
    terms = _terms(line) if line.key is None and line.contract_id is None else None
    if terms is None or not terms.registration_fee:
        return None
    return PositionInput(
        kind=PositionKind.OTHER,
        text=_("Aufnahmegebühr (%(terms)s)", terms=terms.name),
        unit_price=terms.registration_fee,
        vat_rate=line.vat_rate,
    )


def _terms(line: PositionInput) -> TermTemplate | MembershipTemplate | None:
    if line.kind is PositionKind.MEMBERSHIP and line.membership_template_id:
        return db.session.get(MembershipTemplate, line.membership_template_id)
    if line.kind is not PositionKind.COURSE or not line.term_template_id:
        return None
    course = db.session.get(CourseDate, line.course_date_id) if line.course_date_id else None
    if course is None or course.kind is not CourseKind.RUNNING:
        return None
    return db.session.get(TermTemplate, line.term_template_id)
