"""Days as places in a drawing: bars for spans, marks for single days, months above them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kutego.periods import DAY, Period, add_months


@dataclass(frozen=True)
class Bar:
    """A span of days on a row; `left` and `width` in percent of the whole."""

    row: str
    left: float
    width: float
    tone: str
    label: str
    when: str
    url_of: Any = None


@dataclass(frozen=True)
class Timeline:
    """The bars, the marks at single days, and the scale above them."""

    bars: list[Bar]
    marks: list[Bar]
    months: list[tuple[float, str]]
    legend: list[tuple[str, str]]  # tone and what it stands for, as far as it is there
    older: int = 0  # periods before those that are drawn

    @property
    def entries(self) -> list[Bar]:
        """Everything in the order of time, for the table below."""
        return sorted([*self.bars, *self.marks], key=lambda bar: (bar.left, bar.row))


class Scale:
    """Days as percent of the drawing."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, max((last + DAY - first).days, 1)
        self.last = last

    def at(self, day: date) -> float:
        """How far from the left a day begins."""
        return round(max(0.0, min(100.0, (day - self.first).days * 100 / self.days)), 2)

    def bar(self, row: str, span: Period, tone: str, label: str, target: Any = None) -> Bar:
        """A span of days on a row."""
        left = self.at(span.first)
        width = max(round(self.at(min(span.last, self.last) + DAY) - left, 2), 0.4)
        return Bar(row, left, width, tone, label, str(span), target)

    def mark(self, day: date, tone: str, label: str) -> Bar:
        """Something that happened on a day."""
        return Bar("mark", self.at(day), 0, tone, label, f"{day:%d.%m.%Y}")

    def months(self) -> list[tuple[float, str]]:
        """The first days of months, eight of them or so."""
        step = max(1, round(self.days / 30 / 8))
        begin = add_months(self.first.replace(day=1), 1)
        days = []
        while begin <= self.last - timedelta(days=20):
            days.append(begin)
            begin = add_months(begin, step)
        return [(self.at(day), f"{day:%m.%y}") for day in days]
