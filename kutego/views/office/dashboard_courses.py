"""The courses of the first page: today's and tomorrow's, and those that nobody leads."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_login import current_user

from kutego.models import Right, overview
from kutego.texts import gettext as _
from kutego.views.formats import german_count
from kutego.views.menu import address


def lessons(on: date) -> list[tuple[str, list[overview.Lesson]]]:
    """The courses of today and tomorrow, as far as one may see them."""
    mine = None if current_user.may(Right.COURSES_ALL) else current_user.id
    lessons = overview.lessons_between(on, on + overview.DAY, led_by=mine)
    names = (_("Heute"), on), (_("Morgen"), on + overview.DAY)
    return [(name, [each for each in lessons if each.day.on == day]) for name, day in names]


def unled(on: date) -> Iterator[dict[str, Any]]:
    """Courses that nobody leads, where there are any: somebody has to be found."""
    count = overview.courses_without_instructor(on) if current_user.may(Right.COURSES_ALL) else 0
    if count:
        yield {
            "label": _("Kurse ohne Kursleitung"),
            "value": german_count(count),
            "url": address("course_dates", **{"f.unled": "yes"}),
            "kind": "warning",
        }
