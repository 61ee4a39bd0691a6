"""InfoAgents: who hears of which new course date (spec COM-16)."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    CourseCategory,
    CourseDay,
    CourseState,
    InfoAgentHit,
    InfoAgentState,
    Location,
    Message,
    Weekday,
)
from kutego.operations import info_agents
from kutego.operations.customers import lock_customer
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY

NOON = clock.noon(DAY)
TUESDAY = date(2026, 12, 1)


def agent(of=None, **wish):
    of = of or factories.customer()
    return info_agents.create_agent(of, on=DAY, by=ANNA, **wish)


def category(name="Welpen"):
    return save_record(CourseCategory(), {"name": name}, by=ANNA)


def location(name="Platz Nord"):
    return save_record(Location(), {"name": name, "city": "Erfurt"}, by=ANNA)


def publish(later=timedelta(minutes=1), **values):
    with clock.at(NOON + later):
        return factories.course_date(**{"starts_on": TUESDAY} | values)


def tell(later=timedelta(hours=1), on=DAY):
    """Run the job, and say who heard of what."""
    with clock.at(NOON + later):
        before = set(db.session.scalars(select(InfoAgentHit.id)))
        result = run_job("inform_agents", on)
        assert (result.failed, result.refused) == (0, 0), result.problems
    new = db.session.scalars(select(InfoAgentHit).order_by(InfoAgentHit.id))
    return [(hit.agent_id, hit.course_date_id) for hit in new if hit.id not in before]


def test_whoever_waits_for_a_topic_a_place_or_a_weekday_hears_of_it_once(app):
    puppies, agility = category(), category("Agility")
    north, south = location(), location("Platz Süd")
    with clock.at(NOON):
        by_topic = agent(category=puppies)
        by_place = agent(location=north)
        by_both = agent(category=puppies, location=south)
        by_day = agent(category=puppies, weekday=Weekday.SATURDAY)
        by_start = agent(category=puppies, weekday=Weekday.TUESDAY)
    course = publish(category_id=puppies.id, location_id=north.id, title="Welpen im Winter")
    publish(category_id=agility.id, location_id=south.id)

    heard = [(a.id, course.id) for a in (by_topic, by_place, by_start)]
    assert tell() == heard
    assert tell() == []
    save_record(
        CourseDay(),
        {"course_date_id": course.id, "on": date(2026, 12, 5), "starts_at": time(10)},
        by=ANNA,
    )
    assert tell() == [(by_day.id, course.id)]
    assert by_both.id not in {agent_id for agent_id, _course in heard}
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert mail.subject == "Neuer Kurstermin: Welpen im Winter"
    assert "05.12.2026, 10:00 Uhr" in mail.body
    assert mail.unsubscribe_path == f"/infoagent/beenden/{by_day.token}"
    assert by_day.token in mail.body


def test_only_what_is_new_public_and_still_ahead_is_told(app):
    topic = category()
    with clock.at(NOON - timedelta(hours=1)):
        factories.course_date(category_id=topic.id)  # before anybody asked
    with clock.at(NOON):
        waiting = agent(category=topic)
    draft = publish(category_id=topic.id, state=CourseState.DRAFT)
    gone = publish(category_id=topic.id, starts_on=DAY - timedelta(1))
    running = publish(
        category_id=topic.id, starts_on=DAY - timedelta(99), ends_on=None, kind="running"
    )
    called_off = publish(category_id=topic.id)
    with clock.at(NOON + timedelta(minutes=5)):
        save_record(called_off, {"state": CourseState.CANCELLED}, by=ANNA)

    assert tell(timedelta(minutes=15)) == []  # a slip can still be put right
    assert tell() == [(waiting.id, running.id)]
    with clock.at(NOON + timedelta(hours=2)):
        save_record(draft, {"state": CourseState.PUBLISHED}, by=ANNA)
    assert tell(timedelta(hours=3)) == [(waiting.id, draft.id)]
    assert gone.published_at is not None


def test_locked_customers_bouncing_addresses_and_ended_agents_hear_nothing(app):
    topic = category()
    with clock.at(NOON):
        locked, bouncing, ended = (agent(category=topic) for _ in range(3))
        lock_customer(locked.customer, reason="Hausverbot", on=DAY, by=ANNA)
        with transaction(bouncing):
            bouncing.customer.email_problem = "550"
        info_agents.end_by_link(ended, on=DAY)
        info_agents.end_by_link(ended, on=DAY)
    publish(category_id=topic.id)

    assert tell() == []
    with clock.at(NOON + timedelta(hours=2)):
        info_agents.resume_agent(ended, on=DAY, by=ANNA)
    assert tell(timedelta(hours=3)) == []  # what came in between is past
    assert ended.state is InfoAgentState.ACTIVE


def test_no_agent_without_a_topic_an_address_or_a_second_time(app):
    topic, eva = category(), factories.customer()
    agent(eva, category=topic)
    with pytest.raises(DomainError, match="Kategorie oder einen Standort"):
        agent(eva, weekday=Weekday.MONDAY)
    with pytest.raises(DomainError, match="schon"):
        agent(eva, category=topic)
    agent(eva, category=topic, weekday=Weekday.MONDAY)
    with pytest.raises(DomainError, match="E-Mail-Adresse"):
        agent(factories.customer(email=None), category=topic)


def test_the_database_itself_keeps_a_hit_from_being_told_twice(app):
    topic = category()
    with clock.at(NOON):
        waiting = agent(category=topic)
    course = publish(category_id=topic.id)
    tell()

    with pytest.raises(IntegrityError):
        _add_hit(waiting, course)


def _add_hit(waiting, course):
    with transaction(waiting) as session:
        session.add(InfoAgentHit(agent_id=waiting.id, course_date_id=course.id, at=NOON))
