"""Filters with a lower and an upper end: days and amounts."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_

from kutego.db import Moment
from kutego.models.company import company
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.views.panel.fields import decimal_from
from kutego.views.panel.filters import Filter


class RangeFilter(Filter):
    """From and to, either of them alone."""

    parts: ClassVar[tuple[str, ...]] = ("from", "to")

    def where_column(self, column, values):
        bounds = []
        if values.get("from"):
            bounds.append(column >= self.bound(column, values["from"][0], is_end=False))
        if values.get("to"):
            bounds.append(self.below(column, values["to"][0]))
        return and_(*bounds)

    def below(self, column: Any, text: str) -> ColumnElement[bool]:
        """The condition of the upper end, which is included."""
        return column <= self.bound(column, text, is_end=True)

    def bound(self, column: Any, text: str, *, is_end: bool) -> Any:
        """What was typed, as a value of the column."""
        raise NotImplementedError

    def told(self, values):
        names = {"from": _("ab"), "to": _("bis")}
        return " ".join(f"{names[p]} {self.shown(v[0])}" for p, v in values.items() if v)

    def shown(self, text: str) -> str:
        """A bound as people read it."""
        return text


class DateFilter(RangeFilter):
    """A day from and to. For a moment, the days of the company's time zone."""

    kind = "date"

    def bound(self, column, text, *, is_end):
        day = date.fromisoformat(text)
        if not isinstance(column.type, Moment):
            return day
        return datetime.combine(day + timedelta(days=is_end), time(), company().zone)

    def below(self, column, text):
        bound = self.bound(column, text, is_end=True)
        return column < bound if isinstance(column.type, Moment) else column <= bound

    def shown(self, text):
        return f"{date.fromisoformat(text):%d.%m.%Y}"


class AmountFilter(RangeFilter):
    """An amount from and to, with a decimal comma."""

    kind = "amount"

    def bound(self, column, text, *, is_end):
        return decimal_from(text)

    def shown(self, text):
        return euro(decimal_from(text))
