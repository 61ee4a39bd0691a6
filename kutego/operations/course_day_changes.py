"""Changes to single course days: moved, given to somebody else, named, removed (COU-09, 10)."""

from datetime import date, time

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import CourseDay, CourseDayState, Employee, Room
from kutego.operations.activity import log_activity
from kutego.operations.course_days import take_out
from kutego.operations.day_checks import check_place, check_span, check_times, refuse_cancelled
from kutego.operations.day_news import Before, people_of, tell_of_move
from kutego.operations.day_plan import absent_days, day_name
from kutego.operations.mailing_runs import move_planned
from kutego.texts import gettext as _


@operation
def move_day(
    day: CourseDay,
    *,
    held_on: date,
    starts_at: time,
    ends_at: time,
    room: Room | None = None,
    notify: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> None:
    """Another date, time or room. Closed days and what is taken already need a confirmation.

    With `notify` everybody who has a place on the old day or the new one, and every guest, reads
    of it.
    """
    _refuse_called_off(day)
    check_span(starts_at, ends_at)
    check_place(day.course_date, room)
    before, people = Before(day.on, day.clock), people_of(day) if notify else {}
    day.on, day.starts_at, day.ends_at, day.room = held_on, starts_at, ends_at, room
    check_times(day, confirmed)
    day.revision += 1
    move_planned(day, before.on)
    log_activity(
        day, "course_day.moved", by=by, from_day=before.on, from_time=before.clock,
        to_day=held_on, to_time=day.clock,
    )  # fmt: skip
    if notify:
        tell_of_move(day, before, {**people, **people_of(day)})


@operation
def replace_instructor(
    day: CourseDay,
    *,
    instructor: Employee | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> None:
    """Give a day to somebody else (spec COU-09); to nobody where no one is named."""
    _refuse_called_off(day)
    own = day.course_date.instructor_id
    day.is_unled = instructor is None
    day.instructor = None if instructor is None or instructor.id == own else instructor
    if instructor is not None:
        _check_absent(instructor, day.on, confirmed)
        check_times(day, confirmed)
    day.revision += 1
    name = instructor.name if instructor is not None else None
    action = "course_day.given" if name else "course_day.unled"
    log_activity(day, action, by=by, day=day.on, personal={"instructor": name} if name else None)


@operation
def name_topic(day: CourseDay, *, topic: str | None = None, on: date, by: Actor) -> None:
    """What the day is about (spec COU-10); the participants see it."""
    day.topic = (topic or "").strip() or None
    day.revision += 1
    log_activity(day, "course_day.topic", by=by, day=day.on, topic=day.topic or "–")


@operation
def remove_day(day: CourseDay, *, on: date, by: Actor) -> None:
    """Take out a day that was made by mistake. One that anything hangs on is called off instead."""
    course_date, held_on = day.course_date, day.on
    if not take_out(day):
        raise DomainError(_("Zu diesem Tag ist schon etwas eingetragen, etwa eine Anwesenheit. "
                            "Bitte sagen Sie ihn stattdessen ab."))  # fmt: skip
    log_activity(course_date, "course_date.day_removed", by=by, day=held_on)


# --- parts ------------------------------------------------------------------------------------


def _check_absent(instructor: Employee, day: date, confirmed: frozenset[str]) -> None:
    if day in absent_days(instructor.id, day, day) and "absent" not in confirmed:
        raise NeedsConfirmation(
            "absent",
            _("%(name)s ist am %(day)s als abwesend eingetragen. Trotzdem einteilen?",
              name=instructor.name, day=day_name(day)),
        )  # fmt: skip


def _refuse_called_off(day: CourseDay) -> None:
    refuse_cancelled(day.course_date)
    if day.state is CourseDayState.CANCELLED:
        raise DomainError(_("Dieser Tag ist abgesagt."))
