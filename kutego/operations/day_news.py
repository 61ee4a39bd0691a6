"""What those concerned are told when a course day is called off: by mail, and by SMS (COU-13)."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CompensationState,
    CompensationWay,
    CourseDay,
    Customer,
    DayCompensation,
    Enrolment,
    MakeUpClaim,
    Participant,
    SmsTrigger,
)
from kutego.money import euro
from kutego.operations.make_up_places import guests_of
from kutego.operations.messages import queue_message
from kutego.operations.places import covers
from kutego.operations.sms import queue_sms
from kutego.texts import gettext as _


def what_is_given(compensation: DayCompensation) -> str:
    """In words, for the list and the history; with what is still to be known about it."""
    given = money_of(compensation)
    note = compensation.note or ""
    if given:
        return f"{given}. {note}" if note else given
    return note or compensation.way.label


def money_of(compensation: DayCompensation) -> str:
    """Which money was given, in words; nothing where it was none."""
    taken = compensation.amount - compensation.credited
    parts = []
    if taken:
        parts.append(_("%(amount)s weniger auf Rechnung %(number)s", amount=euro(taken),
                       number=compensation.invoice))  # fmt: skip
    if compensation.credited:
        parts.append(_("%(amount)s Guthaben", amount=euro(compensation.credited)))
    return ", ".join(parts)


def for_customer(compensation: DayCompensation, *, unit: bool, signed_off: bool) -> str:
    """What the customer reads about it. What only concerns the office is not among it."""
    if unit:
        return _("Die Einheit ist wieder in Ihrem Paket.")
    if signed_off:
        return _("Der Nachholtag, den Sie schon haben, bleibt Ihnen.")
    if compensation.way is CompensationWay.MAKE_UP:
        return _("ein Anspruch auf einen Nachholtermin")
    if compensation.state is CompensationState.OPEN:
        return _("Der Preis des Tages wird Ihnen gutgeschrieben, sobald der Zeitraum abgerechnet "
                 "ist.")  # fmt: skip
    return money_of(compensation)


def tell_of_day(compensation: DayCompensation, given: str, *, on: date, by: Actor) -> None:
    """Write to whoever had a place; once, whatever is tried again later."""
    if compensation.told_at is not None:
        return
    compensation.told_at = clock.now()
    if compensation.by_mail:
        queue_message(
            compensation.customer, "course_day_called_off", subject_of=compensation,
            attachments=[], compensation=compensation, given=given,
        )  # fmt: skip
    if not compensation.by_sms:
        return
    try:
        queue_sms(
            compensation.customer, _sms(compensation.course_day), subject_of=compensation,
            trigger=SmsTrigger.COURSE_CANCELLED, on=on, by=by,
        )  # fmt: skip
    except DomainError as refusal:  # an SMS that cannot be written keeps nobody's money
        compensation.note = " ".join(filter(None, (compensation.note, str(refusal))))[:300]


def tell_guest(
    claim: MakeUpClaim, day: CourseDay, *, mail: bool, sms: bool, on: date, by: Actor
) -> None:
    """Write to a guest, who would have made up another day: the claim is theirs again."""
    if mail:
        queue_message(claim.customer, "make_up_called_off", subject_of=claim, claim=claim, day=day)
    if not sms:
        return
    try:
        queue_sms(claim.customer, _sms(day), subject_of=claim,
                  trigger=SmsTrigger.COURSE_CANCELLED, on=on, by=by)  # fmt: skip
    except DomainError:
        return  # no number, say; the mail and the list of claims tell it too


class Before(NamedTuple):
    """When a day was, before it was moved."""

    on: date
    clock: str


def people_of(day: CourseDay) -> dict[int, tuple[Customer, Participant]]:
    """Who has a place on a day or is a guest there, by the id of the participant."""
    places = select(Enrolment).where(Enrolment.course_date_id == day.course_date_id, covers(day.on))
    found: list[Enrolment | MakeUpClaim] = []
    for query, kind in ((places, Enrolment), (guests_of(day), MakeUpClaim)):
        loaded = query.options(joinedload(kind.customer), joinedload(kind.participant))
        found += db.session.scalars(loaded)
    return {each.participant_id: (each.customer, each.participant) for each in found}


def tell_of_move(
    day: CourseDay, before: Before, people: dict[int, tuple[Customer, Participant]]
) -> None:
    """Write to everybody that a day was moved."""
    for customer, participant in people.values():
        queue_message(customer, "course_day_moved", subject_of=day, attachments=[], day=day,
                      before=before, participant=participant)  # fmt: skip


def _sms(day: CourseDay) -> str:
    return _("%(course)s am %(day)s fällt leider aus.", course=day.course_date.title[:60],
             day=f"{day.on:%d.%m.%Y}")  # fmt: skip
