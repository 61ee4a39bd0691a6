"""Waiting lists: who joins, in which order, who leaves (spec COU-12, U-01)."""

import secrets
from datetime import date

from sqlalchemy import func, or_, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    CourseDate,
    Participant,
    ParticipantState,
    WaitlistEntry,
    WaitlistState,
    still_waiting,
)
from kutego.operations.activity import log_activity
from kutego.operations.waitlist_checks import price_of
from kutego.operations.waitlist_notices import tell_customer
from kutego.operations.waitlist_places import is_full, takes_place, waiting_in
from kutego.texts import gettext as _


@operation
def join_waitlist(
    participant: Participant,
    *,
    course_date: CourseDate,
    wished_from: date | None = None,
    is_binding: bool = False,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> WaitlistEntry:
    """Put somebody at the end of the list of a course date.

    `is_binding`: the customer ordered the place in case one is free, and may be moved up without
    being asked again (spec D-09, U-20). Nobody stands on a list twice; where the course still has
    places, and does not keep its list open beside them, it is asked (code "free").
    """
    lock(db.session(), [course_date])
    _refuse_person(participant)
    _refuse_course(course_date, on)
    _refuse_twice(participant, course_date)
    _refuse_length(course_date)
    if not course_date.waitlist_parallel and "free" not in confirmed:
        _ask_free(course_date, on)
    entry = WaitlistEntry(
        customer_id=participant.customer_id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        state=WaitlistState.WAITING,
        place=_last_place(course_date) + 1,
        wished_from=wished_from,
        is_binding=is_binding,
        remark=(remark or "").strip() or None,
        created_at=clock.now(),
        token=secrets.token_urlsafe(32),
    )
    db.session.add(entry)
    db.session.flush()
    if is_binding:
        entry.agreed_price = price_of(entry, on)
    log_activity(entry, "waitlist_entry.created", by=by, course=course_date.title)
    if send_mail:
        tell_customer(entry, "waitlist_joined", on=on, by=by, sms=False, place=place_in_line(entry))
    return entry


@operation
def remove_entry(
    entry: WaitlistEntry, *, reason: str, notify: bool = False, on: date, by: Actor
) -> WaitlistEntry:
    """Strike somebody off the list, with a reason. An offered place must be taken back first."""
    if not reason.strip():
        raise DomainError(_("Bitte einen Grund angeben."))
    lock(db.session(), [entry.course_date])
    _end(entry, WaitlistState.WITHDRAWN, "waitlist_entry.removed", by=by, reason=reason)
    if notify:
        tell_customer(entry, "waitlist_removed", on=on, by=by, sms=False)
    return entry


@operation
def leave_waitlist(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """The customer does not wait any longer. Twice changes nothing."""
    lock(db.session(), [entry.course_date])
    if entry.state is WaitlistState.WITHDRAWN:
        return
    _end(entry, WaitlistState.WITHDRAWN, "waitlist_entry.left", by=by)


@operation
def move_entry(entry: WaitlistEntry, *, to: int, on: date, by: Actor) -> WaitlistEntry:
    """Put somebody who waits at the `to`-th place, counted from 1; the others move over."""
    lock(db.session(), [entry.course_date])
    if entry.state is not WaitlistState.WAITING:
        raise DomainError(_("Nur wer wartet, hat einen Platz in der Reihe."))
    line = list(db.session.scalars(waiting_in(entry.course_date)))
    if not 1 <= to <= len(line):
        raise DomainError(_("Es warten %(count)s. Bitte einen Platz von 1 bis %(count)s.",
                            count=len(line)))  # fmt: skip
    was = line.index(entry) + 1
    line.remove(entry)
    line.insert(to - 1, entry)
    for place, one in enumerate(line, start=1):
        one.place = place
    log_activity(entry, "waitlist_entry.moved", by=by, was=was, now=to)
    return entry


@operation
def reopen_entry(entry: WaitlistEntry, *, on: date, by: Actor) -> WaitlistEntry:
    """Let somebody wait again whose time to answer is over, at the end of the line."""
    lock(db.session(), [entry.course_date])
    if not entry.is_expired(clock.now()):
        raise DomainError(_("Nur wer seine Frist verpasst hat, kann wieder aufgenommen werden."))
    _refuse_twice(entry.participant, entry.course_date)
    entry.move_to(WaitlistState.WAITING)
    entry.place = _last_place(entry.course_date) + 1
    entry.offer_id = entry.offered_at = entry.answer_by = None
    entry.reminded_at = entry.notified_at = entry.held_back = None
    log_activity(entry, "waitlist_entry.reopened", by=by)
    return entry


def place_in_line(entry: WaitlistEntry) -> int | None:
    """Which place somebody has among those who wait; None for whoever does not."""
    if entry.state is not WaitlistState.WAITING:
        return None
    before = waiting_in(entry.course_date).where(
        or_(
            WaitlistEntry.place < entry.place,
            (WaitlistEntry.place == entry.place) & (WaitlistEntry.id <= entry.id),
        )
    )
    return db.session.scalar(select(func.count()).select_from(before.order_by(None).subquery()))


# --- parts ------------------------------------------------------------------------------------


def _end(
    entry: WaitlistEntry, state: WaitlistState, action: str, *, by: Actor, reason: str | None = None
) -> None:
    if entry.state is WaitlistState.OFFERED and not entry.is_expired(clock.now()):
        raise DomainError(
            _("%(name)s hat einen Platz angeboten bekommen. Bitte zuerst das Angebot %(offer)s "
              "zurückziehen.", name=entry.participant.name, offer=entry.offer)
        )  # fmt: skip
    entry.move_to(state)
    entry.ended_at = clock.now()
    log_activity(entry, action, by=by, personal={"reason": reason} if reason else None)


def _refuse_person(participant: Participant) -> None:
    if participant.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=participant.customer.name)
        )
    if participant.state is not ParticipantState.ACTIVE:
        raise DomainError(_("%(name)s ist archiviert.", name=participant.name))


def _refuse_course(course_date: CourseDate, on: date) -> None:
    if not takes_place(course_date, on):
        raise DomainError(_("„%(course)s“ findet nicht mehr statt.", course=course_date.title))
    if course_date.waitlist_limit == 0:
        raise DomainError(_("„%(course)s“ hat keine Warteliste.", course=course_date.title))


def _refuse_twice(participant: Participant, course_date: CourseDate) -> None:
    twice = select(WaitlistEntry.id).where(
        WaitlistEntry.participant_id == participant.id,
        WaitlistEntry.course_date_id == course_date.id,
        still_waiting(clock.now()),
    )
    if db.session.scalar(twice.limit(1)) is not None:
        raise DomainError(
            _("%(name)s steht schon auf der Warteliste von „%(course)s“.",
              name=participant.name, course=course_date.title)
        )  # fmt: skip


def _refuse_length(course_date: CourseDate) -> None:
    if course_date.waitlist_limit is None:
        return
    length = select(func.count()).where(
        WaitlistEntry.course_date_id == course_date.id, still_waiting(clock.now())
    )
    if (db.session.scalar(length) or 0) >= course_date.waitlist_limit:
        raise DomainError(
            _("Die Warteliste von „%(course)s“ ist voll: Sie hat %(limit)s Plätze.",
              course=course_date.title, limit=course_date.waitlist_limit)
        )  # fmt: skip


def _ask_free(course_date: CourseDate, on: date) -> None:
    if is_full(course_date, on) or db.session.scalar(waiting_in(course_date).limit(1)) is not None:
        return
    raise NeedsConfirmation(
        "free",
        _("„%(course)s“ hat noch freie Plätze. Soll trotzdem auf die Warteliste gesetzt werden?",
          course=course_date.title),
    )  # fmt: skip


def _last_place(course_date: CourseDate) -> int:
    last = select(func.max(WaitlistEntry.place)).where(
        WaitlistEntry.course_date_id == course_date.id
    )
    return db.session.scalar(last) or 0
