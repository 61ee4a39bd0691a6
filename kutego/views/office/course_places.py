"""How full the courses of a page are, counted in one statement (spec COU-05, COU-11)."""

from flask import g
from sqlalchemy import Date, case, func, literal, select

from kutego.db import db
from kutego.models import CourseDate, CourseDay, CourseDayState, Enrolment
from kutego.operations.places import covers
from kutego.texts import gettext as _
from kutego.views.panel import Badge, place_of, today


def taken(course):
    """Who has a place today, or on the first or last day of a course to come or gone."""
    cache = g.setdefault("_course_places", {})
    if course.id not in cache:
        known = (row for row in db.session.identity_map.values() if isinstance(row, CourseDate))
        ids = {row.id for row in known} | {course.id}
        cache.update(dict.fromkeys(ids, 0) | _counted(ids))
    return cache[course.id]


def _counted(ids):
    now = literal(today(), Date)
    as_of = case(
        (CourseDate.starts_on > now, CourseDate.starts_on),
        (CourseDate.ends_on < now, CourseDate.ends_on),
        else_=now,
    )
    places = (
        select(Enrolment.course_date_id, func.count())
        .join(CourseDate, CourseDate.id == Enrolment.course_date_id)
        .where(CourseDate.id.in_(ids), covers(as_of))
    )
    found = db.session.execute(places.group_by(Enrolment.course_date_id))
    return {id_: count for id_, count in found}  # noqa: C416  # rows, which dict() does not know


def told(course):
    """`8 von 10, 2 frei`."""
    count, most = taken(course), course.capacity
    if most is None:
        return str(count)
    if count > most:
        return _("%(count)s von %(most)s, %(over)s zu viel", count=count, most=most,
                 over=count - most)  # fmt: skip
    if count == most:
        return _("%(count)s von %(most)s, voll", count=count, most=most)
    return _("%(count)s von %(most)s, %(free)s frei", count=count, most=most, free=most - count)


def fullness(course):
    """The badge of a course that has no place left, or too few participants to pay."""
    count, most, least = taken(course), course.capacity, course.capacity_min
    if most is not None and count > most:
        return Badge(_("Überbucht"), "danger")
    if most is not None and count == most:
        return Badge(_("Voll"), "warning")
    if least is not None and count < least:
        return Badge(_("%(count)s bis zum Minimum", count=least - count), "secondary")
    return None


def list_of_participants(course):
    """The address of who is in the course."""
    place = place_of(course)
    return f"{place}participants/" if place else None


def next_day(course):
    """The next day on which the course takes place."""
    known = g.get("_next_days", {})
    if course.id in known:
        return known[course.id]
    coming = select(func.min(CourseDay.on)).where(
        CourseDay.course_date_id == course.id,
        CourseDay.on >= today(),
        CourseDay.state == CourseDayState.PLANNED,
    )
    return db.session.scalar(coming)


def know_next_day(course, days):
    """The next of a course's days that the page has read anyway; its head asks no more."""
    ahead = next((day for day in days if day.on >= today()), None)
    g.setdefault("_next_days", {})[course.id] = ahead.on if ahead else None
    return ahead
