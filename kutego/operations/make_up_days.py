"""A make-up day is spent: booked into a day with a free place, moved to another, taken back."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Attendance,
    AttendanceValue,
    CourseDate,
    CourseDay,
    CourseDayState,
    MakeUpClaim,
    MakeUpState,
    ParticipantState,
)
from kutego.operations.activity import log_activity
from kutego.operations.make_up_places import candidates_for, free_places, guests_of, level_fits
from kutego.operations.make_up_rules import rules_of, sign_off_until
from kutego.operations.overlaps import ask_overlap
from kutego.texts import gettext as _


@operation
def use_claim(
    claim: MakeUpClaim,
    *,
    course_day: CourseDay,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> MakeUpClaim:
    """Let the participant come on `course_day`, as a guest who counts against its places.

    Asked once more: another level ("level", spec COU-14), a full day ("full"), somebody who is
    there anyway or elsewhere at that time ("double"), an older claim that would expire first
    ("older"), a day that is over ("past").
    """
    lock(db.session(), [course_day.course_date])
    if claim.state is not MakeUpState.OPEN:
        raise DomainError(_("Dieser Nachholtag ist nicht mehr offen (%(state)s).",
                            state=claim.state.label))  # fmt: skip
    _check_person(claim)
    _check_day(claim, course_day)
    _ask(claim, course_day, confirmed, on)
    claim.move_to(MakeUpState.USED)
    claim.used_day, claim.used_at = course_day, clock.now()
    log_activity(
        claim, "make_up_claim.used", by=by, missed_on=claim.missed_on, used_on=course_day.on
    )
    return claim


@operation
def change_day(
    claim: MakeUpClaim,
    *,
    course_day: CourseDay,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> MakeUpClaim:
    """Move a guest to another day, or nothing happens: the place of the first day is kept."""
    if claim.state is not MakeUpState.USED or claim.used_day is None:
        raise DomainError(_("Dieser Nachholtag ist noch für keinen Tag eingetragen."))
    lock(db.session(), [claim.used_day.course_date, course_day.course_date])
    if claim.used_day_id == course_day.id:
        raise DomainError(_("Der Nachholtag ist schon für diesen Tag eingetragen."))
    release_claim(claim, confirmed=confirmed, on=on, by=by)
    return use_claim(claim, course_day=course_day, confirmed=confirmed, on=on, by=by)


@operation
def release_claim(
    claim: MakeUpClaim, *, confirmed: frozenset[str] = frozenset(), on: date, by: Actor
) -> MakeUpClaim:
    """Take a guest off the day again; the claim is open once more, with the expiry it had.

    After the deadline it is asked (code "late"): otherwise the make-up day stays spent.
    """
    if claim.state is not MakeUpState.USED or claim.used_day is None:
        raise DomainError(_("Dieser Nachholtag ist noch für keinen Tag eingetragen."))
    day = claim.used_day
    lock(db.session(), [day.course_date])
    if _has_attended(claim, day):
        raise DomainError(
            _("%(name)s hat am %(day)s teilgenommen.", name=claim.participant.name,
              day=f"{day.on:%d.%m.%Y}")
        )  # fmt: skip
    if "late" not in confirmed and clock.now() > sign_off_until(day, rules_of(day.course_date)):
        raise NeedsConfirmation(
            "late",
            _("Die Abmeldefrist für den %(day)s ist vorbei. Soll der Nachholtag trotzdem wieder "
              "offen sein?", day=f"{day.on:%d.%m.%Y}"),
        )  # fmt: skip
    _release(claim, on=on, by=by)
    return claim


def release_guests(course_day: CourseDay, *, on: date, by: Actor) -> list[MakeUpClaim]:
    """Open the claims of all guests of a day that is called off. Joins the caller's transaction.

    Nobody loses a claim by it: each holds at least as long again as the house gives from that day.
    """
    claims = list(db.session.scalars(guests_of(course_day)))
    valid_days = rules_of(course_day.course_date).valid_days
    for claim in claims:
        _release(claim, on=on, by=by)
        later = date.fromordinal(course_day.on.toordinal() + valid_days)
        claim.expires_on = max(claim.expires_on, later)
    return claims


# --- parts ------------------------------------------------------------------------------------


def _release(claim: MakeUpClaim, *, on: date, by: Actor) -> None:
    was = claim.used_day
    claim.move_to(MakeUpState.OPEN)
    claim.used_day = claim.used_at = None
    log_activity(
        claim, "make_up_claim.released", by=by, missed_on=claim.missed_on,
        used_on=was.on if was else None, expires_on=claim.expires_on,
    )  # fmt: skip


def _has_attended(claim: MakeUpClaim, day: CourseDay) -> bool:
    there = select(Attendance.id).where(
        Attendance.course_day_id == day.id,
        Attendance.participant_id == claim.participant_id,
        Attendance.value == AttendanceValue.ATTENDED,
    )
    return db.session.scalar(there.limit(1)) is not None


def _check_person(claim: MakeUpClaim) -> None:
    if claim.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=claim.customer.name)
        )
    if claim.participant.state is not ParticipantState.ACTIVE:
        raise DomainError(_("%(name)s ist archiviert.", name=claim.participant.name))


def _check_day(claim: MakeUpClaim, day: CourseDay) -> None:
    if day.state is CourseDayState.CANCELLED:
        raise DomainError(_("Der %(day)s ist abgesagt.", day=f"{day.on:%d.%m.%Y}"))
    if day.id == claim.origin_day_id:
        raise DomainError(_("Das ist der Tag, der nachgeholt werden soll."))
    origin, there = claim.course_date, day.course_date
    is_alike = origin.category_id is not None and origin.category_id == there.category_id
    if origin.id != there.id and not is_alike:
        raise DomainError(
            _(
                "Der Nachholtag kommt aus „%(origin)s“ und gilt nur in Kursen derselben Kategorie; "
                "„%(there)s“ gehört nicht dazu.",
                origin=origin.title,
                there=there.title,
            )
        )
    if day.on > claim.expires_on:
        raise DomainError(
            _("Der Nachholtag gilt nur bis zum %(last)s.", last=f"{claim.expires_on:%d.%m.%Y}")
        )


def _ask(claim: MakeUpClaim, day: CourseDay, confirmed: frozenset[str], on: date) -> None:
    if day.on < on and "past" not in confirmed:
        raise NeedsConfirmation(
            "past", _("Der %(day)s ist schon vorbei. Soll trotzdem eingetragen werden?",
                      day=f"{day.on:%d.%m.%Y}")
        )  # fmt: skip
    _ask_level(claim, day.course_date, confirmed)
    free = free_places(day)
    if free is not None and free <= 0 and "full" not in confirmed:
        raise NeedsConfirmation(
            "full",
            _("Am %(day)s ist in „%(course)s“ kein Platz mehr frei. Soll trotzdem eingetragen "
              "werden?", day=f"{day.on:%d.%m.%Y}", course=day.course_date.title),
        )  # fmt: skip
    _ask_older(claim, day, confirmed, on)
    _refuse_twice(claim, day)
    ask_overlap(claim.participant, [day], confirmed)


def _ask_level(claim: MakeUpClaim, there: CourseDate, confirmed: frozenset[str]) -> None:
    if "level" in confirmed or level_fits(claim, there):
        return
    raise NeedsConfirmation(
        "level",
        _(
            "„%(course)s“ ist für „%(level)s“ ({level}); bei %(name)s steht „%(own)s“. Soll "
            "trotzdem eingetragen werden?",
            course=there.title,
            level=there.level,
            name=claim.participant.name,
            own=claim.participant.level or "–",
        ),
    )


def _ask_older(claim: MakeUpClaim, day: CourseDay, confirmed: frozenset[str], on: date) -> None:
    mine = candidates_for(day, on).where(MakeUpClaim.participant_id == claim.participant_id)
    oldest = db.session.scalar(mine.limit(1))
    if oldest is None or oldest.expires_on >= claim.expires_on or "older" in confirmed:
        return
    raise NeedsConfirmation(
        "older",
        _(
            "%(name)s hat einen Nachholtag vom %(missed)s, der schon am %(expires)s verfällt. Soll "
            "trotzdem dieser hier verbraucht werden?",
            name=claim.participant.name,
            missed=f"{oldest.missed_on:%d.%m.%Y}",
            expires=f"{oldest.expires_on:%d.%m.%Y}",
        ),
    )


def _refuse_twice(claim: MakeUpClaim, day: CourseDay) -> None:
    twice = select(MakeUpClaim.id).where(
        MakeUpClaim.used_day_id == day.id, MakeUpClaim.participant_id == claim.participant_id
    )
    if db.session.scalar(twice.limit(1)) is not None:
        raise DomainError(
            _("%(name)s ist an diesem Tag schon zum Nachholen eingetragen.",
              name=claim.participant.name)
        )  # fmt: skip
