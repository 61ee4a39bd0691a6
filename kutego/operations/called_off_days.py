"""A course day is called off, in one action for everybody who had a place on it (spec COU-13).

What each of them gets is a row of its own, and a run in the background gives it, one transaction
each: killed and started again, everybody gets it once. See also `day_compensations`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import ConcurrentChange, DomainError, NeedsConfirmation
from kutego.models import (
    Attendance,
    AttendanceValue,
    CompensationState,
    CompensationWay,
    CourseDay,
    CourseDayState,
    DayCompensation,
    Enrolment,
    Mailing,
    MailingState,
    MakeUpClaim,
    MassRun,
    company,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.day_compensations import Outlook, compensate, outlook
from kutego.operations.day_news import tell_guest
from kutego.operations.make_up_days import release_guests
from kutego.operations.make_up_places import guests_of
from kutego.operations.places import covers, pauses
from kutego.operations.runs import start_run
from kutego.texts import gettext as _


@dataclass(frozen=True)
class CallOff:
    """What calling off a day would do, for each place on it."""

    course_day: CourseDay
    outlooks: tuple[Outlook, ...]
    guests: tuple[MakeUpClaim, ...] = ()
    mailings: tuple[Mailing, ...] = ()

    def lines(self) -> list[str | tuple[str, Decimal]]:
        """For the screen: who gets what, with the sum in money, and what else does not happen."""
        told: list[str | tuple[str, Decimal]] = [
            (each.sentence, each.amount) if each.amount else each.sentence for each in self.outlooks
        ]
        told += [
            _("%(name)s holt hier einen Tag nach: Der Nachholtag ist wieder offen",
              name=claim.participant.name)
            for claim in self.guests
        ]  # fmt: skip
        told = told or [_("Niemand hat an diesem Tag einen Platz.")]
        return told + [
            _("Die geplante Mitteilung „%(subject)s“ geht nicht hinaus", subject=mailing)
            for mailing in self.mailings
        ]


def call_off_day(
    course_day: CourseDay,
    *,
    way: CompensationWay,
    ways: Mapping[str, CompensationWay] | None = None,
    reason: str | None = None,
    send_mail: bool = True,
    send_sms: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> MassRun | None:
    """Call off a day, and give everybody with a place on it what the office chose.

    `way` is for all, `ways` for single places (by the id of the enrolment) instead of it. Guests
    who make up another day get their claim back: they are locked before the course date, as
    everywhere. Asked once more, for it cannot be undone ("call_off"). Returns the run that
    compensates, None where nobody had a place.
    """
    known = {claim.id: claim for claim in db.session.scalars(guests_of(course_day))}
    with transaction(*known.values(), course_day):
        _refuse(course_day)
        _refuse_newcomers(course_day, known.keys())
        places = places_on(course_day)
        if "call_off" not in confirmed:
            raise NeedsConfirmation("call_off", _question(course_day, len(places)))
        by_sms = send_sms and company().sms_active
        _take_off(course_day, reason)
        guests = release_guests(course_day, on=on, by=by)
        for claim in guests:
            tell_guest(claim, course_day, mail=send_mail, sms=by_sms, on=on, by=by)
        rows = [
            _promise(place, course_day, (ways or {}).get(str(place.id), way), send_mail, by_sms)
            for place in places
        ]
        db.session.add_all(rows)
        db.session.flush()
        log_activity(
            course_day.course_date, "course_day.called_off", by=by, day=course_day.on,
            places=len(rows), guests=len(guests),
        )  # fmt: skip
        return _compensate_all(course_day, rows, on=on, by=by) if rows else None


def plan_call_off(
    course_day: CourseDay,
    *,
    way: CompensationWay,
    ways: Mapping[str, CompensationWay] | None = None,
) -> CallOff:
    """What `call_off_day` would give whom. Raises `DomainError` where it cannot be done."""
    _refuse(course_day)
    outlooks = [
        outlook(place, course_day, (ways or {}).get(str(place.id), way))
        for place in places_on(course_day)
    ]
    planned = select(Mailing).where(
        Mailing.course_day_id == course_day.id, Mailing.state == MailingState.SCHEDULED
    )
    guests = db.session.scalars(guests_of(course_day).options(joinedload(MakeUpClaim.participant)))
    return CallOff(
        course_day, tuple(outlooks), tuple(guests),
        tuple(db.session.scalars(planned.order_by(Mailing.id))),
    )  # fmt: skip


def places_on(course_day: CourseDay) -> Sequence[Enrolment]:
    """Everybody whose place is paid for on the day, in the order of their names.

    Who pauses has nothing to be given back.
    """
    query = select(Enrolment).where(
        Enrolment.course_date_id == course_day.course_date_id,
        covers(course_day.on),
        ~pauses(course_day.on),
    )
    loaded = query.options(joinedload(Enrolment.participant), joinedload(Enrolment.customer))
    found = db.session.scalars(loaded.order_by(Enrolment.id)).all()
    return sorted(found, key=lambda place: (str(place.participant), place.id))


# --- parts ------------------------------------------------------------------------------------


def _refuse_newcomers(course_day: CourseDay, known: Collection[int]) -> None:
    """Somebody put in while we waited is not locked: the next click is, with them."""
    if set(db.session.scalars(guests_of(course_day).with_only_columns(MakeUpClaim.id))) - {*known}:
        raise ConcurrentChange(
            _("Gerade hat sich jemand zum Nachholen eingetragen. Bitte noch einmal absagen.")
        )


def _take_off(course_day: CourseDay, reason: str | None) -> None:
    course_day.state = CourseDayState.CANCELLED
    course_day.called_off_at, course_day.called_off_why = clock.now(), reason or None
    db.session.execute(
        delete(Attendance).where(
            Attendance.course_day_id == course_day.id, Attendance.value != AttendanceValue.MAKE_UP
        )
    )


def _compensate_all(
    course_day: CourseDay, rows: Sequence[DayCompensation], *, on: date, by: Actor
) -> MassRun:
    return start_run(
        [row.id for row in rows], model=DayCompensation, function=compensate, arguments={},
        title=_("Ausgleich für den %(day)s: %(course)s", course=course_day.course_date,
                day=f"{course_day.on:%d.%m.%Y}"),
        on=on, by=by,
    )  # fmt: skip


def _refuse(course_day: CourseDay) -> None:
    if course_day.state is CourseDayState.CANCELLED:
        raise DomainError(_("%(day)s ist schon abgesagt.", day=course_day))
    attended = select(Attendance.id).where(
        Attendance.course_day_id == course_day.id,
        Attendance.value == AttendanceValue.ATTENDED,
    )
    if db.session.scalar(attended.limit(1)) is not None:
        raise DomainError(
            _("Für %(day)s ist schon eingetragen, wer teilgenommen hat. Ein Tag, der stattfand, "
              "wird nicht abgesagt.", day=course_day)
        )  # fmt: skip


def _promise(
    place: Enrolment, course_day: CourseDay, way: CompensationWay, by_mail: bool, by_sms: bool
) -> DayCompensation:
    return DayCompensation(
        customer_id=place.customer_id, course_day_id=course_day.id, enrolment_id=place.id,
        participant_id=place.participant_id, way=way, state=CompensationState.OPEN, amount=ZERO,
        credited=ZERO, by_mail=by_mail, by_sms=by_sms, created_at=clock.now(),
    )  # fmt: skip


def _question(course_day: CourseDay, count: int) -> str:
    return _(
        "%(day)s wird abgesagt, betroffene Plätze: %(count)s. Das lässt sich nicht zurücknehmen: "
        "Ein abgesagter Tag wird nicht wieder angesetzt, und was dafür gegeben wird, bleibt "
        "gegeben. Wirklich absagen?",
        day=course_day, count=count,
    )  # fmt: skip
