"""Where an entry stands in a grid of quarters of an hour: its row, its height, its lane."""

from dataclasses import replace
from datetime import time

from kutego.models.calendar_entries import CalendarEntry
from kutego.views.office.calendar_days import CalendarDay, Placed

LANES = 6  # beside each other in a single day
WEEK_LANES = 3  # in each day of a week: more could not be read
EARLY, LATE = 8, 18  # what the grid shows at least


def hours_of(days: list[CalendarDay]) -> range:
    """The hours that the grid shows: the usual ones, and all that anything is on."""
    starts = [p.entry.begins.hour for d in days for p in d.entries if p.entry.begins]
    ends = [_end(p.entry, p.entry.begins) for d in days for p in d.entries if p.entry.begins]
    return range(min([EARLY, *starts]), max([LATE, *(-(-end // 4) for end in ends)]))


def put_in_lanes(day: CalendarDay, from_hour: int, most: int = LANES) -> None:
    """Give each timed entry the first lane that is free; overlapping ones stand side by side.

    What has nothing beside it is as wide as there is room; what finds no lane is counted: the
    list of the day has it.
    """
    busy: list[int] = []  # until which quarter each lane is taken
    for placed in day.entries:
        begins = placed.entry.begins
        if begins is None:
            continue
        row = _quarter(begins)
        end = max(_end(placed.entry, begins), row + 2)
        lane = next((i for i, until in enumerate(busy) if until <= row), len(busy))
        if lane == most:
            day.crowded += 1
            continue
        busy[lane : lane + 1] = [end]
        top = row - 4 * from_hour
        day.timed.append(Placed(placed.entry, placed.url, top, end - row, lane + 1))
    day.lanes = max(len(busy), 1)
    day.timed = [replace(placed, wide=_room(placed, day)) for placed in day.timed]


def _room(placed: Placed, day: CalendarDay) -> int:
    """How many lanes are free from its own on, while it lasts."""
    beside = (
        other.lane
        for other in day.timed
        if other.lane > placed.lane
        and other.row < placed.row + placed.rows
        and placed.row < other.row + other.rows
    )
    return min(beside, default=day.lanes + 1) - placed.lane


def _quarter(at: time) -> int:
    return at.hour * 4 + at.minute // 15


def _end(entry: CalendarEntry, begins: time) -> int:
    """The quarter in which it ends; without an end an hour later, past midnight at its end."""
    if entry.ends_on is not None or (entry.ends and entry.ends <= begins):
        return 96
    if entry.ends is None:
        return min(_quarter(begins) + 4, 96)
    return -(-(entry.ends.hour * 60 + entry.ends.minute) // 15)
