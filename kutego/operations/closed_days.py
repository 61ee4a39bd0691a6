"""Public holidays and closing times of a span of days, as the calendar shows them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import ClosingTime, company
from kutego.operations.public_holidays import holidays_between
from kutego.periods import DAY
from kutego.texts import gettext as _


def closed_between(first: date, last: date) -> dict[date, list[str]]:
    """The holidays of the company's state, and where which location is closed."""
    told = {day: [name] for day, name in
            holidays_between(company().federal_state, first, last).items()}  # fmt: skip
    closing = select(ClosingTime).where(ClosingTime.starts_on <= last, ClosingTime.ends_on >= first)
    for each in db.session.scalars(
        closing.options(joinedload(ClosingTime.location)).order_by(ClosingTime.id)
    ):
        sentence = _("Geschlossen: %(why)s", why=each.title)
        if each.location is not None:
            sentence = _("%(location)s geschlossen: %(why)s", location=each.location,
                         why=each.title)  # fmt: skip
        on = max(each.starts_on, first)
        while on <= min(each.ends_on, last):
            told.setdefault(on, []).append(sentence)
            on += DAY
    return told
