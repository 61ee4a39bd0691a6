"""Whether somebody would have to be in two places: course days at the same time."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import Select, and_, or_, select

from kutego import clock
from kutego.db import db
from kutego.errors import NeedsConfirmation
from kutego.models import (
    Appointment,
    AppointmentState,
    CourseDay,
    CourseDayState,
    Enrolment,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    Participant,
    company,
)
from kutego.operations.occupancy_queries import HOUR
from kutego.operations.places import covers
from kutego.texts import gettext as _


def ask_overlap(
    participant: Participant, days: Sequence[CourseDay], confirmed: frozenset[str]
) -> None:
    """Ask (code "double") where the participant is somewhere else, or there already, on a day."""
    if "double" in confirmed or (other := overlap_with(participant, days)) is None:
        return
    raise NeedsConfirmation(
        "double",
        _(
            "%(name)s ist am %(day)s schon in „%(course)s“. Soll trotzdem eingetragen werden?",
            name=participant.name,
            day=f"{other.on:%d.%m.%Y}",
            course=other.course_date.title,
        ),
    )


def overlap_with(participant: Participant, days: Sequence[CourseDay]) -> CourseDay | None:
    """The first day of another place that one of `days` collides with; days off do not count."""
    by_date: dict[object, list[CourseDay]] = {}
    for day in days:
        by_date.setdefault(day.on, []).append(day)
    for other in db.session.scalars(_days_of(participant).where(CourseDay.on.in_(by_date))):
        if any(_collide(day, other) for day in by_date[other.on]):
            return other
    return None


def ask_busy(
    participant: Participant,
    begins_at: datetime,
    ends_at: datetime,
    *,
    apart_from: Appointment | None = None,
    confirmed: frozenset[str],
) -> None:
    """Ask (code "double") where the participant has a course or an appointment at a time."""
    if "double" in confirmed:
        return
    zone = company().zone
    day = begins_at.astimezone(zone).date()
    query = _days_of(participant).where(CourseDay.on == day, CourseDay.starts_at.is_not(None))
    what = None
    for each in db.session.scalars(query):
        begin = clock.moment(day, each.starts_at or time(0), zone)
        end = clock.moment(day, each.ends_at, zone) if each.ends_at else begin + HOUR
        if begin < ends_at and begins_at < end:
            what = each.course_date.title
    others = select(Appointment).where(
        Appointment.participant_id == participant.id,
        Appointment.state == AppointmentState.PLANNED,
        Appointment.begins_at < ends_at,
        Appointment.ends_at > begins_at,
        Appointment.id != (apart_from.id if apart_from is not None else 0),
    )
    if other := db.session.scalar(others.limit(1)):
        what = str(other)
    if what is not None:
        raise NeedsConfirmation(
            "double",
            _("%(name)s ist am %(day)s zu dieser Zeit schon in „%(course)s“. Soll trotzdem "
              "eingetragen werden?",
              name=participant.name, day=f"{day:%d.%m.%Y}", course=what),
        )  # fmt: skip


def _days_of(participant: Participant) -> Select[CourseDay]:
    """The planned days on which the participant has a place or is a guest."""
    off = select(MakeUpClaim.origin_day_id).where(
        MakeUpClaim.participant_id == participant.id,
        MakeUpClaim.origin_day_id.is_not(None),
        MakeUpClaim.reason == MakeUpReason.SIGNED_OFF,
        MakeUpClaim.state != MakeUpState.RESET,
    )
    guest = select(MakeUpClaim.used_day_id).where(
        MakeUpClaim.participant_id == participant.id, MakeUpClaim.used_day_id.is_not(None)
    )
    place = select(Enrolment.id).where(
        Enrolment.participant_id == participant.id,
        Enrolment.course_date_id == CourseDay.course_date_id,
        covers(CourseDay.on),
    )
    present = and_(place.exists(), CourseDay.id.not_in(off))
    return (
        select(CourseDay)
        .where(CourseDay.state == CourseDayState.PLANNED, or_(present, CourseDay.id.in_(guest)))
        .order_by(CourseDay.on, CourseDay.id)
    )


def _collide(one: CourseDay, other: CourseDay) -> bool:
    """Days without a clock time collide only with themselves."""
    if one.id == other.id:
        return True
    if one.starts_at is None or other.starts_at is None:
        return False
    ends = (one.ends_at or time.max), (other.ends_at or time.max)
    return one.starts_at < ends[1] and other.starts_at < ends[0]
