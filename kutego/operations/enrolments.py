"""Places in course dates: taken, given back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock
from kutego.errors import NeedsConfirmation
from kutego.models import (
    Contract,
    ContractState,
    CourseDate,
    CourseDay,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    Participant,
)
from kutego.operations.activity import log_activity
from kutego.operations.units import restore_unit, unit_of
from kutego.texts import gettext as _


def enrol(
    participant: Participant,
    course_date: CourseDate,
    *,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    sold: Mapping[str, Any] | None = None,
    contract_id: int | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Enrolment:
    """Give a participant a place from `starts_on` to `ends_on` (None: open).

    Call it inside a transaction. A full course (code "full") and a second place for the same days
    (code "double") need a confirmation. `sold` are the columns of the position that gives it.
    """
    lock(db.session(), [course_date])
    _check_capacity(course_date, starts_on, confirmed)
    _check_double(participant, course_date, starts_on, ends_on, confirmed)
    enrolment = Enrolment(
        customer_id=participant.customer_id,
        participant=participant,
        course_date=course_date,
        starts_on=starts_on,
        ends_on=ends_on,
        contract_id=contract_id,
        created_at=clock.now(),
        **(sold or {}),
    )
    db.session.add(enrolment)
    log_activity(enrolment, "enrolment.created", by=by, course_date=course_date.id, first=starts_on)
    return enrolment


def taken_places(course_date: CourseDate, on: date) -> int:
    """How many have a place on the day `on`, guests who make up a day among them (COU-11).

    A contract that renews itself keeps its place.
    """
    renews = select(Contract.id).where(
        (Contract.state == ContractState.ACTIVE)
        | ((Contract.state == ContractState.TERMINATED) & (Contract.terminated_to >= on))
    )
    query = select(func.count()).where(
        Enrolment.course_date_id == course_date.id,
        Enrolment.state == EnrolmentState.ACTIVE,
        Enrolment.starts_on <= on,
        Enrolment.ends_on.is_(None) | (Enrolment.ends_on >= on) | Enrolment.contract_id.in_(renews),
    )
    guests = (
        select(func.count())
        .select_from(MakeUpClaim)
        .join(CourseDay, CourseDay.id == MakeUpClaim.used_day_id)
        .where(CourseDay.course_date_id == course_date.id, CourseDay.on == on)
    )
    return (db.session.scalar(query) or 0) + (db.session.scalar(guests) or 0)


def remove_enrolment(enrolment: Enrolment, *, on: date, by: Actor) -> None:
    """Take the place back, from the first day on where it has not begun, else from `on`."""
    if enrolment.state is not EnrolmentState.ACTIVE:
        return
    lock(db.session(), [enrolment.course_date])
    enrolment.move_to(EnrolmentState.REMOVED)
    log_activity(enrolment, "enrolment.removed", by=by, course_date=enrolment.course_date_id, on=on)
    if (use := unit_of(enrolment)) is not None:
        restore_unit(use, by=by)


def _check_capacity(course_date: CourseDate, on: date, confirmed: frozenset[str]) -> None:
    if course_date.capacity is None or "full" in confirmed:
        return
    taken = taken_places(course_date, max(on, course_date.starts_on))
    if taken >= course_date.capacity:
        raise NeedsConfirmation(
            "full",
            _(
                "„%(course)s“ ist voll: %(taken)s von %(most)s Plätzen sind belegt. "
                "Soll trotzdem eingetragen werden?",
                course=course_date.title,
                taken=taken,
                most=course_date.capacity,
            ),
        )


def _check_double(
    participant: Participant,
    course_date: CourseDate,
    starts_on: date,
    ends_on: date | None,
    confirmed: frozenset[str],
) -> None:
    if "double" in confirmed:
        return
    overlap = select(Enrolment.id).where(
        Enrolment.participant_id == participant.id,
        Enrolment.course_date_id == course_date.id,
        Enrolment.state == EnrolmentState.ACTIVE,
        Enrolment.ends_on.is_(None) | (Enrolment.ends_on >= starts_on),
    )
    if ends_on is not None:
        overlap = overlap.where(Enrolment.starts_on <= ends_on)
    if db.session.scalar(overlap.limit(1)) is not None:
        raise NeedsConfirmation(
            "double",
            _(
                "%(name)s ist für diese Zeit schon in „%(course)s“ eingetragen. "
                "Soll ein zweites Mal eingetragen werden?",
                name=participant.name,
                course=course_date.title,
            ),
        )
