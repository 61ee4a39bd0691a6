"""Calendar arithmetic for contracts: dates in, dates out. Ranges are closed, as people mean."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Period(NamedTuple):
    """Both days belong to it."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%d.%m.%Y} bis {self.last:%d.%m.%Y}"


def add_months(day: date, months: int, anchor: int | None = None) -> date:
    """The `anchor`-th day (default: the day itself) of the month `months` later, or its last day.

    With the anchor of the contract a month end never drifts: 31 Jan, 28 Feb, 31 Mar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(anchor or day.day, monthrange(year, month)[1]))


def period_from(first: date, months: int, anchor: int) -> Period:
    """The billing period of `months` months that begins on `first`."""
    return Period(first, add_months(first, months, anchor) - DAY)


def weeks_from(first: date, weeks: int) -> Period:
    """The billing period of `weeks` weeks that begins on `first`."""
    return Period(first, first + timedelta(weeks=weeks) - DAY)


def months_touched(first: date, last: date) -> int:
    """How many calendar months lie between two days, those of both days counted; at least 1."""
    return max(1, (last.year - first.year) * 12 + last.month - first.month + 1)


def weeks_touched(first: date, last: date, weeks: int) -> int:
    """How many periods of `weeks` weeks, the first from `first` on, begin by `last`; at least 1."""
    return max(1, (last - first).days // (7 * weeks) + 1)
