"""The end of a waiting list: the course does not take place, or is over (spec U-01)."""

from datetime import date

from sqlalchemy import Select, or_, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import operation
from kutego.models import (
    CourseDate,
    CourseState,
    WaitlistEntry,
    WaitlistState,
    WaitlistStatus,
    waitlist_status_is,
)
from kutego.operations.activity import log_activity
from kutego.operations.waitlist_notices import tell_customer
from kutego.operations.waitlist_places import takes_place


def waiting_in_vain(on: date) -> Select[int]:
    """The ids of whoever waits for a course that is called off or over."""
    now = clock.now()
    return (
        select(WaitlistEntry.id)
        .join(CourseDate, CourseDate.id == WaitlistEntry.course_date_id)
        .where(
            or_(
                waitlist_status_is(WaitlistStatus.WAITING, now),
                waitlist_status_is(WaitlistStatus.EXPIRED, now),
            ),
            or_(CourseDate.state == CourseState.CANCELLED, CourseDate.ends_on < on),
        )
        .order_by(WaitlistEntry.id)
    )


@operation
def close_entry(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """Strike off who waits in vain; of a course that was called off they are told."""
    status = entry.status(clock.now())
    waits = status in (WaitlistStatus.WAITING, WaitlistStatus.EXPIRED)
    if not waits or takes_place(entry.course_date, on):
        return
    entry.move_to(WaitlistState.WITHDRAWN)
    entry.ended_at, entry.held_back = clock.now(), None
    log_activity(entry, "waitlist_entry.closed", by=by, course=entry.course_date.title)
    is_waiting = status is WaitlistStatus.WAITING
    if is_waiting and entry.course_date.state is CourseState.CANCELLED:
        tell_customer(entry, "waitlist_closed", on=on, by=by, sms=False)
