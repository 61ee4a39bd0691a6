"""Which rules hold for the make-up days of a course date: its own, its category's, the house's."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Company,
    Contract,
    ContractPeriod,
    CourseCategory,
    CourseDate,
    CourseDay,
    Enrolment,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    company,
)
from kutego.models.make_up_rules import MakeUpRules
from kutego.operations.master_data import rule_for
from kutego.operations.places import pauses
from kutego.periods import DAY, Period
from kutego.texts import gettext as _

LONGEST_NOTICE = 24 * 60  # hours
LONGEST_VALIDITY = 731  # days


@dataclass(frozen=True)
class Rules:
    """What holds. `limit` is None where nobody counts."""

    is_on: bool
    notice_hours: int
    valid_days: int
    limit: int | None


def rules_of(course_date: CourseDate) -> Rules:
    """The rules of a course date; what it leaves open its category says, else the house."""
    levels = [course_date, course_date.category, company()]

    def first(name: str) -> int | None:
        found = (getattr(level, name) for level in levels if level is not None)
        return next((value for value in found if value is not None), None)

    return Rules(
        is_on=bool(first("make_ups")),
        notice_hours=first("make_up_notice_hours") or 0,
        valid_days=first("make_up_valid_days") or 0,
        limit=first("make_up_limit"),
    )


def sign_off_until(day: CourseDay, rules: Rules) -> datetime:
    """The last moment to sign off from a day; a day without a clock time begins at midnight."""
    begins = datetime.combine(day.on, day.starts_at or time.min, company().zone)
    return begins - timedelta(hours=rules.notice_hours)


def refuse_more(enrolment: Enrolment, day: CourseDay, rules: Rules) -> None:
    """Refuse a claim beyond the limit of the contract's interval or of the course."""
    contract = db.session.get(Contract, enrolment.contract_id) if enrolment.contract_id else None
    limit, period = rules.limit, None
    if contract is not None:
        term = contract.term_template
        own = term.make_ups_per_interval if term is not None else None
        limit = limit if own is None else own
        period = _interval_of(contract, day.on)
    if limit is None or claims_in(enrolment, period) < limit:
        return
    raise DomainError(
        _(
            "%(name)s hat %(when)s schon alle Nachholtage bekommen, die vorgesehen sind "
            "(%(limit)s).",
            name=enrolment.participant.name,
            when=_("in diesem Zeitraum") if period else _("in diesem Kurs"),
            limit=limit,
        )
    )


def refuse_pause(enrolment: Enrolment, day: CourseDay) -> None:
    """Refuse a claim for a day on which the contract rests: nobody pays for it."""
    paused = select(Enrolment.id).where(Enrolment.id == enrolment.id, pauses(day.on))
    if db.session.scalar(paused) is not None:
        raise DomainError(
            _("Der Vertrag ruht am %(day)s: Für %(name)s gibt es nichts nachzuholen.",
              day=f"{day.on:%d.%m.%Y}", name=enrolment.participant.name)
        )  # fmt: skip


def _interval_of(contract: Contract, on: date) -> Period:
    """The billing period that a day lies in: one that was billed, or one that is still to come."""
    billed = select(ContractPeriod.first, ContractPeriod.last).where(
        ContractPeriod.contract_id == contract.id,
        ContractPeriod.first <= on,
        ContractPeriod.last >= on,
    )
    if (found := db.session.execute(billed.limit(1)).first()) is not None:
        return Period(found.first, found.last)
    period, anchor = contract.next_period, contract.billing_day
    while period.last < on:
        first = contract.after_pauses(period.last + DAY)
        anchor = contract.anchor_at(first, anchor)
        period = contract.period_at(first, anchor)
    return period


def claims_in(enrolment: Enrolment, period: Period | None) -> int:
    """How many days were signed off from this place: in the period, or at all."""
    query = select(func.count()).where(
        MakeUpClaim.enrolment_id == enrolment.id,
        MakeUpClaim.reason == MakeUpReason.SIGNED_OFF,
        MakeUpClaim.state != MakeUpState.RESET,
    )
    if period is not None:
        query = query.where(MakeUpClaim.missed_on.between(period.first, period.last))
    return db.session.scalar(query) or 0


def expiry_of(missed_on: date, rules: Rules) -> date:
    """The last day on which a claim can be spent."""
    return missed_on + timedelta(days=rules.valid_days)


@rule_for(CourseCategory)
def check_category(category: CourseCategory, by: Actor) -> None:
    """What must hold for a category that is saved."""
    check_make_up_rules(category)


def check_make_up_rules(record: MakeUpRules | Company) -> None:
    """Refuse numbers that cannot be meant."""
    hours, days, limit = (
        record.make_up_notice_hours, record.make_up_valid_days, record.make_up_limit,
    )  # fmt: skip
    if hours is not None and not 0 <= hours <= LONGEST_NOTICE:
        raise DomainError(_("Die Abmeldefrist liegt zwischen 0 und 1.440 Stunden."))
    if days is not None and not 1 <= days <= LONGEST_VALIDITY:
        raise DomainError(_("Ein Nachholtag gilt zwischen 1 und 731 Tagen."))
    if limit is not None and not 0 <= limit <= 1000:
        raise DomainError(_("Es sind zwischen 0 und 1.000 Nachholtage. Bitte prüfen."))
    reminder = record.make_up_reminder_days if isinstance(record, Company) else None
    if reminder is not None and not 1 <= reminder <= 60:
        raise DomainError(_("Erinnert wird zwischen 1 und 60 Tagen vorher, oder gar nicht."))
