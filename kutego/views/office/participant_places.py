"""The places of a participant with every day, as the page shows them (spec PAR-04, 05)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import (
    Attendance,
    AttendanceValue,
    CourseDay,
    CourseDayState,
    Enrolment,
    EnrolmentState,
    Participant,
)
from kutego.views.panel.places import place_of


@dataclass
class Taken:
    """A place, its days, and what was recorded of each."""

    place: Enrolment
    days: list[tuple[CourseDay, AttendanceValue | None]] = field(default_factory=list)
    url: str | None = None

    @property
    def recorded(self) -> int:
        """Of how many days something is recorded."""
        return sum(value is not None for _day, value in self.days)

    @property
    def ill(self) -> list[date]:
        """The days on which somebody was ill, for the insurer."""
        return [day.on for day, value in self.days if value is AttendanceValue.ILL]

    @property
    def attended(self) -> int:
        """How many days somebody was there."""
        return sum(value is AttendanceValue.ATTENDED for _day, value in self.days)


def places_of(record: Participant) -> list[Taken]:
    """All that were not taken back, the newest first; two statements."""
    query = select(Enrolment).where(
        Enrolment.participant_id == record.id, Enrolment.state != EnrolmentState.REMOVED
    )
    query = query.options(
        joinedload(Enrolment.course_date),
        joinedload(Enrolment.customer),
        joinedload(Enrolment.suspended_for),
    )
    newest = query.order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    taken = [Taken(place) for place in db.session.scalars(newest)]
    days = _days({each.place.course_date_id for each in taken}, record)
    for each in taken:
        course = place_of(each.place.course_date)
        each.url = course and f"{course}attendance/"
        each.days = [
            row for row in days[each.place.course_date_id]
            if each.place.starts_on <= row[0].on and _lasts(each.place, row[0])
        ]  # fmt: skip
    return taken


def _lasts(place: Enrolment, day: CourseDay) -> bool:
    return place.ends_on is None or day.on <= place.ends_on


def _days(
    courses: set[int], record: Participant
) -> dict[int, list[tuple[CourseDay, AttendanceValue | None]]]:
    """The planned days of the courses, each with what was recorded of the participant."""
    if not courses:
        return {}
    mine = (Attendance.course_day_id == CourseDay.id) & (Attendance.participant_id == record.id)
    query = (
        select(CourseDay, Attendance.value)
        .outerjoin(Attendance, mine)
        .where(CourseDay.course_date_id.in_(courses), CourseDay.state == CourseDayState.PLANNED)
        .order_by(CourseDay.on, CourseDay.starts_at)
    )
    found: dict[int, list[tuple[CourseDay, AttendanceValue | None]]] = defaultdict(list)
    for day, value in db.session.execute(query):
        found[day.course_date_id].append((day, value))
    return found
