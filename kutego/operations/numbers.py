"""Consecutive numbers: no gap and no double, under load and after a kill."""

from datetime import date

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import DEFAULT_FORMATS, NumberKind, NumberRange, company
from kutego.texts import gettext as _

GUARD = (NumberKind.CUSTOMER, -1)  # the one row that locks all ranges, whatever their order


def draw_number(kind: NumberKind, *, on: date) -> str:
    """The next number of `kind` for a document dated `on` (§ 14 Abs. 4 Nr. 4 UStG).

    Call it inside a transaction, just before the snapshot is written. Raises `DomainError` where
    `on` lies before the date of the last number (spec D-20).
    """
    pattern = number_format(kind)
    year = on.year if "{year}" in pattern else 0
    range_ = _range(kind, year)
    if range_.last_on and on < range_.last_on:
        raise DomainError(
            _(
                "Das Datum %(on)s liegt vor der letzten Nummer vom %(last)s. "
                "Bitte ein späteres Datum wählen.",
                on=f"{on:%d.%m.%Y}",
                last=f"{range_.last_on:%d.%m.%Y}",
            )
        )
    range_.last += 1
    range_.last_on = on
    return pattern.format(year=on.year, number=range_.last)


def draw_numbers(kind: NumberKind, count: int, *, on: date) -> list[str]:
    """The next `count` numbers, in their order."""
    return [draw_number(kind, on=on) for _place in range(count)]


def lock_ranges() -> None:
    """One lock for all ranges: two of them drawn in opposite order would deadlock."""
    if db.session.get_bind().dialect.name == "sqlite":
        return
    guard = select(NumberRange).where(NumberRange.kind == GUARD[0], NumberRange.year == GUARD[1])
    if db.session.scalar(guard.with_for_update()) is None:
        raise RuntimeError("The database was not set up: the guard row of the numbers is missing.")


def _range(kind: NumberKind, year: int) -> NumberRange:
    """The row of a range, read once per transaction: nobody else changes it behind our lock."""
    if "ranges" not in db.session.info:
        lock_ranges()
    known: dict[tuple[NumberKind, int], NumberRange] = db.session.info.setdefault("ranges", {})
    if (kind, year) not in known:
        range_ = db.session.get(NumberRange, (kind, year), populate_existing=True)
        if range_ is None:
            range_ = NumberRange(kind=kind, year=year, last=0)
            db.session.add(range_)
        known[kind, year] = range_
    return known[kind, year]


def number_format(kind: NumberKind) -> str:
    """The pattern the company numbers `kind` with, such as `R-{year}-{number:05d}`."""
    return company().number_formats.get(kind.value) or DEFAULT_FORMATS[kind]
