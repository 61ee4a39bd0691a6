"""Attendance: recorded with one tap for each participant of a course day (spec COU-06)."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    Attendance,
    AttendanceValue,
    CourseDay,
    CourseDayState,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    Participant,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.make_ups import claim_for, grant_claim, withdraw_claim
from kutego.operations.packages import sign_off_unit
from kutego.operations.places import covers, pauses
from kutego.texts import gettext as _


@operation
def record_attendance(
    participant: Participant,
    *,
    course_day: CourseDay,
    value: AttendanceValue | None,
    seen: AttendanceValue | None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Attendance | None:
    """Record what became of a participant on a course day; None is "not yet".

    `seen` is what the screen showed: where somebody else has recorded another value meanwhile,
    theirs stands. Signed off for a make-up gives the claim, and to change it back takes the claim
    away as long as it is unused.
    """
    lock(db.session(), [course_day])
    _refuse_called_off(course_day)
    row = _row_of(participant, course_day)
    before = row.value if row else None
    if before is value:
        return row  # sent twice on a bad line
    if before is not seen:
        _refuse_other(participant, row)
    enrolment = _place_of(participant, course_day)
    if enrolment is None and not _is_guest(participant, course_day):
        raise DomainError(
            _("%(name)s hat am %(day)s keinen Platz in „%(course)s“. Bitte die Liste neu laden.",
              name=participant.name, day=f"{course_day.on:%d.%m.%Y}",
              course=course_day.course_date)
        )  # fmt: skip
    _keep_claim(participant, enrolment, course_day, before, value, confirmed, on=on, by=by)
    _tell(participant, course_day, row, value, by=by)
    return _write(participant, course_day, row, value, by)


@operation
def record_rest(course_day: CourseDay, *, on: date, by: Actor) -> int:
    """Record everybody of whom nothing is recorded yet as having attended; answers how many.

    Whose place rests because of an unpaid invoice, or whose contract pauses, is left out.
    """
    _refuse_called_off(course_day)
    present = select(Enrolment).where(
        Enrolment.course_date_id == course_day.course_date_id,
        covers(course_day.on),
        ~pauses(course_day.on),
    )
    here = {e.participant_id for e in db.session.scalars(present) if not e.is_suspended}
    here |= set(
        db.session.scalars(
            select(MakeUpClaim.participant_id).where(
                MakeUpClaim.used_day_id == course_day.id, MakeUpClaim.state == MakeUpState.USED
            )
        )
    )
    known = select(Attendance.participant_id).where(Attendance.course_day_id == course_day.id)
    missing = sorted(here - set(db.session.scalars(known)))
    if not missing:
        raise DomainError(_("Für alle ist schon etwas eingetragen."))
    _log_day(course_day, by)
    for participant_id in missing:
        _add(participant_id, course_day, AttendanceValue.ATTENDED, by)
    return len(missing)


# --- parts ------------------------------------------------------------------------------------


def _refuse_called_off(course_day: CourseDay) -> None:
    if course_day.state is CourseDayState.CANCELLED:
        raise DomainError(_("Der %(day)s ist abgesagt.", day=f"{course_day.on:%d.%m.%Y}"))


def _row_of(participant: Participant, course_day: CourseDay) -> Attendance | None:
    query = select(Attendance).where(
        Attendance.participant_id == participant.id, Attendance.course_day_id == course_day.id
    )
    return db.session.scalar(query)


def _refuse_other(participant: Participant, row: Attendance | None) -> None:
    if row is None:
        raise ConcurrentChange(
            _("Der Eintrag von %(name)s wurde inzwischen zurückgenommen. Bitte noch einmal wählen.",
              name=participant.name)
        )  # fmt: skip
    raise ConcurrentChange(
        _("%(who)s hat %(name)s inzwischen als „%(value)s“ eingetragen. Das gilt; wenn es nicht "
          "stimmt, bitte noch einmal wählen.",
          who=row.recorded_by, name=participant.name, value=row.value.label)
    )  # fmt: skip


def _place_of(participant: Participant, course_day: CourseDay) -> Enrolment | None:
    """The place on the day; of a former one too, as attendance is also put right afterwards."""
    query = select(Enrolment).where(
        Enrolment.participant_id == participant.id,
        Enrolment.course_date_id == course_day.course_date_id,
        covers(course_day.on)
        | (
            (Enrolment.state == EnrolmentState.ENDED)
            & (Enrolment.starts_on <= course_day.on)
            & (Enrolment.ends_on >= course_day.on)
        ),
    )
    return db.session.scalars(query.order_by(Enrolment.id).limit(1)).first()


def _is_guest(participant: Participant, course_day: CourseDay) -> bool:
    query = select(MakeUpClaim.id).where(
        MakeUpClaim.participant_id == participant.id,
        MakeUpClaim.used_day_id == course_day.id,
        MakeUpClaim.state == MakeUpState.USED,
    )
    return db.session.scalar(query.limit(1)) is not None


def _keep_claim(
    participant: Participant, enrolment: Enrolment | None, course_day: CourseDay,
    before: AttendanceValue | None, value: AttendanceValue | None, confirmed: frozenset[str],
    *, on: date, by: Actor,
) -> None:  # fmt: skip
    """Give or take back the claim to make the day up."""
    if value is AttendanceValue.MAKE_UP:
        if enrolment is None:
            raise DomainError(
                _("%(name)s ist an diesem Tag Gast und holt selbst nach. Bitte den Nachholtag auf "
                  "einen anderen Tag verlegen.", name=participant.name)
            )  # fmt: skip
        if sign_off_unit(enrolment, course_day, confirmed, on=on, by=by):
            return  # it was paid with a unit, which is back in its package
        grant_claim(
            enrolment, course_day, reason=MakeUpReason.SIGNED_OFF, confirmed=confirmed, on=on, by=by
        )
    elif before is AttendanceValue.MAKE_UP and enrolment is not None:
        claim = claim_for(enrolment, course_day)
        if claim is not None and claim.reason is MakeUpReason.SIGNED_OFF:
            withdraw_claim(claim, on=on, by=by)


def _tell(
    participant: Participant, course_day: CourseDay, row: Attendance | None,
    value: AttendanceValue | None, *, by: Actor,
) -> None:  # fmt: skip
    """One line for whoever records a day; one more for each value put right later."""
    if row is None:
        _log_day(course_day, by)
        return
    was_me = row.recorded_by == by.name and _local_day(row) == clock.today(company().zone)
    if not was_me:
        log_activity(
            participant, "attendance.corrected", by=by, day=course_day.on,
            personal={"attendance": [row.value, value]},
        )  # fmt: skip


def _local_day(row: Attendance) -> date:
    return row.recorded_at.astimezone(company().zone).date()


def _log_day(course_day: CourseDay, by: Actor) -> None:
    """Once for a day, a person and the date on which they record it, not for every participant."""
    mine = select(Attendance).where(
        Attendance.course_day_id == course_day.id, Attendance.recorded_by == by.name
    )
    newest = db.session.scalars(mine.order_by(Attendance.recorded_at.desc()).limit(1)).first()
    if newest is None or _local_day(newest) != clock.today(company().zone):
        log_activity(course_day.course_date, "attendance.recorded", by=by, day=course_day.on)


def _write(
    participant: Participant, course_day: CourseDay, row: Attendance | None,
    value: AttendanceValue | None, by: Actor,
) -> Attendance | None:  # fmt: skip
    if value is None:
        if row is not None:
            db.session.delete(row)
        return None
    if row is None:
        return _add(participant.id, course_day, value, by)
    row.value, row.recorded_at, row.recorded_by = value, clock.now(), by.name
    return row


def _add(
    participant_id: int, course_day: CourseDay, value: AttendanceValue, by: Actor
) -> Attendance:
    row = Attendance(
        participant_id=participant_id, course_day_id=course_day.id, value=value,
        recorded_at=clock.now(), recorded_by=by.name,
    )  # fmt: skip
    db.session.add(row)
    return row
