"""When the rules of course dates send, worked out from the days as they are (spec COM-12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select

from kutego import clock
from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    MailingOccasion,
    MailingRule,
    RuleMoment,
    company,
)
from kutego.models.mailing_rule import anchor_of, occasion_of
from kutego.periods import DAY
from kutego.texts import gettext as _
from kutego.texts import ngettext

LATE = timedelta(days=3)  # so long afterwards a message about what is over still goes out


@dataclass(frozen=True)
class Announcement:
    """One message of a rule: what it is about, and when it goes out."""

    occasion: str
    day: CourseDay | None
    about: date
    due_at: datetime
    too_late_at: datetime

    def is_due(self, rule: MailingRule, now: datetime) -> bool:
        """Whether it goes out now: its time has come since the rule was made, and is not over."""
        return rule.created_at <= self.due_at <= now < self.too_late_at


def due_of(rule: MailingRule, now: datetime) -> list[Announcement]:
    """What a rule would send now."""
    if rule.course_date.state is not CourseState.PUBLISHED:
        return []
    sent = {each.occasion for each in rule.occasions}
    return [a for a in announcements(rule) if a.occasion not in sent and a.is_due(rule, now)]


def next_of(rule: MailingRule, now: datetime) -> Announcement | None:
    """What a rule sends next, as the days are now."""
    if rule.course_date.state is CourseState.CANCELLED:
        return None
    sent = {each.occasion for each in rule.occasions}
    coming = [
        a
        for a in announcements(rule)
        if a.occasion not in sent and a.too_late_at > now and a.due_at >= rule.created_at
    ]
    return min(coming, key=lambda a: a.due_at, default=None)


def announcements(rule: MailingRule) -> Iterator[Announcement]:
    """Every message of a rule for the days that take place, sent or not."""
    return planned(rule.course_date, rule.moment, rule.days, rule.send_at)


def planned(
    course_date: CourseDate, moment: RuleMoment, days: int, send_at: time
) -> Iterator[Announcement]:
    """The messages of a rule that is or would be."""
    taking_place = [d for d in course_date.days if d.state is CourseDayState.PLANNED]
    if moment.is_daily:
        for day in taking_place:
            yield _announcement(moment, days, send_at, day.on, day)
        return
    on = anchor_of(course_date, moment, taking_place)
    if on is not None:
        first = taking_place[0] if taking_place and moment is RuleMoment.BEFORE_START else None
        yield _announcement(moment, days, send_at, on, first)


def rules_at_work(on: date) -> list[int]:
    """The ids of the rules that may have something to send on the day `on`, in two statements."""
    pairs = db.session.execute(select(MailingRule.moment, MailingRule.days).distinct()).all()
    if not pairs:
        return []
    query = (
        select(MailingRule.id)
        .join(CourseDate, CourseDate.id == MailingRule.course_date_id)
        .where(
            CourseDate.state == CourseState.PUBLISHED,
            or_(*(_has_unsent(moment, days, on) for moment, days in pairs)),
        )
    )
    return list(db.session.scalars(query.order_by(MailingRule.id)))


def told(moment: RuleMoment, days: int) -> str:
    """`2 Tage vor jedem Kurstag`."""
    if days == 0:
        own = {RuleMoment.BEFORE_START: _("am Tag, an dem der Kurs beginnt"),
               RuleMoment.AFTER_END: _("am Tag, an dem der Kurs endet")}  # fmt: skip
        return own.get(moment, _("am Kurstag selbst"))
    return ngettext("1 Tag %(when)s", "%(count)s Tage %(when)s", days, when=moment.label)


# --- parts ------------------------------------------------------------------------------------


def _has_unsent(moment: RuleMoment, days: int, on: date) -> ColumnElement[bool]:
    """The condition for rules of a kind that a day is near for which nothing was sent."""
    first = on if moment.is_before else on - days * DAY - LATE
    window = first, first + (days * DAY if moment.is_before else LATE)
    key: Any = occasion_of(moment, None)
    if moment.is_daily:
        key = literal("day-") + cast(CourseDay.id, String)
    sent = select(MailingOccasion.id).where(
        MailingOccasion.rule_id == MailingRule.id, MailingOccasion.occasion == key
    )
    kind = (MailingRule.moment == moment) & (MailingRule.days == days)
    day = select(CourseDay.id).where(
        CourseDay.course_date_id == CourseDate.id,
        CourseDay.state == CourseDayState.PLANNED,
        CourseDay.on.between(*window),
    )
    if moment.is_daily:
        return kind & day.where(~sent.correlate(MailingRule, CourseDay).exists()).exists()
    edge = CourseDate.starts_on if moment is RuleMoment.BEFORE_START else CourseDate.ends_on
    return kind & or_(edge.between(*window), day.exists()) & ~sent.exists()


def _announcement(
    moment: RuleMoment, days: int, send_at: time, about: date, day: CourseDay | None
) -> Announcement:
    zone = company().zone
    goes_on = about - days * DAY if moment.is_before else about + days * DAY
    due_at = clock.moment(goes_on, send_at, zone)
    begins = day.starts_at if days and day is not None and day.on == about else None
    over = clock.moment(about, begins, zone) if begins else clock.moment(about + DAY, time(0), zone)
    too_late_at = over if moment.is_before else due_at + LATE
    return Announcement(occasion_of(moment, day), day, about, due_at, too_late_at)
