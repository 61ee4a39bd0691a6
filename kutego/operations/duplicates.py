"""The list of possible duplicates: searched for, compared, dismissed (spec DUP-06, chapter 5)."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, update

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation, transaction
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    CustomerState,
    DuplicatePair,
    DuplicateSearch,
    Likeness,
    PairState,
)
from kutego.operations.activity import log_activity
from kutego.operations.duplicate_search import Found, find_pairs, likenesses_of
from kutego.texts import gettext as _

SLICE = 2000  # pairs written in one transaction


@operation
def ask_for_search(*, on: date, by: Actor) -> None:
    """Let all customers be compared; the job does it within seconds."""
    waiting = select(DuplicateSearch).where(DuplicateSearch.finished_at.is_(None))
    if db.session.scalar(waiting.limit(1)) is None:
        db.session.add(DuplicateSearch(asked_at=clock.now(), asked_by=by.name))


def search_duplicates(search_id: int) -> int:
    """Compare all customers and bring the list in step; returns how many pairs it has.

    Comparing holds no lock; the office goes on working. The pairs are written by slices.
    """
    _note(search_id, started_at=clock.now())
    compared, found = find_pairs()
    present = {
        (pair.customer_id, pair.other_id): pair
        for pair in db.session.execute(
            select(
                DuplicatePair.id, DuplicatePair.customer_id, DuplicatePair.other_id,
                DuplicatePair.state, DuplicatePair.score, DuplicatePair.reasons,
            )
        )
    }  # fmt: skip
    db.session.rollback()
    new = [pair for pair in found if pair[:2] not in present]
    other = [pair for pair in found if _differs(present.get(pair[:2]), pair)]
    proposed = {pair[:2] for pair in found}
    gone = [row.id for key, row in present.items() if key not in proposed and _is_stale(row)]
    for some in _slices(new):
        _add(some)
    for some in _slices(other):
        _correct([(present[pair[:2]].id, pair) for pair in some])
    for some in _slices(gone):
        _remove(some)
    _note(search_id, finished_at=clock.now(), compared=compared, found=len(found))
    return len(found)


def waiting_searches() -> list[int]:
    """What was asked for and is not done."""
    waiting = select(DuplicateSearch.id).where(DuplicateSearch.finished_at.is_(None))
    return list(db.session.scalars(waiting.order_by(DuplicateSearch.id)))


def last_search() -> DuplicateSearch | None:
    """The newest search, done or not."""
    newest = select(DuplicateSearch).order_by(DuplicateSearch.id.desc())
    return db.session.scalar(newest.limit(1))


@operation
def compare_customers(*, customer_id: int, other_id: int, on: date, by: Actor) -> DuplicatePair:
    """Put two customers side by side, whether the search proposes them or not."""
    if customer_id == other_id:
        raise DomainError(_("Das ist zweimal derselbe Kunde. Bitte zwei verschiedene wählen."))
    first, second = sorted((customer_id, other_id))
    one, two = db.session.get_one(Customer, first), db.session.get_one(Customer, second)
    for customer in (one, two):
        refuse_gone(customer)
    known = select(DuplicatePair).where(
        DuplicatePair.customer_id == first, DuplicatePair.other_id == second
    )
    pair = db.session.scalar(known)
    if pair is None:
        found = likenesses_of(one, two)
        reasons = found.reasons or [Likeness.CHOSEN.value]
        pair = DuplicatePair(
            customer_id=first, other_id=second, score=found.score, reasons=reasons,
            found_at=clock.now(),
        )  # fmt: skip
        db.session.add(pair)
        db.session.flush()
    elif pair.state is not PairState.OPEN:
        pair.state, pair.decided_at, pair.decided_by = PairState.OPEN, None, None
    return pair


@operation
def compare_with(customer: Customer, *, other_id: int, on: date, by: Actor) -> DuplicatePair:
    """Put another customer beside this one."""
    return compare_customers(customer_id=customer.id, other_id=other_id, on=on, by=by)


@operation
def dismiss_pair(pair: DuplicatePair, *, on: date, by: Actor) -> None:
    """Two different people: the pair is never proposed again."""
    if pair.state is not PairState.OPEN:
        raise DomainError(_("Über dieses Paar ist schon entschieden."))
    pair.state, pair.decided_at, pair.decided_by = PairState.DISMISSED, clock.now(), by.name
    for customer, other in ((pair.first, pair.second), (pair.second, pair.first)):
        log_activity(customer, "customer.told_apart", by=by, other=other.number)


@operation
def reopen_pair(pair: DuplicatePair, *, on: date, by: Actor) -> None:
    """Look at a dismissed pair again."""
    if pair.state is not PairState.DISMISSED:
        raise DomainError(_("Nur ein Paar, das verschiedene sind, lässt sich wieder öffnen."))
    pair.state, pair.decided_at, pair.decided_by = PairState.OPEN, None, None


def refuse_gone(customer: Customer) -> None:
    """An erased or merged record has nothing left to compare."""
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("%(number)s ist anonymisiert.", number=customer.number))
    if customer.merged_at is not None:
        raise DomainError(_("%(number)s ist schon zusammengeführt.", number=customer.number))


# --- parts ------------------------------------------------------------------------------------


def _differs(present: Any, pair: Found) -> bool:
    if present is None or present.state is not PairState.OPEN:
        return False
    return (present.score, list(present.reasons)) != (pair.score, pair.reasons)


def _is_stale(row: Any) -> bool:
    return row.state is PairState.OPEN and Likeness.CHOSEN.value not in row.reasons


def _slices(rows: list[Any]) -> Iterator[list[Any]]:
    several = iter(rows)
    while some := list(islice(several, SLICE)):
        yield some


def _add(pairs: list[Found]) -> None:
    """Add pairs; whoever was deleted while we compared is left out, and so is a pair made then."""
    ids = {id_ for pair in pairs for id_ in pair[:2]}
    with transaction() as session:
        there = {
            id_
            for some in _slices(sorted(ids))
            for id_ in session.scalars(select(Customer.id).where(Customer.id.in_(some)))
        }
        known = select(DuplicatePair.customer_id, DuplicatePair.other_id).where(
            DuplicatePair.customer_id.in_({pair.customer_id for pair in pairs})
        )
        made = {tuple(row) for row in session.execute(known)}
        now = clock.now()
        rows = [
            {**pair._asdict(), "state": PairState.OPEN, "found_at": now}
            for pair in pairs
            if there.issuperset(pair[:2]) and pair[:2] not in made
        ]
        if rows:
            session.execute(insert(DuplicatePair), rows)


def _correct(pairs: list[tuple[int, Found]]) -> None:
    with transaction() as session:
        session.execute(
            update(DuplicatePair),
            [{"id": id_, "score": p.score, "reasons": p.reasons} for id_, p in pairs],
        )


def _remove(ids: list[int]) -> None:
    with transaction() as session:
        open_ones = (DuplicatePair.state == PairState.OPEN) & DuplicatePair.id.in_(ids)
        session.execute(delete(DuplicatePair).where(open_ones))


def _note(search_id: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(DuplicateSearch).where(DuplicateSearch.id == search_id).values(**values)
        )
