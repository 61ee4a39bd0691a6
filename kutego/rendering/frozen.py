"""Reading a frozen snapshot: text that may be printed, amounts, days."""

import re
from datetime import date, datetime
from decimal import Decimal

# What XML 1.0 forbids, and the C1 range, which no font can draw.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(value):
    """A copy of the snapshot without control characters; a text of nothing but space is none."""
    if isinstance(value, str):
        text = UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text if text.strip() else ""
    if isinstance(value, dict):
        return {key: printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable(part) for part in value]
    return value


def amount(text: str | None) -> Decimal:
    """`"1234.50"` as a `Decimal`; nothing counts as zero."""
    return Decimal(text or "0.00")


def german_date(day: str) -> str:
    """`"2026-11-23"` as `23.11.2026`."""
    return date.fromisoformat(day).strftime("%d.%m.%Y")


def moment(snapshot: dict) -> datetime:
    """When the document was issued: the only time that its files carry."""
    return datetime.fromisoformat(snapshot["issued_at"])


def service_period(snapshot: dict) -> tuple[str, str] | None:
    """First and last day (ISO) of what the positions are for, or None where none has a period."""
    days = [
        day
        for position in snapshot["positions"]
        for day in (position["period_first"], position["period_last"])
        if day
    ]
    return (min(days), max(days)) if days else None
