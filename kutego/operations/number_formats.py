"""The patterns of the number ranges, and why a new one can never repeat a number."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    DEFAULT_FORMATS,
    Booking,
    Cancellation,
    Contract,
    Customer,
    Invoice,
    NumberKind,
    NumberRange,
    Offer,
    Receipt,
)
from kutego.operations.numbers import lock_ranges
from kutego.texts import gettext as _

HOLDERS: dict[NumberKind, Any] = {
    NumberKind.CUSTOMER: Customer,
    NumberKind.CONTRACT: Contract,
    NumberKind.OFFER: Offer,
    NumberKind.INVOICE: Invoice,
    NumberKind.CANCELLATION: Cancellation,
    NumberKind.RECEIPT: Receipt,
    NumberKind.BOOKING: Booking,
}
PLACEHOLDER = re.compile(r"\{year\}|\{number(?::0(\d)d)?\}")
LITERAL = re.compile(r"[A-Za-z0-9.-]*")
LONGEST = 16  # characters of a number at its start; the columns hold 30


def check_formats(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """The patterns that differ from the default, by kind; refuses one that cannot work.

    Numbers of two kinds must differ by their letters alone, and a changed pattern must not be
    able to produce a number that exists (§ 14 Abs. 4 Nr. 4 UStG: each number once). Customer
    numbers stand for themselves, as they are on no list with the others.
    """
    patterns = {kind: (new.get(kind.value) or DEFAULT_FORMATS[kind]).strip() for kind in NumberKind}
    for kind, pattern in patterns.items():
        _check_pattern(kind, pattern)
    for one, other in combinations([kind for kind in NumberKind if kind.value != "customer"], 2):
        if _shapes(one, patterns[one]) & _shapes(other, patterns[other]):
            raise DomainError(
                _(
                    "Die Nummern für %(one)s und %(other)s wären nicht zu unterscheiden. "
                    "Bitte verschiedene Buchstaben voranstellen.",
                    one=one.label,
                    other=other.label,
                )
            )
    changed = [k for k in NumberKind if patterns[k] != (old.get(k.value) or DEFAULT_FORMATS[k])]
    if changed:
        lock_ranges()  # nobody draws a number while we look for collisions
    for kind in changed:
        _refuse_collision(kind, patterns[kind])
    return {k.value: pattern for k, pattern in patterns.items() if pattern != DEFAULT_FORMATS[k]}


def example(pattern: str, year: int, number: int) -> str:
    """What a number of this pattern looks like."""
    return pattern.format(year=year, number=number)


def _check_pattern(kind: NumberKind, pattern: str) -> None:
    parts = PLACEHOLDER.sub("", pattern)
    names = [match.group().strip("{}").partition(":")[0] for match in PLACEHOLDER.finditer(pattern)]
    if names.count("number") != 1 or names.count("year") > 1:
        raise DomainError(
            _(
                "Das Muster für %(kind)s muss {number} genau einmal und darf {year} "
                "höchstens einmal enthalten, zum Beispiel %(example)s.",
                kind=kind.label,
                example=DEFAULT_FORMATS[kind],
            )
        )
    if not LITERAL.fullmatch(parts) or pattern[0] in ".-":
        raise DomainError(
            _(
                "Das Muster für %(kind)s darf außer {year} und {number} nur Buchstaben ohne "
                "Umlaute, Ziffern, Punkte und Bindestriche enthalten.",
                kind=kind.label,
            )
        )
    if len(example(pattern, 2000, 1)) > LONGEST:
        raise DomainError(
            _(
                "Das Muster für %(kind)s ergibt mehr als %(most)s Zeichen.",
                kind=kind.label,
                most=LONGEST,
            )
        )
    if kind is NumberKind.INVOICE and re.search(r"-\d{1,2}$", example(pattern, 2000, 1)):
        raise DomainError(
            _(
                "Rechnungsnummern brauchen am Ende mindestens drei Stellen, zum Beispiel "
                "{number:05d}: „-2“ am Ende bezeichnet die zweite Fassung einer Rechnung."
            )
        )


def _shapes(kind: NumberKind, pattern: str) -> set[str]:
    """What stays of the numbers of a pattern when each run of digits becomes one #."""
    shape = re.sub(r"\d+", "#", example(pattern, 2000, 1))
    return {shape, f"{shape}-#"} if kind is NumberKind.INVOICE else {shape}


def _refuse_collision(kind: NumberKind, pattern: str) -> None:
    """Compare the numbers that the pattern will give with every number ever given."""
    ranges = select(NumberRange.year, NumberRange.last).where(NumberRange.kind == kind)
    drawn = dict(db.session.execute(ranges).all())
    reader = number_reader(pattern)
    for number in _numbers_given(kind, pattern):
        if (match := reader.fullmatch(number)) is None:
            continue
        counter = int(match["number"])
        year = int(match["year"]) if "{year}" in pattern else 0
        repeats = example(pattern, year, counter) == number
        if repeats and counter > drawn.get(year, 0):
            raise DomainError(
                _(
                    "Mit dem Muster „%(pattern)s“ käme die Nummer %(number)s ein zweites Mal "
                    "heraus. Bitte ein anderes Muster wählen.",
                    pattern=pattern,
                    number=number,
                )
            )


def number_reader(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression with the groups year and number."""
    text = re.escape(PLACEHOLDER.sub(lambda m: "\0" if m.group() == "{year}" else "\1", pattern))
    return re.compile(text.replace("\0", r"(?P<year>\d{4})").replace("\1", r"(?P<number>\d+)"))


def _numbers_given(kind: NumberKind, pattern: str) -> Iterator[str]:
    """Numbers of the same kind, or of any document, that begin like the pattern."""
    start = pattern.partition("{")[0]
    holders: list[Any] = [Customer] if kind is NumberKind.CUSTOMER else list(HOLDERS.values())[1:]
    for holder in holders:
        begins = holder.number.startswith(start, autoescape=True)
        query = select(holder.number).where(holder.number.is_not(None), begins)
        yield from db.session.scalars(query.execution_options(yield_per=1000))
