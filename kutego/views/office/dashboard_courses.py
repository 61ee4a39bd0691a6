"""The courses of the first page: today's and tomorrow's, and those that something is wrong with."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_login import current_user
from sqlalchemy import func, select

from kutego.db import db
from kutego.models import CourseDate, Right, lacks_instructor, overview
from kutego.operations.places import below_minimum
from kutego.texts import gettext as _
from kutego.views.formats import german_count
from kutego.views.menu import address


def lessons(on: date) -> list[tuple[str, list[overview.Lesson]]]:
    """The courses of today and tomorrow, as far as one may see them."""
    mine = None if current_user.may(Right.COURSES_ALL) else current_user.id
    lessons = overview.lessons_between(on, on + overview.DAY, led_by=mine)
    names = (_("Heute"), on), (_("Morgen"), on + overview.DAY)
    return [(name, [each for each in lessons if each.day.on == day]) for name, day in names]


def troubled(on: date) -> Iterator[dict[str, Any]]:
    """Courses that nobody leads, and those that begin soon with too few, counted in one go."""
    if not current_user.may(Right.COURSES_ALL):
        return
    kinds = (
        (_("Kurse ohne Kursleitung"), "unled", lacks_instructor(on)),
        (_("Bald beginnende Kurse unter der Mindestzahl"), "few", below_minimum(on)),
    )
    counts = [select(func.count(CourseDate.id)).where(c).scalar_subquery() for _n, _k, c in kinds]
    found = db.session.execute(select(*counts)).one()
    for (label, key, _condition), count in zip(kinds, found, strict=True):
        if count:
            url = address("course_dates", **{f"f.{key}": "yes"})
            yield {"label": label, "value": german_count(count), "url": url, "kind": "warning"}
