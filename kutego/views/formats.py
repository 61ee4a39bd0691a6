"""Dates, amounts and numbers as Germans write them; the filters of the templates."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kutego import money


def euro(amount: Decimal | None) -> str:
    """`1.234,50 €`, and nothing for nothing."""
    return "" if amount is None else money.euro(amount)


def amount(value: Decimal | None) -> str:
    """`1.234,50`."""
    return "" if value is None else money.decimal_comma(value)


def percent(rate: Decimal | None) -> str:
    """`7,5 %`."""
    return "" if rate is None else f"{money.percent(rate)}\u00a0%"


def german_day(value: date | None) -> str:
    """`23.11.2026`."""
    return f"{value:%d.%m.%Y}" if value else ""


def german_moment(value: datetime | None, zone: ZoneInfo) -> str:
    """`23.11.2026, 09:15` on the wall of the business."""
    return f"{value.astimezone(zone):%d.%m.%Y, %H:%M}" if value else ""


def month_name(value: date, short: bool = False) -> str:
    """`November 2026`, or `Nov 26`."""
    return format_date(value, "LLL yy" if short else "LLLL yyyy", locale="de").replace(".", "")


def weekday(value: date) -> str:
    """`Montag, 23. November 2026`."""
    return format_date(value, "full", locale="de")


def german_count(value: int) -> str:
    """`3.204`."""
    return f"{value:,}".replace(",", ".")


FILTERS = {
    "euro": euro,
    "amount": amount,
    "price": money.fine_euro,
    "percent": percent,
    "day": german_day,
    "month_name": month_name,
    "weekday": weekday,
    "count": german_count,
}
