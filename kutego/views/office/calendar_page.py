"""What the address of the calendar asks for, and the addresses of its other pages."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_login import current_user

from kutego.labelled import Labelled
from kutego.models import Right
from kutego.models.calendar_entries import EntryKind, Wish
from kutego.periods import DAY, add_months
from kutego.views.formats import month_name
from kutego.views.office.calendar_days import SHOWN
from kutego.views.office.calendar_links import kept_choice
from kutego.views.office.timeline_page import day_from
from kutego.views.panel import today

FILTERS = ("location", "room", "leader", "category")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
AGENDA = 14  # days


class CalendarView(Labelled):
    MONTH = "month", "Monat"
    WEEK = "week", "Woche"
    DAY = "day", "Tag"
    AGENDA = "agenda", "Liste"


@dataclass(frozen=True)
class Asked:
    """The view, the day it is about, and what is left out."""

    view: CalendarView
    on: date
    kind: EntryKind | None
    chosen: dict[str, int]
    is_plain: bool  # nobody said which view: a phone may take another

    @classmethod
    def read(cls) -> "Asked":
        """From the address, else as the person keeps it; what cannot be understood is left out."""
        kept = {} if set(request.args) - {"on"} else kept_choice()
        source: dict[str, Any] = {**kept, **request.args}
        return cls(
            _member(CalendarView, source.get("view")) or CalendarView.WEEK,
            _within(day_from(source.get("on", "")) or today()),
            _member(EntryKind, source.get("kind")),
            {name: int(text) for name in FILTERS if _is_id(text := str(source.get(name, "")))},
            "view" not in source,
        )

    @property
    def span(self) -> tuple[date, date]:
        """The days that the page shows."""
        if self.view is CalendarView.MONTH:
            first = self.on.replace(day=1)
            last = add_months(first, 1) - DAY
            return first - first.weekday() * DAY, last + (6 - last.weekday()) * DAY
        if self.view is CalendarView.WEEK:
            first = self.on - self.on.weekday() * DAY
            return first, first + 6 * DAY
        if self.view is CalendarView.AGENDA:
            return self.on, self.on + (AGENDA - 1) * DAY
        return self.on, self.on

    @property
    def wish(self) -> Wish:
        """What to look for: all, or what whoever may not see all leads."""
        first, last = self.span
        chosen = {f"{name}_id": number for name, number in self.chosen.items()}
        led_by = None if current_user.may(Right.COURSES_ALL) else current_user.id
        per_day = SHOWN if self.view is CalendarView.MONTH else None
        return Wish(first, last, self.kind, led_by=led_by, per_day=per_day, **chosen)

    @property
    def title(self) -> str:
        """The name of the span: `November 2026`, `23. bis 29.11.2026`."""
        first, last = self.span
        if self.view is CalendarView.MONTH:
            return month_name(self.on)
        if first == last:
            return f"{first:%d.%m.%Y}"
        start = f"{first:%d.%m.%Y}" if first.year != last.year else f"{first:%d.%m.}"
        return f"{start} – {last:%d.%m.%Y}"

    def moved(self, steps: int) -> str:
        """The address of the same view one span later or earlier."""
        if self.view is CalendarView.MONTH:
            return self.at(add_months(self.on.replace(day=1), steps))
        first, last = self.span
        return self.at(self.on + steps * timedelta(days=(last - first).days + 1))

    def at(self, on: date, view: CalendarView | None = None) -> str:
        """The address of a day in this view, or in another."""
        return "?" + urlencode(replace(self, on=_within(on), view=view or self.view).pairs())

    def pairs(self, *, with_day: bool = True) -> dict[str, str]:
        """What the address says."""
        pairs = {"view": self.view.value} | {n: str(i) for n, i in self.chosen.items()}
        if self.kind is not None:
            pairs["kind"] = self.kind.value
        return pairs | ({"on": self.on.isoformat()} if with_day else {})


def _within(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)


def _member(kind: type[Labelled], value: object) -> Any:
    return next((member for member in kind if member.value == value), None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
