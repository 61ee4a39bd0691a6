"""What must hold for a course date whoever saves it: dates, places, room."""

from sqlalchemy import inspect

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import CourseDate, Room, company
from kutego.operations.places import fullest_day
from kutego.texts import gettext as _


def check_course(course_date: CourseDate) -> None:
    """Refuse what cannot be; a course that has a room alone is where the room is."""
    if course_date.ends_on and course_date.ends_on < course_date.starts_on:
        raise DomainError(_("Das Ende liegt vor dem Beginn."))
    weeks = course_date.weeks_ahead
    if weeks is not None and not 1 <= weeks <= 104:
        raise DomainError(_("Tage lassen sich 1 bis 104 Wochen im Voraus anlegen."))
    _check_capacity(course_date)
    _check_room(course_date)


def _check_capacity(course_date: CourseDate) -> None:
    """At least one place, not fewer than are needed, and not fewer than are taken."""
    most, least = course_date.capacity, course_date.capacity_min
    if most is not None and most < 1:
        raise DomainError(_("Ein Kurs hat mindestens einen Platz. Leer heißt: ohne Grenze."))
    if most is not None and least is not None and least > most:
        raise DomainError(_("Es müssen mehr kommen, als Platz haben: Bitte prüfen Sie die Plätze."))
    if course_date.id is None or most is None:
        return
    if not inspect(course_date).attrs.capacity.history.has_changes():
        return
    first = max(course_date.starts_on, clock.today(company().zone))
    taken = fullest_day(course_date, first, None).taken
    if most < taken:
        raise DomainError(
            _("%(taken)s sind schon eingetragen: Weniger Plätze gehen nicht.", taken=taken)
        )


def _check_room(course_date: CourseDate) -> None:
    if course_date.room_id is None:
        return
    room = db.session.get_one(Room, course_date.room_id)
    if course_date.location_id is None:
        course_date.location_id = room.location_id
    if room.location_id != course_date.location_id:
        raise DomainError(_("„%(room)s“ ist ein Raum von %(its)s. Bitte wählen Sie einen Raum des "
                            "Standorts.", room=room.name, its=room.location.name))  # fmt: skip
