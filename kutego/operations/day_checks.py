"""What is asked about and refused when a single course day is placed."""

from datetime import date, time

from kutego.db import db, lock
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import CourseDate, CourseDay, CourseState, Room
from kutego.operations.day_plan import closed_days, day_name, is_open, moments
from kutego.operations.occupancy import Occupation, calendars, occupations, span
from kutego.texts import gettext as _


def refuse_cancelled(course_date: CourseDate) -> None:
    """A course that was called off gets no more days."""
    if course_date.state is CourseState.CANCELLED:
        raise DomainError(_("„%(course)s“ ist abgesagt.", course=course_date.title))


def check_span(starts_at: time, ends_at: time) -> None:
    """A day ends after it has begun."""
    if ends_at <= starts_at:
        raise DomainError(_("Das Ende liegt nicht nach dem Beginn."))


def check_place(course_date: CourseDate, room: Room | None) -> None:
    """A room belongs to the location of the course."""
    if (
        room is None
        or course_date.location_id is None
        or room.location_id == course_date.location_id
    ):
        return
    raise DomainError(
        _("„%(room)s“ gehört zu %(its)s, der Kurs ist aber in %(location)s.",
          room=room.name, its=room.location.name, location=course_date.location)
    )  # fmt: skip


def check_times(day: CourseDay, confirmed: frozenset[str]) -> None:
    """Ask where the day is closed ("closed"), and where room or leader are taken ("occupied")."""
    if day.starts_at is None or day.ends_at is None:
        return
    _check_closed(day, day.on, confirmed)
    leader, room = day.led_by, day.held_in
    lock(db.session(), calendars([leader] if leader else [], [room] if room else []))
    begins_at, ends_at = moments(day.on, day.starts_at, day.ends_at)
    found = occupations(
        begins_at,
        ends_at,
        rooms=[room.id] if room else [],
        lecturers=[leader.id] if leader else [],
    )
    taken = [told(each) for each in found if each.is_firm and not _is(each, day)]
    if taken and "occupied" not in confirmed:
        raise NeedsConfirmation(
            "occupied", _("Zu dieser Zeit ist schon etwas. Trotzdem eintragen?"), tuple(taken)
        )


def told(each: Occupation) -> str:
    """What is in the way, with its time."""
    return _("%(when)s: %(what)s", when=span(each.begins_at, each.ends_at), what=each.what)


def _is(each: Occupation, day: CourseDay) -> bool:
    return (each.table, each.id) == (CourseDay.__tablename__, day.id)


def _check_closed(day: CourseDay, on: date, confirmed: frozenset[str]) -> None:
    if "closed" in confirmed or day.starts_at is None or day.ends_at is None:
        return
    course_date = day.course_date
    reason = closed_days(course_date, on, on).get(on)
    if reason is None and not is_open(course_date.location_id, on, day.starts_at, day.ends_at):
        reason = _("außerhalb der Öffnungszeiten")
    if reason is not None:
        raise NeedsConfirmation(
            "closed",
            _("%(day)s: %(why)s. Soll der Kurs trotzdem stattfinden?",
              day=day_name(on), why=reason),
        )  # fmt: skip
