"""Who waits in the demo: make-up days open and spent, and a full course with a waiting list."""

from datetime import date, timedelta

from sqlalchemy import Select, select, update

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.errors import NeedsConfirmation
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseKind,
    Enrolment,
    EnrolmentState,
    MakeUpReason,
    Message,
    MessageState,
    Participant,
    ParticipantState,
    WaitlistEntry,
)
from kutego.operations.make_up_days import use_claim
from kutego.operations.make_up_places import days_for
from kutego.operations.make_ups import give_claim, grant_claim, reset_claim
from kutego.operations.master_data import save_record
from kutego.operations.places import fullest_day
from kutego.operations.waitlist import join_waitlist, remove_entry
from kutego.operations.waitlist_offers import offer_place

SIGNING_OFF, WAITING = 6, 5
REASONS = ("Hat einen anderen Kurs gefunden.",)


def add_waiting(on: date) -> None:
    """Sign some off from their next day, and let some wait for a course that is full."""
    with clock.at(clock.noon(on)):
        _make_ups(on)
        _waitlist(on)
        with transaction() as session:  # nothing of the demo ever leaves the house
            queued = update(Message).where(Message.state == MessageState.QUEUED)
            session.execute(
                queued.values(state=MessageState.SENT, sent_at=clock.now(), attempts=1,
                              next_attempt_at=None)
            )  # fmt: skip


def _make_ups(on: date) -> None:
    """Of those who sign off one has a new day already, and one lost the claim again."""
    claims = []
    for place in _places(on):
        day = next(d for d in place.course_date.days if d.on > on + timedelta(days=1))
        with transaction():
            claims.append(grant_claim(place, day, reason=MakeUpReason.SIGNED_OFF, on=on, by=OFFICE))
    if len(claims) < 3:
        return
    for other in db.session.scalars(days_for(claims[0], on).limit(10)).all():
        try:
            use_claim(claims[0], course_day=other, on=on, by=OFFICE)
            break
        except NeedsConfirmation:  # full, or the dog is there anyway
            continue
    reset_claim(claims[1], reason="Die Stunde kam doch zustande.", on=on, by=OFFICE)
    last = claims[-1]
    give_claim(last.participant, course_date=last.course_date, on=on, by=OFFICE)


def _waitlist(on: date) -> None:
    course = db.session.scalar(_running().limit(1))
    if course is None:
        return
    taken = fullest_day(course, on, None).taken
    if not taken:
        return
    save_record(course, {"capacity": taken}, by=OFFICE)
    entries = [
        join_waitlist(participant, course_date=course, is_binding=n == 3, on=on, by=OFFICE)
        for n, participant in enumerate(_outside(course))
    ]
    if len(entries) < 2:
        return
    remove_entry(entries.pop(), reason=REASONS[0], on=on, by=OFFICE)
    save_record(course, {"capacity": taken + 1}, by=OFFICE)
    first = next((entry for entry in entries if entry.customer.email), None)
    if first is not None:
        offer_place(db.session.get_one(WaitlistEntry, first.id), on=on, by=SYSTEM)


def _running() -> Select[CourseDate]:
    return select(CourseDate).where(CourseDate.kind == CourseKind.RUNNING).order_by(CourseDate.id)


def _places(on: date) -> list[Enrolment]:
    """Places in running courses that have a day to come."""
    coming = select(CourseDay.course_date_id).where(CourseDay.on > on + timedelta(days=1))
    query = (
        select(Enrolment)
        .join(CourseDate, CourseDate.id == Enrolment.course_date_id)
        .where(
            CourseDate.kind == CourseKind.RUNNING,
            CourseDate.id.in_(coming),
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    return list(db.session.scalars(query.order_by(Enrolment.id).limit(SIGNING_OFF)))


def _outside(course: CourseDate) -> list[Participant]:
    """Participants without a place in the course."""
    inside = select(Enrolment.participant_id).where(Enrolment.course_date_id == course.id)
    query = select(Participant).where(
        Participant.state == ParticipantState.ACTIVE, Participant.id.not_in(inside)
    )
    found = db.session.scalars(query.order_by(Participant.id).limit(4 * WAITING))
    return [p for p in found if not p.customer.is_locked][:WAITING]
