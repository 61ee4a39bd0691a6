"""What a course date sends by itself before and after its days (spec COM-12).

Nothing is planned ahead: each time it is worked out anew from the days as they are, so that a day
that was moved or called off takes its message along.
"""

from datetime import date, time

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseState,
    Mailing,
    MailingKind,
    MailingOccasion,
    MailingRule,
    MessageTemplate,
    RuleMoment,
)
from kutego.operations.activity import log_activity
from kutego.operations.audiences import counted
from kutego.operations.mailing_plan import Announcement, due_of, told
from kutego.operations.mailing_runs import MORNING, start_mailing
from kutego.operations.mailing_texts import COURSE
from kutego.operations.message_templates import CUSTOMER, check_texts
from kutego.texts import gettext as _

MOST_DAYS = 90


@operation
def add_mailing_rule(
    course_date: CourseDate,
    *,
    template: MessageTemplate,
    moment: RuleMoment,
    days: int,
    send_at: time | None = None,
    on: date,
    by: Actor,
) -> MailingRule:
    """Send a template around the days of a course from now on, by itself."""
    if course_date.state is CourseState.CANCELLED:
        raise DomainError(_("„%(course)s“ ist abgesagt.", course=course_date))
    if not 0 <= days <= MOST_DAYS:
        raise DomainError(_("Bitte 0 bis %(most)s Tage angeben.", most=MOST_DAYS))
    check_texts(template.subject, template.text, [*CUSTOMER, *COURSE])
    same = select(MailingRule.id).where(
        MailingRule.course_date_id == course_date.id, MailingRule.template_id == template.id,
        MailingRule.moment == moment, MailingRule.days == days,
    )  # fmt: skip
    if db.session.scalar(same) is not None:
        raise DomainError(_("Diese Regel gibt es bei dem Kurs schon."))
    rule = MailingRule(
        course_date_id=course_date.id, template=template, moment=moment, days=days,
        send_at=send_at or MORNING, created_at=clock.now(), created_by=by.name,
    )  # fmt: skip
    db.session.add(rule)
    log_activity(course_date, "course_date.rule_added", by=by, template=template.name,
                 when=told(moment, days))  # fmt: skip
    return rule


@operation
def remove_mailing_rule(rule: MailingRule, *, on: date, by: Actor) -> None:
    """Send nothing more by this rule; what it has sent stays."""
    log_activity(rule.course_date, "course_date.rule_removed", by=by, template=rule.template.name,
                 when=told(rule.moment, rule.days))  # fmt: skip
    db.session.delete(rule)


@operation
def announce(rule: MailingRule, *, on: date, by: Actor) -> int:
    """Send everything of a rule that is due and was not sent; returns how many messages that was.

    Where nobody would get it, that is noted too: who joins later is not written to afterwards.
    """
    now, made = clock.now(), 0
    for each in due_of(rule, now):
        mailing = _mailing(rule, each, by)
        if counted(mailing, on).get(None):
            start_mailing(mailing, on=on, by=by)
            made += 1
        else:
            db.session.delete(mailing)
            db.session.flush()
        rule.occasions.append(
            MailingOccasion(
                occasion=each.occasion, done_at=now,
                mailing_id=mailing.id if mailing.started_at else None,
            )
        )  # fmt: skip
    return made


def copy_rules(course_date: CourseDate, copy: CourseDate, by: Actor) -> None:
    """Let a copy of a course send the same. Joins the caller's transaction."""
    mine = select(MailingRule).where(MailingRule.course_date_id == course_date.id)
    for rule in db.session.scalars(mine.order_by(MailingRule.id)):
        db.session.add(
            MailingRule(
                course_date_id=copy.id, template_id=rule.template_id, moment=rule.moment,
                days=rule.days, send_at=rule.send_at, created_at=clock.now(), created_by=by.name,
            )
        )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _mailing(rule: MailingRule, each: Announcement, by: Actor) -> Mailing:
    mailing = Mailing(
        kind=MailingKind.INFORMATION, subject=rule.template.subject, text=rule.template.text,
        audience={"course_dates": [rule.course_date_id]}, course_date_id=rule.course_date_id,
        course_date=rule.course_date, course_day=each.day, attachments=[], created_at=clock.now(),
        created_by=rule.created_by,
    )  # fmt: skip
    db.session.add(mailing)
    db.session.flush()
    return mailing
