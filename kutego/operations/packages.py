"""Packages: what must hold for one, and their units, used and given back day by day."""

from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    Enrolment,
    EnrolmentState,
    Package,
    Participant,
    UnitQuota,
    UnitUse,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.make_up_rules import rules_of, sign_off_until
from kutego.operations.master_data import rule_for
from kutego.operations.units import restore_unit, unit_of
from kutego.texts import gettext as _

BACK, AHEAD = timedelta(days=14), timedelta(days=120)  # days that are offered for choosing
OFFERED = 200


@rule_for(Package)
def check_package_record(package: Package, by: Actor) -> None:
    """A package has units; how long they hold is counted in whole months."""
    if not 1 <= (package.units or 0) <= 1000:
        raise DomainError(_("Ein Paket hat 1 bis 1000 Einheiten."))
    if package.validity_months is not None and not 1 <= package.validity_months <= 120:
        raise DomainError(_("Ein Paket gilt 1 bis 120 Monate. Leer heißt: unbegrenzt."))


def days_to_use(quota: UnitQuota, on: date) -> list[CourseDay]:
    """The days around `on` that a unit of the quota is good for, the earliest first."""
    query = (
        _days_of(quota.package)
        .where(CourseDay.on >= max(quota.bought_on, on - BACK), CourseDay.on <= on + AHEAD)
        .options(contains_eager(CourseDay.course_date))
        .order_by(CourseDay.on, CourseDay.starts_at, CourseDay.id)
        .limit(OFFERED)
    )
    if quota.expires_on is not None:
        query = query.where(CourseDay.on <= quota.expires_on)
    return list(db.session.scalars(query))


def units_in_use(quota: UnitQuota) -> list[UnitUse]:
    """The units that were spent and not given back, with their courses."""
    query = (
        select(UnitUse)
        .where(UnitUse.quota_id == quota.id, UnitUse.returned_at.is_(None))
        .options(joinedload(UnitUse.enrolment).joinedload(Enrolment.course_date))
        .order_by(UnitUse.on, UnitUse.id)
    )
    return list(db.session.scalars(query))


@operation
def use_unit(
    quota: UnitQuota,
    *,
    course_day: CourseDay,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> UnitUse:
    """Spend a unit on one day of a course: the participant has a place there on that day.

    A full course and a second place on the day need a confirmation (spec EVT-06).
    """
    if quota.customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.",
                            name=quota.customer.name))  # fmt: skip
    if quota.left <= 0:
        raise DomainError(_("Von „%(quota)s“ ist keine Einheit mehr übrig.", quota=quota))
    lock(db.session(), [course_day.course_date])
    _check_day(quota, course_day)
    participant = db.session.get_one(Participant, quota.participant_id)
    place = enrol(
        participant, course_day.course_date, starts_on=course_day.on, ends_on=course_day.on,
        confirmed=confirmed, by=by,
    )  # fmt: skip
    db.session.flush()
    use = UnitUse(
        quota_id=quota.id, course_day_id=course_day.id, enrolment_id=place.id, on=course_day.on,
        used_at=clock.now(),
    )  # fmt: skip
    quota.used += 1
    db.session.add(use)
    log_activity(quota, "unit_quota.used", by=by, day=course_day.on, left=quota.left)
    return use


@operation
def return_unit(
    quota: UnitQuota,
    *,
    use: UnitUse,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> None:
    """Give a unit back to the quota it came from, with the same last day (spec U-25).

    After the last moment to sign off from the course it needs a confirmation (code "late").
    """
    if use.quota_id != quota.id or use.returned_at is not None:
        raise DomainError(_("Diese Einheit ist schon zurückgegeben."))
    _ask_late(db.session.get_one(CourseDay, use.course_day_id), confirmed)
    lock(db.session(), [use.enrolment.course_date])
    if use.enrolment.state is EnrolmentState.ACTIVE:
        remove_enrolment(use.enrolment, on=on, by=by)  # with the place goes the unit
    else:
        restore_unit(use, by=by)


def sign_off_unit(
    enrolment: Enrolment, course_day: CourseDay, confirmed: frozenset[str], *, on: date, by: Actor
) -> bool:
    """Give a place up that a unit has paid for, and the unit back; False where none has.

    Joins the transaction of whoever signs the participant off, or calls the day off ("late" is
    confirmed then).
    """
    if unit_of(enrolment) is None:
        return False
    _ask_late(course_day, confirmed)
    remove_enrolment(enrolment, on=on, by=by)
    return True


# --- parts ------------------------------------------------------------------------------------


def _ask_late(day: CourseDay, confirmed: frozenset[str]) -> None:
    until = sign_off_until(day, rules_of(day.course_date))
    if clock.now() > until and "late" not in confirmed:
        raise NeedsConfirmation(
            "late",
            _("Abmelden war bis zum %(until)s Uhr möglich. Soll die Einheit trotzdem zurück?",
              until=f"{until.astimezone(company().zone):%d.%m.%Y, %H:%M}"),
        )  # fmt: skip


def _days_of(package: Package) -> Select[CourseDay]:
    query = (
        select(CourseDay)
        .join(CourseDay.course_date)
        .where(CourseDay.state == CourseDayState.PLANNED, CourseDate.state == CourseState.PUBLISHED)
    )
    kinds = [category.id for category in package.categories]
    return query.where(CourseDate.category_id.in_(kinds)) if kinds else query


def _check_day(quota: UnitQuota, day: CourseDay) -> None:
    good = _days_of(quota.package).where(CourseDay.id == day.id)
    if db.session.scalar(good.with_only_columns(CourseDay.id)) is None:
        raise DomainError(
            _("„%(quota)s“ gilt nicht für %(day)s, oder der Tag fällt aus.", quota=quota, day=day)
        )
    if day.on < quota.bought_on:
        raise DomainError(_("Das Paket ist erst am %(day)s gekauft.",
                            day=f"{quota.bought_on:%d.%m.%Y}"))  # fmt: skip
    if quota.is_expired(day.on):
        raise DomainError(_("Die Einheiten gelten nur bis zum %(day)s.",
                            day=f"{quota.expires_on:%d.%m.%Y}"))  # fmt: skip
