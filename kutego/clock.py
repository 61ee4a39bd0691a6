"""The only place that asks the computer what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _moment.get() or datetime.now(UTC)


def today(zone: ZoneInfo = BERLIN) -> date:
    """The date on the wall of the business, which is the one on its documents."""
    return now().astimezone(zone).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Pretend that it is `moment` (with a time zone): for the demo, dry runs and tests."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)


def noon(day: date) -> datetime:
    """Twelve o'clock in Berlin on `day`, for work done as of a date."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN)


def moment(day: date, at: time, zone: ZoneInfo = BERLIN) -> datetime:
    """The moment at which the clock on the wall shows `at` on `day`.

    Where the hour comes twice, the first; one that is left out lies an hour later on the wall.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)
