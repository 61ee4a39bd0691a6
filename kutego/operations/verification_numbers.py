"""Number ranges without a gap, and contracts without an unexplained one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from kutego.models import (
    DEFAULT_FORMATS,
    Activity,
    Company,
    ContractPeriod,
    NumberKind,
    NumberRange,
)
from kutego.operations.number_formats import HOLDERS, example, number_reader
from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _

SHOWN = 5  # missing numbers that are named
# a person moved the dates knowingly
MOVED = ("contract.shifted", "contract.paused", "contract.dates_changed")


def check_numbers(connection: Connection) -> Iterator[Problem]:
    """As many numbers of each kind as were drawn, and none left out (spec INV-68).

    Customers may be deleted, so their numbers may have gaps. Numbers of an older pattern are
    counted, those of the present one are checked one by one.
    """
    formats = connection.scalar(select(Company.number_formats)) or {}
    for kind in NumberKind:
        if kind is not NumberKind.CUSTOMER:
            pattern = formats.get(kind.value) or DEFAULT_FORMATS[kind]
            yield from _check_kind(connection, kind, pattern)


def check_periods(connection: Connection) -> Iterator[Problem]:
    """Billed periods follow each other to the day, unless somebody moved the contract."""
    query = select(ContractPeriod.contract_id, ContractPeriod.first, ContractPeriod.last)
    query = query.where(ContractPeriod.attempt == 1)
    query = query.order_by(ContractPeriod.contract_id, ContractPeriod.first)
    before: tuple[int, date] | None = None
    for contract, first, last in connection.execute(query, execution_options={"yield_per": 1000}):
        follows = before is None or before[0] != contract or first == before[1] + timedelta(days=1)
        if (not follows or last < first) and not _was_moved(connection, contract):
            yield Problem(
                f"contract {contract}",
                _("Der Zeitraum ab %(first)s schließt nicht an den vorigen an.",
                  first=f"{first:%d.%m.%Y}"),
            )  # fmt: skip
        before = contract, last


# --- parts ------------------------------------------------------------------------------------


def _check_kind(connection: Connection, kind: NumberKind, pattern: str) -> Iterator[Problem]:
    ranges = select(NumberRange.year, NumberRange.last).where(
        NumberRange.kind == kind, NumberRange.year >= 0
    )
    drawn = {row.year: row.last for row in connection.execute(ranges)}
    reader = number_reader(pattern)
    seen = {year: bytearray(last + 1) for year, last in drawn.items()}
    given = foreign = 0
    for number in _numbers(connection, kind):
        given += 1
        match = reader.fullmatch(number)
        year = int(match["year"]) if match and "{year}" in pattern else 0
        counter = int(match["number"]) if match else 0
        if match and example(pattern, year, counter) == number and year in seen:
            if counter < len(seen[year]):
                seen[year][counter] = 1
            else:
                yield Problem(kind.value, _("%(number)s wurde nie vergeben.", number=number))
        else:
            foreign += 1
    if given != sum(drawn.values()):
        yield Problem(
            kind.value,
            _("Vergeben wurden %(drawn)s Nummern, vorhanden sind %(given)s.",
              drawn=sum(drawn.values()), given=given),
        )  # fmt: skip
    yield from _gaps(kind, pattern, seen, foreign)


def _gaps(
    kind: NumberKind, pattern: str, seen: dict[int, bytearray], foreign: int
) -> Iterator[Problem]:
    missing = sum(marks.count(0, 1) for marks in seen.values())
    if missing <= foreign:
        return  # as many bear a number of an older pattern
    for year, marks in sorted(seen.items()):
        gaps = [m.start() for m in re.finditer(b"\0", marks) if m.start()]
        names = ", ".join(example(pattern, year, counter) for counter in gaps[:SHOWN])
        if gaps:
            more = _(" und weitere") if len(gaps) > SHOWN else ""
            yield Problem(kind.value, _("Es fehlt %(names)s%(more)s.", names=names, more=more))


def _numbers(connection: Connection, kind: NumberKind) -> Iterator[str]:
    column = HOLDERS[kind].number
    query = select(column).where(column.is_not(None))
    yield from connection.scalars(query, execution_options={"yield_per": 1000})


def _was_moved(connection: Connection, contract: int) -> bool:
    query = select(func.count()).where(
        Activity.subject_type == "contract",
        Activity.subject_id == contract,
        Activity.action.in_(MOVED),
    )
    return bool(connection.scalar(query))
