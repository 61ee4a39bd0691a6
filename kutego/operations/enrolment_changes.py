"""Places changed by hand: taken without money, moved to another block course, ended (COU-07)."""

from datetime import date

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    Enrolment,
    EnrolmentState,
    Participant,
    ParticipantState,
)
from kutego.operations.activity import log_activity
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.messages import queue_message
from kutego.periods import DAY
from kutego.texts import gettext as _


def enrol_by_hand(
    course_date: CourseDate,
    *,
    participant: Participant,
    starts_on: date,
    ends_on: date | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Enrolment:
    """Give a place without an invoice, a booking or a contract: nobody pays for it.

    Asked for on the page of the course; the customer is locked before it, as everywhere.
    """
    return enrol_participant(
        participant, course_date=course_date, starts_on=starts_on, ends_on=ends_on,
        confirmed=confirmed, on=on, by=by,
    )  # fmt: skip


@operation
def enrol_participant(
    participant: Participant,
    *,
    course_date: CourseDate,
    starts_on: date,
    ends_on: date | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Enrolment:
    """Give a participant a place without money; of many, each on their own."""
    _check_span(course_date, starts_on, ends_on)
    if participant.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt. Bitte den Kunden zuerst entsperren.",
              name=participant.customer.name)
        )  # fmt: skip
    if participant.state is not ParticipantState.ACTIVE:
        raise DomainError(
            _("%(name)s ist archiviert. Bitte zuerst wieder aktivieren.", name=participant.name)
        )
    return enrol(
        participant, course_date, starts_on=starts_on, ends_on=ends_on or course_date.ends_on,
        confirmed=confirmed, by=by,
    )  # fmt: skip


@operation
def move_enrolment(
    enrolment: Enrolment,
    *,
    course_date: CourseDate,
    notify: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Enrolment:
    """Move a place to another block course (spec COU-07). What was paid stays as it is.

    From today on: a course that has begun keeps the days so far. A cancellation of the invoice
    then takes the new place back.
    """
    old = enrolment.course_date
    _refuse_move(enrolment, course_date)
    lock(db.session(), [old, course_date])
    has_begun = max(enrolment.starts_on, old.starts_on) < on
    sold = {
        name: getattr(enrolment, name)
        for name in ("invoice_id", "booking_id", "position_key", "suspended_for_id", "is_insured")
    }
    if has_begun:
        enrolment.move_to(EnrolmentState.ENDED)
        enrolment.ends_on = on - DAY
    else:
        enrolment.move_to(EnrolmentState.REMOVED)
    db.session.flush()
    new = enrol(
        enrolment.participant, course_date, starts_on=max(on, course_date.starts_on),
        ends_on=course_date.ends_on, sold={**sold, "moved_from_id": enrolment.id},
        confirmed=confirmed, by=by,
    )  # fmt: skip
    log_activity(new, "enrolment.moved", by=by, old=old.title, new=course_date.title)
    if notify:
        queue_message(
            new.customer, "enrolment_moved", subject_of=course_date, old=old, enrolment=new
        )
    return new


@operation
def end_enrolment(enrolment: Enrolment, *, last_day: date, on: date, by: Actor) -> None:
    """Let a place end on a day; from the next one on it is free. Money is not touched."""
    _refuse_contract(enrolment)
    _refuse_over(enrolment)
    if last_day < enrolment.starts_on:
        raise DomainError(
            _("Der Platz beginnt erst am %(day)s. Bitte stattdessen austragen.",
              day=f"{enrolment.starts_on:%d.%m.%Y}")
        )  # fmt: skip
    if enrolment.ends_on is not None and last_day >= enrolment.ends_on:
        raise DomainError(
            _("Der Platz endet schon am %(day)s.", day=f"{enrolment.ends_on:%d.%m.%Y}")
        )
    lock(db.session(), [enrolment.course_date])
    enrolment.ends_on = last_day
    log_activity(enrolment, "enrolment.shortened", by=by, ends_on=last_day)


@operation
def insure_place(enrolment: Enrolment, *, is_insured: bool, on: date, by: Actor) -> None:
    """Note whether a place has a cancellation insurance: only then "ill" matters (COU-06)."""
    if enrolment.is_insured is is_insured:
        raise DomainError(
            _("Für den Platz von %(name)s steht das schon so da.", name=enrolment.participant.name)
        )
    enrolment.is_insured = is_insured
    log_activity(enrolment, "enrolment.insured" if is_insured else "enrolment.uninsured", by=by)


@operation
def take_out(enrolment: Enrolment, *, on: date, by: Actor) -> None:
    """Take somebody out of a course as if they had never been in. No money goes back."""
    _refuse_contract(enrolment)
    _refuse_over(enrolment)
    remove_enrolment(enrolment, on=on, by=by)


# --- parts ------------------------------------------------------------------------------------


def _check_span(course_date: CourseDate, starts_on: date, ends_on: date | None) -> None:
    if course_date.state is CourseState.CANCELLED:
        raise DomainError(_("„%(course)s“ ist abgesagt.", course=course_date))
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(_("Der Platz endet vor seinem Beginn."))
    if course_date.ends_on is not None and starts_on > course_date.ends_on:
        raise DomainError(
            _("„%(course)s“ ist am %(day)s zu Ende.", course=course_date,
              day=f"{course_date.ends_on:%d.%m.%Y}")
        )  # fmt: skip


def _refuse_contract(enrolment: Enrolment) -> None:
    if enrolment.contract_id is not None:
        raise DomainError(
            _("Der Platz von %(name)s gehört zu einem Vertrag. Bitte dort kündigen, stornieren "
              "oder in einen anderen Kurs verlegen.", name=enrolment.participant.name)
        )  # fmt: skip


def _refuse_over(enrolment: Enrolment) -> None:
    if enrolment.state is not EnrolmentState.ACTIVE:
        raise DomainError(
            _("Der Platz von %(name)s ist schon „%(state)s“.", name=enrolment.participant.name,
              state=enrolment.state.label)
        )  # fmt: skip


def _refuse_move(enrolment: Enrolment, course_date: CourseDate) -> None:
    _refuse_contract(enrolment)
    _refuse_over(enrolment)
    kinds = {enrolment.course_date.kind, course_date.kind}
    if kinds != {CourseKind.BLOCK}:
        raise DomainError(_("Verlegt wird nur von einem Blockkurs in einen anderen."))
    if course_date.id == enrolment.course_date_id:
        raise DomainError(_("%(name)s ist schon in diesem Kurs.", name=enrolment.participant.name))
    _check_span(course_date, course_date.starts_on, None)
