"""Finding records by what people remember of them: a name, a number, an e-mail, a phone, a dog."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from kutego.db import Base, db
from kutego.models.booking import Booking
from kutego.models.cancellation import Cancellation
from kutego.models.company import company
from kutego.models.contract import Contract
from kutego.models.credit import Receipt
from kutego.models.customer import Customer
from kutego.models.invoice import Invoice
from kutego.models.number_range import DEFAULT_FORMATS, NumberKind
from kutego.models.offer import Offer
from kutego.texts import search_key

Conditions = Callable[["Numbered"], Iterator[Any]]

PHONE = re.compile(r"[+(\d][\d\s()/.-]{2,}")
SEQUENCE = re.compile(r"(?:(20\d\d)[-/.])?0*(\d{1,9})")
LAST = "\U0010ffff"  # sorts behind every character a number can hold
YEARS = 10  # how far back "4711" is looked up in the yearly ranges


@dataclass(frozen=True)
class Numbered:
    """A kind of record that is known by its number: its table, range, date and amount."""

    model: type[Any]
    range: NumberKind
    on: Any
    amount: Any


NUMBERED = (
    Numbered(Invoice, NumberKind.INVOICE, Invoice.issued_on, Invoice.total),
    Numbered(Offer, NumberKind.OFFER, Offer.issued_on, Offer.total),
    Numbered(Contract, NumberKind.CONTRACT, Contract.starts_on, Contract.price),
    Numbered(Cancellation, NumberKind.CANCELLATION, Cancellation.issued_on, Cancellation.total),
    Numbered(Receipt, NumberKind.RECEIPT, Receipt.issued_on, Receipt.amount),
    Numbered(Booking, NumberKind.BOOKING, Booking.booked_on, Booking.total),
)


@dataclass(frozen=True)
class Document:
    """A numbered record that was found; `record` knows only its id."""

    record: Base
    number: str
    customer_id: int
    on: date | None
    amount: Decimal


def customers_matching(term: str) -> Select[int]:
    """The ids of customers of whom every word of `term` is known, in the order of their names."""
    words = [term] if PHONE.fullmatch(term) else term.split()[:8]
    query = select(Customer.id).order_by(Customer.sort_name, Customer.id)
    return query.where(*(_known(word) for word in words))


def _known(word: str) -> Any:
    key = search_key(word)
    found = Customer.search.contains(key, autoescape=True)
    digits = "".join(filter(str.isdigit, word)).lstrip("0")
    if PHONE.fullmatch(word) and len(digits) > 2 and digits != key:
        return or_(found, Customer.search.contains(digits, autoescape=True))
    return found


def customers_by_id(ids: Iterable[int]) -> dict[int, Customer]:
    """The customers with their participants, in two statements."""
    query = (
        select(Customer).where(Customer.id.in_(ids)).options(selectinload(Customer.participants))
    )
    return {customer.id: customer for customer in db.session.scalars(query)}


def documents_matching(
    term: str, kinds: tuple[Numbered, ...], *, on: date, most: int
) -> list[Document]:
    """What bears the number `term`, begins with it, or has it in its midst; `most` of each kind.

    A number typed without what stands around it ("4711", "2026-12") is looked up in the ranges of
    the last years, which an index answers at once. Only what could be part of a number and begins
    none is searched for in all of them.
    """
    if not kinds or not re.fullmatch(r"(?=\D*\d)\S+", term):
        return []
    patterns = DEFAULT_FORMATS | {
        NumberKind(k): p for k, p in company().number_formats.items() if p
    }
    ways = [_beginning(term, patterns, on.year)]
    if not term.isdigit() and set(term.upper()) <= _letters(patterns):
        ways.append(_in_midst(term))
    for conditions in ways:
        parts = [_rows(kind, c, most) for kind in kinds for c in conditions(kind)]
        if found := set(db.session.execute(union_all(*parts)).all()):
            models = {kind.range.value: kind.model for kind in kinds}
            newest = sorted(found, key=lambda row: row.number, reverse=True)
            return [Document(models[kind](id=id_), *rest) for kind, id_, *rest in newest]
    return []


def _rows(kind: Numbered, condition: Any, most: int) -> Any:
    """The newest `most` with the condition, which is judged from the index of numbers alone."""
    model = kind.model
    newest = select(model.id).where(condition).order_by(model.number.desc()).limit(most)
    kept = select(newest.subquery().c.id)
    return select(
        literal(kind.range.value), model.id, model.number, model.customer_id,
        kind.on.label("on"), kind.amount.label("amount"),
    ).where(model.id.in_(kept))  # fmt: skip


def _beginning(term: str, patterns: dict[NumberKind, str], year: int) -> Conditions:
    """A range, as SQLite's LIKE asks no index; PostgreSQL's order depends on the language."""
    in_order = db.session.get_bind().dialect.name == "sqlite"

    def conditions(kind: Numbered) -> Iterator[Any]:
        number = kind.model.number
        spelled = list(_spelled(term, patterns[kind.range], year))
        if spelled:
            yield number.in_(spelled)
        for start in sorted({term, term.upper()}):
            between = and_(number >= start, number < start + LAST)
            yield between if in_order else number.startswith(start, autoescape=True)

    return conditions


def _spelled(term: str, pattern: str, year: int) -> Iterator[str]:
    """`12` and `2026-12` as the range spells them: R-2026-00012."""
    found = SEQUENCE.fullmatch(term)
    if found is None:
        return
    years = [int(found[1])] if found[1] else range(year, year - YEARS, -1)
    for one in years:
        yield pattern.format(year=one, number=int(found[2]))


def _letters(patterns: dict[NumberKind, str]) -> set[str]:
    """What numbers are made of, in capitals."""
    samples = (pattern.format(year=2026, number=0) for pattern in patterns.values())
    return set("".join(samples).upper() + "0123456789")


def _in_midst(term: str) -> Conditions:
    """SQLite takes no heed of upper and lower case here; PostgreSQL is asked for capitals."""
    return lambda kind: iter([kind.model.number.contains(term.upper(), autoescape=True)])
