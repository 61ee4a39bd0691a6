"""What occupies a room or a lecturer: the one answer for everything that is put into a calendar.

Whoever places something locks the lecturer and the room first (`calendars`), so that two who want
the same time come one after the other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from kutego.db import Base
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import CourseDay, Employee, Room, company
from kutego.operations.occupancy_queries import (
    Occupation,
    absences,
    appointments,
    closing_times,
    course_days,
    events,
    rentals,
)
from kutego.texts import gettext as _


@dataclass(frozen=True)
class Calendar:
    """What is locked of a lecturer: the staff, not the customer that every employee is too.

    Two customers are locked in the order of their ids; a lecturer comes after both.
    """

    lock_root: Employee


def calendars(lecturers: Iterable[Employee], rooms: Iterable[Room]) -> list[Base]:
    """What to lock before something is placed with a lecturer or in a room."""
    return cast(list[Base], [*map(Calendar, lecturers), *rooms])


def occupations(
    begins_at: datetime,
    ends_at: datetime,
    *,
    rooms: Collection[int] = (),
    lecturers: Collection[int] = (),
    locations: Collection[int] = (),
) -> list[Occupation]:
    """What is on in any of the rooms, or with any of the lecturers, between two moments.

    As many statements for an hour as for a month: one for each kind of thing that can be on.
    """
    found = [
        *course_days(begins_at, ends_at, rooms, lecturers),
        *appointments(begins_at, ends_at, rooms, lecturers),
        *rentals(begins_at, ends_at, rooms),
        *events(begins_at, ends_at, rooms),
        *absences(begins_at, ends_at, lecturers),
        *closing_times(begins_at, ends_at, rooms, locations),
    ]
    return sorted(
        (each for each in found if each.overlaps(begins_at, ends_at)),
        key=lambda each: (each.begins_at, each.table, each.id),
    )


def refuse_occupied(
    begins_at: datetime,
    ends_at: datetime,
    *,
    lecturer: Employee | None = None,
    room: Room | None = None,
    apart_from: Base | None = None,
    shares_room: bool = False,
    confirmed: frozenset[str] = frozenset(),
) -> None:
    """Refuse a time at which the lecturer or the room is taken.

    A course in the same room (`shares_room`: half a pool is enough), an absence and a closing
    time are asked about (code "occupied").
    """
    found = occupations(
        begins_at,
        ends_at,
        rooms=[room.id] if room else (),
        lecturers=[lecturer.id] if lecturer else (),
    )
    own = (apart_from.__tablename__, apart_from.id) if apart_from is not None else None
    for each in found:
        if (each.table, each.id) == own:
            continue
        of_lecturer = lecturer is not None and each.lecturer_id == lecturer.id
        beside = shares_room and each.table == CourseDay.__tablename__ and not of_lecturer
        who = (
            lecturer.name if of_lecturer and lecturer else room.name if room else _("Der Standort")
        )
        sentence = _("%(who)s ist zu dieser Zeit belegt: %(what)s, %(when)s.",
                     who=who, what=each.what, when=span(each.begins_at, each.ends_at))  # fmt: skip
        if each.is_firm and not beside:
            raise DomainError(sentence)
        if "occupied" not in confirmed:
            raise NeedsConfirmation("occupied", sentence + " " + _("Trotzdem eintragen?"))


def span(begins_at: datetime, ends_at: datetime) -> str:
    """From when to when, as the clock on the wall shows it."""
    zone = company().zone
    first, last = begins_at.astimezone(zone), ends_at.astimezone(zone)
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%d.%m.%Y %H:%M}"
    return f"{first:%d.%m.%Y %H:%M}–{until}"
