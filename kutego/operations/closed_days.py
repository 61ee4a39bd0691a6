"""Public and school holidays and closing times of a span of days, as the calendar shows them."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import ClosingTime, SchoolHoliday, company
from kutego.operations.public_holidays import holidays_between
from kutego.periods import DAY
from kutego.texts import gettext as _


def closed_between(first: date, last: date) -> dict[date, list[str]]:
    """The holidays of the company's state, school holidays, and which location is closed."""
    told = {day: [name] for day, name in
            holidays_between(company().federal_state, first, last).items()}  # fmt: skip
    closing = select(ClosingTime).options(joinedload(ClosingTime.location))
    holidays = select(SchoolHoliday).options(joinedload(SchoolHoliday.location))
    rows: list[ClosingTime | SchoolHoliday] = [
        *db.session.scalars(_touching(ClosingTime, closing, first, last)),
        *db.session.scalars(_touching(SchoolHoliday, holidays, first, last)),
    ]
    for each in rows:
        on = max(each.starts_on, first)
        while on <= min(each.ends_on, last):
            told.setdefault(on, []).append(_sentence(each))
            on += DAY
    return told


def _touching(model: Any, query: Select[Any], first: date, last: date) -> Select[Any]:
    return query.where(model.starts_on <= last, model.ends_on >= first).order_by(model.id)


def _sentence(each: ClosingTime | SchoolHoliday) -> str:
    if isinstance(each, SchoolHoliday):
        return f"{each.title} ({each.location})" if each.location else each.title
    if each.location is None:
        return _("Geschlossen: %(why)s", why=each.title)
    return _("%(location)s geschlossen: %(why)s", location=each.location, why=each.title)
