"""A mailing on its way: planned for a time, started, stopped."""

from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Select, case, delete, func, insert, literal, select, update

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseDay,
    CourseDayState,
    CourseState,
    LeftOut,
    Mailing,
    MailingRecipient,
    MailingState,
    Message,
    MessageState,
    RecipientState,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.audiences import counted, planned
from kutego.texts import gettext as _

MORNING = time(9)  # when a mailing goes out that names only a day
STATE = MailingRecipient.state.type


def due_mailings(moment: datetime) -> Select[int]:
    """The ids of planned mailings whose time has come."""
    return (
        select(Mailing.id)
        .where(Mailing.state == MailingState.SCHEDULED, Mailing.scheduled_for <= moment)
        .order_by(Mailing.scheduled_for, Mailing.id)
    )


@operation
def schedule_mailing(
    mailing: Mailing, *, send_on: date, send_at: time | None = None, on: date, by: Actor
) -> Mailing:
    """Let the mailing go out by itself at a time; who gets it is worked out then."""
    plan_for(mailing, send_on, send_at)
    log_activity(mailing, "mailing.scheduled", by=by, send_on=send_on)
    return mailing


@operation
def unschedule_mailing(mailing: Mailing, *, on: date, by: Actor) -> None:
    """Take the time back: the mailing is a draft again."""
    mailing.move_to(MailingState.DRAFT)
    mailing.scheduled_for = None
    log_activity(mailing, "mailing.unscheduled", by=by)


@operation
def start_mailing(mailing: Mailing, *, on: date, by: Actor) -> None:
    """Work out who gets it and who is left out, and why; then the queue begins."""
    mailing.move_to(MailingState.RUNNING)
    counts = counted(mailing, on)
    if not counts.get(None):
        raise DomainError(_nobody())
    _freeze(mailing, on)
    mailing.started_at = clock.now()
    mailing.recipients = counts.pop(None)
    mailing.left_out = sum(counts.values())
    log_activity(
        mailing, "mailing.started", by=by, recipients=mailing.recipients, left_out=mailing.left_out
    )


@operation
def start_planned(mailing: Mailing, *, on: date, by: Actor) -> None:
    """Start a mailing whose time has come, or stop it where it has lost its sense."""
    course, day = mailing.course_date, mailing.course_day
    if mailing.state is not MailingState.SCHEDULED:
        return
    if course is not None and course.state is CourseState.CANCELLED:
        _end(mailing, _("Nicht gesendet: Der Kurs ist abgesagt."), by)
    elif day is not None and day.state is CourseDayState.CANCELLED:
        _end(mailing, _("Nicht gesendet: Der Kurstag ist abgesagt."), by)
    elif not counted(mailing, on).get(None):
        _end(mailing, _nobody(), by)
    else:
        start_mailing(mailing, on=on, by=by)


@operation
def stop_mailing(mailing: Mailing, *, on: date, by: Actor) -> None:
    """Send no more of it: neither what is still to be written nor what waits for the server."""
    if mailing.state is MailingState.SENT and not waiting_messages(mailing):
        raise DomainError(_("Es ist schon alles versendet."))
    _end(mailing, _("Abgebrochen von %(name)s.", name=by.name), by)


def waiting_messages(mailing: Mailing) -> int:
    """How many of its mails the server has not been given yet."""
    waiting = select(func.count()).select_from(Message).where(*_unsent(mailing))
    return db.session.scalar(waiting) or 0


def plan_for(mailing: Mailing, send_on: date, send_at: time | None) -> None:
    """Set the time of a draft or of a planned mailing, on the clock of the business."""
    at = datetime.combine(send_on, send_at or MORNING, company().zone)
    if at <= clock.now():
        raise DomainError(_("Dieser Zeitpunkt ist schon vorbei. Bitte einen späteren wählen."))
    if mailing.state is not MailingState.SCHEDULED:
        mailing.move_to(MailingState.SCHEDULED)
    mailing.scheduled_for = at


def move_planned(day: CourseDay, before: date) -> None:
    """Let what is planned for a day that was moved go out as long before it as it was to."""
    waiting = select(Mailing).where(
        Mailing.course_day_id == day.id, Mailing.state == MailingState.SCHEDULED
    )
    zone = company().zone
    for mailing in db.session.scalars(waiting):
        at = cast(datetime, mailing.scheduled_for).astimezone(zone)
        mailing.scheduled_for = clock.moment(at.date() + (day.on - before), at.time(), zone)
        mailing.revision += 1


# --- parts ------------------------------------------------------------------------------------


def _nobody() -> str:
    return _("Niemand würde diese Mitteilung bekommen. Bitte prüfen Sie die Empfänger.")


def _freeze(mailing: Mailing, on: date) -> None:
    """One row for everybody it is meant for, in one statement; the chosen ones among them."""
    each = planned(mailing, on)
    state = case(
        (each.c.reason.is_(None), literal(RecipientState.WAITING, STATE)),
        else_=literal(RecipientState.LEFT_OUT, STATE),
    )
    rows = select(literal(mailing.id), each.c.id, state, each.c.reason, each.c.email)
    names = ["mailing_id", "customer_id", "state", "reason", "email"]
    db.session.execute(insert(MailingRecipient).from_select(names, rows.order_by(each.c.id)))
    _of_state = (MailingRecipient.mailing_id == mailing.id,
                 MailingRecipient.state == RecipientState.CHOSEN)  # fmt: skip
    db.session.execute(delete(MailingRecipient).where(*_of_state))


def _end(mailing: Mailing, reason: str, by: Actor) -> None:
    mailing.move_to(MailingState.STOPPED)
    mailing.stop_reason, mailing.finished_at = reason, clock.now()
    waits = (MailingRecipient.mailing_id == mailing.id,
             MailingRecipient.state == RecipientState.WAITING)  # fmt: skip
    left: Any = db.session.execute(
        update(MailingRecipient)
        .where(*waits)
        .values(state=RecipientState.LEFT_OUT, reason=LeftOut.STOPPED)
    )
    mailing.recipients -= left.rowcount
    mailing.left_out += left.rowcount
    db.session.execute(
        update(Message)
        .where(*_unsent(mailing))
        .values(
            state=MessageState.SUPPRESSED, error=reason, next_attempt_at=None, claimed_until=None
        )
    )
    log_activity(mailing, "mailing.stopped", by=by, personal={"reason": reason})


def _unsent(mailing: Mailing) -> tuple[Any, ...]:
    return (
        Message.mailing_id == mailing.id,
        Message.state == MessageState.QUEUED,
        Message.handed_over_at.is_(None),
    )
