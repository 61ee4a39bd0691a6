"""Make-up days: granted for a day that was missed, taken back, given out of goodwill, reset."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    CourseDate,
    CourseDay,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    Participant,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.make_up_rules import (
    Rules,
    expiry_of,
    refuse_more,
    refuse_pause,
    rules_of,
    sign_off_until,
)
from kutego.texts import gettext as _


def grant_claim(
    enrolment: Enrolment,
    course_day: CourseDay,
    *,
    reason: MakeUpReason,
    on: date,
    by: Actor,
    confirmed: frozenset[str] = frozenset(),
) -> MakeUpClaim:
    """Give the claim to make up `course_day`. Joins the caller's transaction.

    Given once: a claim for this place and day that is not reset is returned as it is. Whoever signs
    off must do so in time (code "late", spec COU-14) and within the limit; a day that the house
    called off counts against neither.
    """
    lock(db.session(), [course_day.course_date])
    if (found := claim_for(enrolment, course_day)) is not None:
        return found
    rules = rules_of(course_day.course_date)
    _refuse_off(rules, course_day.course_date)
    _refuse_elsewhere(enrolment, course_day)
    if reason is MakeUpReason.SIGNED_OFF:
        refuse_pause(enrolment, course_day)
        _ask_late(enrolment, course_day, rules, confirmed)
        refuse_more(enrolment, course_day, rules)
    claim = MakeUpClaim(
        customer_id=enrolment.customer_id,
        participant_id=enrolment.participant_id,
        course_date_id=enrolment.course_date_id,
        enrolment_id=enrolment.id,
        origin_day_id=course_day.id,
        reason=reason,
        missed_on=course_day.on,
        granted_on=on,
        granted_at=clock.now(),
        expires_on=expiry_of(course_day.on, rules),
    )
    return _add(claim, by=by)


def claim_for(enrolment: Enrolment, course_day: CourseDay) -> MakeUpClaim | None:
    """The claim that a place has for a missed day, used or not; None where it was reset."""
    return db.session.scalar(
        select(MakeUpClaim).where(
            MakeUpClaim.enrolment_id == enrolment.id,
            MakeUpClaim.origin_day_id == course_day.id,
            MakeUpClaim.state != MakeUpState.RESET,
        )
    )


@operation
def withdraw_claim(claim: MakeUpClaim, *, on: date, by: Actor) -> None:
    """Take the claim back because the day was not missed after all: attendance was corrected."""
    if claim.state is MakeUpState.RESET:
        return
    if claim.state is MakeUpState.USED:
        raise DomainError(
            _(
                "Der Nachholtag für den %(missed)s ist schon für den %(used)s eingetragen. Bitte "
                "zuerst dort austragen.",
                missed=f"{claim.missed_on:%d.%m.%Y}",
                used=f"{claim.used_day.on:%d.%m.%Y}" if claim.used_day else "–",
            )
        )
    _end(claim, "make_up_claim.withdrawn", on=on, by=by)


@operation
def reset_claim(
    claim: MakeUpClaim,
    *,
    reason: str | None = None,
    all_of_customer: bool = False,
    on: date,
    by: Actor,
) -> MakeUpClaim:
    """Remove an unused claim for good; nothing is given back (spec PAR-09, chapter 4 no. 36).

    With `all_of_customer` every other open claim of the same customer goes with it (COU-08).
    """
    if claim.state is MakeUpState.RESET and all_of_customer:
        return claim  # gone with another one of the same selection
    if claim.state is not MakeUpState.OPEN:
        raise DomainError(
            _("Nur ein offener Nachholtag kann zurückgesetzt werden; dieser ist „%(state)s“.",
              state=claim.state.label)
        )  # fmt: skip
    others = select(MakeUpClaim).where(
        MakeUpClaim.customer_id == claim.customer_id,
        MakeUpClaim.state == MakeUpState.OPEN,
        MakeUpClaim.id != claim.id,
    )
    more = db.session.scalars(others.order_by(MakeUpClaim.id)) if all_of_customer else ()
    for each in (claim, *more):
        _end(each, "make_up_claim.reset", on=on, by=by, reason=reason)
    return claim


@operation
def give_claim(
    participant: Participant,
    *,
    course_date: CourseDate,
    expires_on: date | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> MakeUpClaim:
    """Give a make-up day out of goodwill, for a day in courses like this one.

    Without a place in the course it is asked once more (code "stranger").
    """
    rules = rules_of(course_date)
    _refuse_off(rules, course_date)
    expires_on = expires_on or expiry_of(on, rules)
    if expires_on < on:
        raise DomainError(_("Der Nachholtag wäre schon verfallen. Bitte einen späteren Tag."))
    enrolment = _place_of(participant, course_date)
    if enrolment is None and "stranger" not in confirmed:
        raise NeedsConfirmation(
            "stranger",
            _(
                "%(name)s hat keinen Platz in „%(course)s“. Soll der Nachholtag trotzdem "
                "gegeben werden?",
                name=participant.name,
                course=course_date.title,
            ),
        )
    claim = MakeUpClaim(
        customer_id=participant.customer_id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        enrolment_id=enrolment.id if enrolment else None,
        reason=MakeUpReason.GOODWILL,
        missed_on=on,
        granted_on=on,
        granted_at=clock.now(),
        expires_on=expires_on,
    )
    return _add(claim, by=by)


# --- parts ------------------------------------------------------------------------------------


def _add(claim: MakeUpClaim, *, by: Actor) -> MakeUpClaim:
    db.session.add(claim)
    db.session.flush()
    log_activity(
        claim, "make_up_claim.granted", by=by, missed_on=claim.missed_on,
        expires_on=claim.expires_on, reason=claim.reason,
    )  # fmt: skip
    return claim


def _end(
    claim: MakeUpClaim, action: str, *, on: date, by: Actor, reason: str | None = None
) -> None:
    claim.move_to(MakeUpState.RESET)
    claim.reset_on = on
    why = (reason or "").strip()
    log_activity(
        claim, action, by=by, missed_on=claim.missed_on, personal={"reason": why} if why else None
    )


def _refuse_off(rules: Rules, course_date: CourseDate) -> None:
    if not rules.is_on:
        raise DomainError(
            _(
                "Für „%(course)s“ sind Nachholtage ausgeschaltet. Sie lassen sich am Kurstermin, "
                "an der Kategorie oder in den Einstellungen einschalten.",
                course=course_date.title,
            )
        )


def _refuse_elsewhere(enrolment: Enrolment, day: CourseDay) -> None:
    if enrolment.course_date_id != day.course_date_id:
        raise DomainError(_("Dieser Tag gehört nicht zu dem Kurs, in dem der Platz ist."))
    if enrolment.state is EnrolmentState.REMOVED:
        raise DomainError(
            _("%(name)s ist aus dem Kurs ausgetragen.", name=enrolment.participant.name)
        )


def _ask_late(
    enrolment: Enrolment, day: CourseDay, rules: Rules, confirmed: frozenset[str]
) -> None:
    until = sign_off_until(day, rules)
    if "late" in confirmed or clock.now() <= until:
        return
    raise NeedsConfirmation(
        "late",
        _(
            "Die Abmeldefrist für den %(day)s ist am %(until)s Uhr abgelaufen. Soll %(name)s "
            "trotzdem einen Nachholtag bekommen?",
            day=f"{day.on:%d.%m.%Y}",
            until=f"{until.astimezone(company().zone):%d.%m.%Y, %H:%M}",
            name=enrolment.participant.name,
        ),
    )


def _place_of(participant: Participant, course_date: CourseDate) -> Enrolment | None:
    return db.session.scalar(
        select(Enrolment)
        .where(
            Enrolment.participant_id == participant.id,
            Enrolment.course_date_id == course_date.id,
            Enrolment.state != EnrolmentState.REMOVED,
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
    )
