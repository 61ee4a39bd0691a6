"""Free places go to whoever waits, and who has a place offered is reminded of it."""

import logging
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs.loop import each, problem
from kutego.models import (
    CourseDate,
    CourseState,
    Customer,
    CustomerState,
    MakeUpClaim,
    WaitlistEntry,
    WaitlistMode,
    WaitlistState,
    WaitlistStatus,
    waitlist_status_is,
)
from kutego.operations.courses import lies_ahead
from kutego.operations.job_runs import Result
from kutego.operations.make_up_reminders import due_reminders, remind_of_expiry
from kutego.operations.waitlist_checks import costs_more
from kutego.operations.waitlist_ends import close_entry, waiting_in_vain
from kutego.operations.waitlist_offers import (
    announce_place,
    back_in_line,
    forget_announcement,
    hold_back,
    move_up,
    offer_place,
    remind_of_offer,
)
from kutego.operations.waitlist_places import free_for, is_kept, kept_places, starts_for, waiting_in

log = logging.getLogger(__name__)
REMIND_AT = 4  # a quarter of the time to answer is left


def offer_places(on: date, dry_run: bool = False) -> Result:
    """Give every free place to the next on its list, in the way its course date says."""
    result = Result()

    def lapse(id_: int) -> int:
        back_in_line(db.session.get_one(WaitlistEntry, id_), on=on, by=SYSTEM)
        return 0

    def close(id_: int) -> int:
        close_entry(db.session.get_one(WaitlistEntry, id_), on=on, by=SYSTEM)
        return 1

    vain = list(db.session.scalars(waiting_in_vain(on)))
    if dry_run:
        result.plan += [str(db.session.get_one(WaitlistEntry, id_)) for id_ in vain]
    else:
        each(WaitlistEntry, vain, close, result)
        each(WaitlistEntry, _lapsed(), lapse, result)
    for course_id in _courses(on):
        _serve(db.session.get_one(CourseDate, course_id), on, dry_run, result)
        db.session.rollback()
    reminders = _almost_over()
    if dry_run:
        result.plan += [str(db.session.get_one(WaitlistEntry, id_)) for id_ in reminders]
        return result

    def remind(id_: int) -> int:
        remind_of_offer(db.session.get_one(WaitlistEntry, id_), on=on, by=SYSTEM)
        return 1

    each(WaitlistEntry, reminders, remind, result)
    return result


def remind_make_ups(on: date, dry_run: bool = False) -> Result:
    """Tell who has a make-up day that it will expire, where the house wants that."""
    ids = list(db.session.scalars(due_reminders(on)))
    if dry_run:
        return Result(plan=[str(db.session.get_one(MakeUpClaim, id_)) for id_ in ids])
    result = Result()

    def remind(id_: int) -> int:
        return 1 if remind_of_expiry(db.session.get_one(MakeUpClaim, id_), on=on, by=SYSTEM) else 0

    each(MakeUpClaim, ids, remind, result)
    return result


# --- parts ------------------------------------------------------------------------------------


def _courses(on: date) -> list[int]:
    """Course dates that somebody waits for and that can still be joined."""
    waiting = select(WaitlistEntry.course_date_id).where(
        WaitlistEntry.state == WaitlistState.WAITING
    )
    query = select(CourseDate.id).where(
        CourseDate.id.in_(waiting), CourseDate.state == CourseState.PUBLISHED, lies_ahead(on)
    )
    return list(db.session.scalars(query.order_by(CourseDate.id)))


def _lapsed() -> list[int]:
    """Whoever asked for an announced place and did not book it in time."""
    query = (
        select(WaitlistEntry.id)
        .join(CourseDate, CourseDate.id == WaitlistEntry.course_date_id)
        .where(
            CourseDate.waitlist_mode == WaitlistMode.NOTIFY_ALL,
            waitlist_status_is(WaitlistStatus.EXPIRED, clock.now()),
        )
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.id)))


def _serve(course: CourseDate, on: date, dry_run: bool, result: Result) -> None:
    """Go down the line as long as there are places. Each entry in its own transaction."""
    to_all = course.waitlist_mode is WaitlistMode.NOTIFY_ALL
    free: dict[date, int | None] = {}  # by the day from which somebody wants to come
    given = 0
    for id_ in [entry.id for entry in db.session.scalars(waiting_in(course))]:
        entry = db.session.get_one(WaitlistEntry, id_)
        first = starts_for(entry, on)
        if first not in free:
            found = free_for(entry, on)
            # one in somebody's basket may come back: it was told of, and is not told of again
            more = kept_places(course) if to_all else given
            free[first] = None if found is None else found + more
        left = free[first]
        has_place = left is None or left > (0 if to_all else given)
        if dry_run and has_place:
            result.plan.append(str(entry))
            given += 1
        elif not dry_run:
            given += _turn(entry, has_place, on, result)


def _turn(entry: WaitlistEntry, has_place: bool, on: date, result: Result) -> int:
    """Do for one entry what is its turn; 1 where it took a place."""
    if entry.course_date.waitlist_mode is WaitlistMode.NOTIFY_ALL:
        if has_place == (entry.notified_at is not None):
            return 0
        _attempt(announce_place if has_place else forget_announcement, entry, on, result)
        return 0
    if not has_place:
        return 0
    return _attempt(_give, entry, on, result)


def _give(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """Move up who ordered the place; who would pay more than agreed is asked with an offer."""
    moves_up = entry.course_date.waitlist_mode is WaitlistMode.MOVE_UP and entry.is_binding
    if moves_up and not costs_more(entry, on):
        move_up(entry, on=on, by=by)
    else:
        offer_place(entry, on=on, by=by)


def _attempt(work: Callable[..., object], entry: WaitlistEntry, on: date, result: Result) -> int:
    """One entry; who cannot be served is passed over, and the note says why (told once)."""
    id_, name = entry.id, str(entry)
    try:
        work(entry, on=on, by=SYSTEM)
    except DomainError as refusal:
        entry = db.session.get_one(WaitlistEntry, id_)
        if hold_back(entry, why=str(refusal), on=on, by=SYSTEM):
            result.refused += 1
            result.problems.append(f"{name}: {refusal}")
        return 0
    except Exception as error:
        log.exception("waitlist entry %s", id_)
        result.failed += 1
        result.problems.append(problem(name, error))
        return 0
    result.done += 1
    return 1


def _almost_over() -> list[int]:
    """Offered places of which a quarter of the time to answer is left."""
    now = clock.now()
    query = (
        select(WaitlistEntry.id, WaitlistEntry.offered_at, WaitlistEntry.answer_by)
        .join(Customer, Customer.id == WaitlistEntry.customer_id)
        .where(
            is_kept(now),
            WaitlistEntry.reminded_at.is_(None),
            WaitlistEntry.offered_at <= now - timedelta(hours=1),
            Customer.state == CustomerState.ACTIVE,
        )
    )
    return [
        row.id
        for row in db.session.execute(query)
        if row.answer_by - now <= (row.answer_by - row.offered_at) / REMIND_AT
    ]
