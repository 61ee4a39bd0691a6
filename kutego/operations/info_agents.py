"""InfoAgents: whoever waits for a certain course hears of it once (spec COM-16)."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    extract,
    or_,
    select,
)

from kutego import clock
from kutego.actor import Actor
from kutego.channels import site
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseCategory,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseState,
    Customer,
    CustomerState,
    InfoAgent,
    InfoAgentHit,
    InfoAgentState,
    Location,
    Message,
    Weekday,
)
from kutego.operations.activity import log_activity
from kutego.operations.courses import lies_ahead
from kutego.operations.messages import queue_message
from kutego.operations.offer_answers import CUSTOMER
from kutego.texts import gettext as _

PAUSE = timedelta(minutes=15)  # between publishing and telling: time to put a slip right
END = "/infoagent/beenden/"


@operation
def create_agent(
    customer: Customer, *, category: CourseCategory | None = None,
    location: Location | None = None, weekday: Weekday | None = None, on: date, by: Actor,
) -> InfoAgent:  # fmt: skip
    """Let the customer hear of course dates that are published from now on.

    Only for whoever has asked for it. Refuses a second one for the same.
    """
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if not customer.email:
        raise DomainError(_("Bitte zuerst eine E-Mail-Adresse eintragen."))
    if category is None and location is None:
        raise DomainError(_("Bitte eine Kategorie oder einen Standort wählen."))
    _refuse_same(customer, category, location, weekday)
    now = clock.now()
    agent = InfoAgent(
        customer=customer, category=category, location=location, weekday=weekday,
        token=secrets.token_urlsafe(32), since=now, created_at=now, created_by=by.name,
    )  # fmt: skip
    db.session.add(agent)
    db.session.flush()
    log_activity(agent, "info_agent.created", by=by, personal={"topic": agent.topic})
    return agent


@operation
def end_agent(agent: InfoAgent, *, on: date, by: Actor) -> None:
    """Tell of nothing more."""
    agent.move_to(InfoAgentState.ENDED)
    agent.ended_at = clock.now()
    log_activity(agent, "info_agent.ended", by=by, personal={"topic": agent.topic})


@operation
def resume_agent(agent: InfoAgent, *, on: date, by: Actor) -> None:
    """Look out again, for what is published from now on."""
    _refuse_same(agent.customer, agent.category, agent.location, agent.weekday)
    agent.move_to(InfoAgentState.ACTIVE)
    agent.since, agent.ended_at = clock.now(), None
    log_activity(agent, "info_agent.resumed", by=by, personal={"topic": agent.topic})


@operation
def end_by_link(agent: InfoAgent, *, on: date, by: Actor = CUSTOMER) -> None:
    """The customer ends it by the link in a mail. Twice changes nothing."""
    if agent.state is InfoAgentState.ACTIVE:
        end_agent(agent, on=on, by=by)


@operation
def tell_of_course(
    agent: InfoAgent, *, course_date: CourseDate, on: date, by: Actor
) -> Message | None:
    """Tell the customer of a course date that matches; None where that was done or is over."""
    hit = pending_hits(on).where(InfoAgent.id == agent.id, CourseDate.id == course_date.id)
    if db.session.execute(hit).first() is None:
        return None
    message = queue_message(
        agent.customer, "info_agent", subject_of=course_date, attachments=[],
        course=course_date, days=_coming_days(course_date, on), topic=agent.topic,
        link=site.link(f"{END}{agent.token}"),
    )  # fmt: skip
    message.unsubscribe_path = f"{END}{agent.token}"
    db.session.flush()
    db.session.add(
        InfoAgentHit(
            agent_id=agent.id, course_date_id=course_date.id, message_id=message.id, at=clock.now()
        )
    )
    log_activity(agent, "info_agent.told", by=by, course=course_date.title)
    return message


def pending_hits(on: date, moment: datetime | None = None) -> Select[int, int]:
    """Agent and course date of everything that is still to be told, the oldest course first."""
    told = select(InfoAgentHit.id).where(
        InfoAgentHit.agent_id == InfoAgent.id, InfoAgentHit.course_date_id == CourseDate.id
    )
    return (
        select(InfoAgent.id, CourseDate.id)
        .join(CourseDate, _matches())
        .join(Customer, Customer.id == InfoAgent.customer_id)
        .where(
            InfoAgent.state == InfoAgentState.ACTIVE,
            Customer.state == CustomerState.ACTIVE,
            Customer.email.is_not(None),
            Customer.email_problem.is_(None),
            CourseDate.state == CourseState.PUBLISHED,
            CourseDate.published_at > InfoAgent.since,
            CourseDate.published_at <= (moment or clock.now()) - PAUSE,
            lies_ahead(on),
            ~told.exists(),
        )
        .order_by(CourseDate.published_at, CourseDate.id, InfoAgent.id)
    )


# --- parts ------------------------------------------------------------------------------------


def _matches() -> ColumnElement[bool]:
    wanted = cast(InfoAgent.weekday, Integer)
    on_day = select(CourseDay.id).where(
        CourseDay.course_date_id == CourseDate.id,
        CourseDay.state == CourseDayState.PLANNED,
        extract("dow", CourseDay.on) == wanted,
    )
    return and_(
        or_(InfoAgent.category_id.is_(None), InfoAgent.category_id == CourseDate.category_id),
        or_(InfoAgent.location_id.is_(None), InfoAgent.location_id == CourseDate.location_id),
        or_(
            InfoAgent.weekday.is_(None),
            on_day.exists(),
            extract("dow", CourseDate.starts_on) == wanted,
        ),
    )


def _coming_days(course_date: CourseDate, on: date) -> list[CourseDay]:
    days = [d for d in course_date.days if d.on >= on and d.state is CourseDayState.PLANNED]
    return days[:10]


def _refuse_same(
    customer: Customer, category: CourseCategory | None, location: Location | None,
    weekday: Weekday | None,
) -> None:  # fmt: skip
    same = select(InfoAgent.id).where(
        InfoAgent.customer_id == customer.id,
        InfoAgent.state == InfoAgentState.ACTIVE,
        InfoAgent.category_id == (category.id if category else None),
        InfoAgent.location_id == (location.id if location else None),
        InfoAgent.weekday == weekday,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise DomainError(_("Diesen InfoAgent hat %(name)s schon.", name=customer.name))
