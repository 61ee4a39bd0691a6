"""Mailings go out, and InfoAgents tell of new course dates."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import CourseDate, InfoAgent, Mailing, MailingRule, MailingState
from kutego.operations.info_agents import pending_hits, tell_of_course
from kutego.operations.job_runs import Result
from kutego.operations.mailing_plan import due_of, rules_at_work
from kutego.operations.mailing_queue import queue_portion
from kutego.operations.mailing_rules import announce
from kutego.operations.mailing_runs import due_mailings, start_planned


def queue_mailings(on: date, dry_run: bool = False) -> Result:
    """Start the mailings whose time has come, and write the mails of all that are on their way."""
    due = list(db.session.scalars(due_mailings(clock.now())))
    running = select(Mailing.id).where(Mailing.state == MailingState.RUNNING).order_by(Mailing.id)
    if dry_run:
        ids = [*due, *db.session.scalars(running)]
        return Result(plan=[str(db.session.get_one(Mailing, id_)) for id_ in ids])
    result = Result()

    def start(mailing_id: int) -> int:
        start_planned(db.session.get_one(Mailing, mailing_id), on=on, by=SYSTEM)
        return 0

    def queue(mailing_id: int) -> int:
        done = 0
        while some := queue_portion(db.session.get_one(Mailing, mailing_id), on=on, by=SYSTEM):
            done += some
        return done

    each(Mailing, due, start, result)
    each(Mailing, list(db.session.scalars(running)), queue, result)
    return result


def announce_days(on: date, dry_run: bool = False) -> Result:
    """Send what the rules of courses want said before and after their days, each once."""
    ids = rules_at_work(on)
    rules = [db.session.get_one(MailingRule, id_) for id_ in ids]
    if dry_run:
        lines = ((rule, each) for rule in rules for each in due_of(rule, clock.now()))
        return Result(plan=[f"{r.course_date}: {r.template}, {e.about:%d.%m.%Y}" for r, e in lines])
    result = Result()

    def tell(rule_id: int) -> int:
        return announce(db.session.get_one(MailingRule, rule_id), on=on, by=SYSTEM)

    each(MailingRule, ids, tell, result)
    return result


def inform_agents(on: date, dry_run: bool = False) -> Result:
    """Tell whoever waits for a course of those that were published, each once."""
    hits = [(row[0], row[1]) for row in db.session.execute(pending_hits(on))]
    if dry_run:
        return Result(plan=[_line(*hit) for hit in hits])
    result = Result()
    for agent_id, course_id in hits:

        def tell(id_: int, course_id: int = course_id) -> int:
            course = db.session.get_one(CourseDate, course_id)
            agent = db.session.get_one(InfoAgent, id_)
            return 1 if tell_of_course(agent, course_date=course, on=on, by=SYSTEM) else 0

        each(InfoAgent, [agent_id], tell, result)
    return result


def _line(agent_id: int, course_id: int) -> str:
    agent = db.session.get_one(InfoAgent, agent_id)
    return f"{agent.customer.name}: {db.session.get_one(CourseDate, course_id)}"
