"""Places in course dates: taken, given back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock
from kutego.errors import NeedsConfirmation
from kutego.models import (
    CourseDate,
    Enrolment,
    EnrolmentState,
    Participant,
)
from kutego.operations.activity import log_activity
from kutego.operations.make_up_ends import drop_claims
from kutego.operations.places import covers, fullest_day
from kutego.operations.units import restore_unit, unit_of
from kutego.operations.waitlist_answers import leave_line
from kutego.operations.waitlist_places import kept_places
from kutego.periods import DAY
from kutego.texts import gettext as _
from kutego.texts import ngettext


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

    Call it inside a transaction. A day without a free place (code "full") and a second place for
    the same days (code "double") need a confirmation. A place with a contract goes on beyond what
    is billed, so every later day counts. `sold` are the columns of the position that gives it.
    """
    lock(db.session(), [course_date])
    _check_capacity(course_date, starts_on, None if contract_id else ends_on, confirmed)
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
    leave_line(enrolment, by=by)
    return enrolment


def remove_enrolment(enrolment: Enrolment, *, on: date, by: Actor) -> None:
    """Take the place back, from the first day on where it has not begun, else from `on`."""
    if enrolment.state is not EnrolmentState.ACTIVE:
        return
    lock(db.session(), [enrolment.course_date])
    enrolment.move_to(EnrolmentState.REMOVED)
    log_activity(enrolment, "enrolment.removed", by=by, course_date=enrolment.course_date_id, on=on)
    drop_claims(enrolment, on=on, by=by)
    if (use := unit_of(enrolment)) is not None:
        restore_unit(use, by=by)


def leave_course(enrolment: Enrolment, *, leave_on: date, on: date, by: Actor) -> None:
    """Come no more from `leave_on` on; whoever would not have come at all gives the place back.

    Joins the transaction of an operation that has locked the course date.
    """
    if leave_on <= enrolment.starts_on:
        remove_enrolment(enrolment, on=on, by=by)
    elif enrolment.ends_on is None or leave_on <= enrolment.ends_on:
        enrolment.ends_on = leave_on - DAY
        log_activity(
            enrolment, "enrolment.shortened", by=by, course_date=enrolment.course_date_id,
            ends_on=enrolment.ends_on,
        )  # fmt: skip


def _check_capacity(
    course_date: CourseDate, starts_on: date, ends_on: date | None, confirmed: frozenset[str]
) -> None:
    """The fullest of the days counts: on none of them are there more than there are places."""
    if course_date.capacity is None or "full" in confirmed:
        return
    fullest = fullest_day(course_date, max(starts_on, course_date.starts_on), ends_on)
    kept = kept_places(course_date)
    if fullest.taken + kept < course_date.capacity:
        return
    for_others = ngettext(
        " und einer ist für die Warteliste freigehalten",
        " und %(count)s sind für die Warteliste freigehalten",
        kept,
    )
    raise NeedsConfirmation(
        "full",
        _(
            "„%(course)s“ ist voll: Am %(day)s sind %(taken)s von %(most)s Plätzen belegt"
            "%(kept)s. Soll trotzdem eingetragen werden?",
            course=course_date.title,
            day=f"{fullest.on:%d.%m.%Y}",
            taken=fullest.taken,
            most=course_date.capacity,
            kept=for_others if kept else "",
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
    begins = max(starts_on, course_date.starts_on)
    overlap = select(Enrolment.id).where(
        Enrolment.participant_id == participant.id,
        Enrolment.course_date_id == course_date.id,
        covers(begins) | _begins_between(begins, ends_on),
    )
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


def _begins_between(first: date, last: date | None) -> ColumnElement[bool]:
    later = (Enrolment.state == EnrolmentState.ACTIVE) & (Enrolment.starts_on >= first)
    return later if last is None else later & (Enrolment.starts_on <= last)
