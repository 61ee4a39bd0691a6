"""Course positions: they give a place; those of running courses make the contract first."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    Customer,
    Enrolment,
    EnrolmentState,
    Participant,
    TermTemplate,
)
from kutego.models.position import PositionColumns
from kutego.operations.contract_making import make_contract
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput


def check_course(_customer: Customer, line: "PositionInput") -> None:
    """A course that takes place, somebody who comes, and a term where it runs on."""
    course = db.session.get(CourseDate, line.course_date_id) if line.course_date_id else None
    if course is None or course.state is CourseState.CANCELLED:
        raise DomainError(_("Bitte einen Kurstermin auswählen, der stattfindet."))
    if line.participant_id is None:
        raise DomainError(_("Bitte auswählen, wer am Kurs teilnimmt."))
    if course.kind is CourseKind.RUNNING:
        template = line.term_template_id and db.session.get(TermTemplate, line.term_template_id)
        if not template:
            raise DomainError(_("Ein Dauerkurs braucht eine Laufzeit. Bitte auswählen."))


def course_roots(line: PositionColumns) -> Iterable[CourseDate]:
    """The course date whose places are counted."""
    return (db.session.get_one(CourseDate, line.course_date_id),)


def take_course(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Give the place; a running course makes the contract and the line is its first period."""
    course = db.session.get_one(CourseDate, line.course_date_id)
    participant = db.session.get_one(Participant, line.participant_id)
    starts_on = line.starts_on or max(on, course.starts_on)
    ends_on = course.ends_on
    if course.kind is CourseKind.RUNNING:
        contract = make_contract(sale, line, course, participant, starts_on, by=by)
        starts_on, ends_on = max(starts_on, contract.starts_on), contract.ends_on
    enrol(
        participant, course, starts_on=starts_on, ends_on=ends_on, by=by,
        contract_id=line.contract_id, confirmed=confirmed, sold=sold_by(sale, line),
    )  # fmt: skip


def course_places(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The places that these positions, or the contracts they bill, gave."""
    contracts = [line.contract_id for line in lines if line.contract_id is not None]
    query = select(Enrolment).where(
        Enrolment.state == EnrolmentState.ACTIVE,
        Enrolment.customer_id == sale.customer_id,
        or_(of_sale(Enrolment, sale, lines), Enrolment.contract_id.in_(contracts)),
    )
    return [
        Given(
            place,
            _("%(name)s verlässt „%(course)s“.", name=place.participant, course=place.course_date),
            remove_enrolment,
            optional=True,
        )
        for place in db.session.scalars(query.order_by(Enrolment.id))
    ]


COURSE = Effect(check=check_course, roots=course_roots, take=take_course, given=course_places)
