"""Which customers may be one person (spec DUP-06).

Nobody is compared with everybody: only those who share a key (a phone, an address, …) are a pair.
Everything is read in one go and compared in memory; 100,000 customers take some seconds.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_sort_ratio
from sqlalchemy import select

from kutego.db import db
from kutego.models import Customer, CustomerState, Likeness, Participant
from kutego.texts import search_key

CROWD = 12  # more with one key are a club, a school or a switchboard, not one person
NAMESAKES = 40  # more whose names begin alike in one town are just a big town
ALIKE = 88  # percent of equal letters from which on two names are similar
LEAST = 30  # points from which on a pair is proposed
WORTH = {
    Likeness.EMAIL: 50,
    Likeness.BIRTHDAY: 50,
    Likeness.PHONE: 40,
    Likeness.PARTICIPANT: 30,
    Likeness.ADDRESS: 30,
    Likeness.NAME: 30,
    Likeness.SIMILAR_NAME: 20,
}
SAME_TOWN = 10  # points more for a name in the same town
OTHER_BIRTHDAY = 40  # points less where both are known and differ
GMAIL = {"gmail.com", "googlemail.com"}


class Known(NamedTuple):
    """What is compared of one customer; `name` is folded."""

    id: int
    name: str
    last_name: str
    street: str
    postcode: str
    email: str
    phones: frozenset[str]
    birthday: date | None


class Found(NamedTuple):
    """Two customers, the elder first, with points of 100 and what they have in common."""

    customer_id: int
    other_id: int
    score: int
    reasons: list[str]


def find_pairs() -> tuple[int, list[Found]]:
    """How many customers were compared, and the pairs worth a look, the likeliest first."""
    known = {one.id: one for one in _customers()}
    pairs: dict[tuple[int, int], set[Likeness]] = defaultdict(set)
    for likeness, block in _blocks(known):
        for pair in combinations(sorted(block), 2):
            pairs[pair].add(likeness)
    found = (_judged(known[a], known[b], likenesses) for (a, b), likenesses in pairs.items())
    worth = [pair for pair in found if pair.score >= LEAST]
    return len(known), sorted(worth, key=lambda pair: (-pair.score, pair[:2]))


def likenesses_of(customer: Customer, other: Customer) -> Found:
    """What two chosen customers have in common."""
    first, second = sorted((_known_of(customer), _known_of(other)), key=lambda one: one.id)
    both = {first.id: first, second.id: second}
    names = [(p.customer_id, p.first_name, p.birthday) for c in (customer, other)
             for p in c.participants]  # fmt: skip
    likenesses = {kind for kind, _block in _all_keys(both, names)}
    return _judged(first, second, likenesses)


# --- parts ------------------------------------------------------------------------------------


def _customers() -> Iterator[Known]:
    c = Customer
    query = select(
        c.id, c.sort_name, c.last_name, c.street, c.postcode, c.email, c.phone, c.mobile,
        c.further_phone, c.birthday,
    ).where(c.state != CustomerState.ERASED, c.main_account_id.is_(None))  # fmt: skip
    for row in db.session.execute(query):
        yield _known(*row)


def _known_of(customer: Customer) -> Known:
    c = customer
    return _known(
        c.id, c.sort_name, c.last_name, c.street, c.postcode, c.email, c.phone, c.mobile,
        c.further_phone, c.birthday,
    )  # fmt: skip


def _known(
    id_: int, name: str, last_name: str | None, street: str | None, postcode: str | None,
    email: str | None, *phones_and_birthday: Any,
) -> Known:  # fmt: skip
    *phones, birthday = phones_and_birthday
    return Known(
        id_, name, _folded(last_name or ""), street_key(street or ""), postcode or "",
        email_key(email or ""), frozenset(filter(None, map(phone_key, phones))), birthday,
    )  # fmt: skip


def _blocks(known: dict[int, Known]) -> Iterator[tuple[Likeness, set[int]]]:
    query = select(Participant.customer_id, Participant.first_name, Participant.birthday)
    rows = (tuple(row) for row in db.session.execute(query))
    for likeness, block in _all_keys(known, rows):
        most = NAMESAKES if likeness is Likeness.SIMILAR_NAME else CROWD
        if len(block) <= most:
            yield likeness, block


def _all_keys(
    known: dict[int, Known], participants: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Likeness, set[int]]]:
    """Those who share a key, for every key that at least two have."""
    for likeness, keys_of in KEYS:
        pairs = ((key, one.id) for one in known.values() for key in keys_of(one))
        yield from ((likeness, block) for block in _shared(pairs))
    pupils = (
        # a dog often has no birthday: then its owner's family and town make it the same
        ((_folded(name), birthday or (owner.last_name, owner.postcode)), owner.id)
        for customer_id, name, birthday in participants
        if (owner := known.get(customer_id)) is not None
    )
    yield from ((Likeness.PARTICIPANT, block) for block in _shared(pupils))


def _shared(pairs: Iterable[tuple[Any, int]]) -> Iterable[set[int]]:
    """The blocks of at least two; a set for each of the many lonely keys would cost the most."""
    first: dict[Any, int] = {}
    blocks: dict[Any, set[int]] = {}
    for key, id_ in pairs:
        if (other := first.setdefault(key, id_)) != id_:
            blocks.setdefault(key, {other}).add(id_)
    return blocks.values()


Keys = Callable[[Known], Iterable[Any]]
KEYS: tuple[tuple[Likeness, Keys], ...] = (
    (Likeness.EMAIL, lambda k: [k.email] if k.email else ()),
    (Likeness.PHONE, lambda k: k.phones),
    (Likeness.BIRTHDAY, lambda k: [(k.birthday, k.last_name)] if k.birthday else ()),
    (Likeness.ADDRESS, lambda k: [(k.postcode, k.street)] if k.street and k.postcode else ()),
    (Likeness.NAME, lambda k: [k.name] if " " in k.name else ()),
    # a typing error seldom strikes the first letters of both names
    (Likeness.SIMILAR_NAME, lambda k: [(k.postcode, _initials(k.name))] if k.postcode else ()),
)


def _judged(first: Known, second: Known, likenesses: set[Likeness]) -> Found:
    """Points for what is really alike; a name alone says nothing about people who live apart."""
    real = set(likenesses) - {Likeness.NAME, Likeness.SIMILAR_NAME}
    if first.name and first.name == second.name:
        real.add(Likeness.NAME)
    elif token_sort_ratio(first.name, second.name) >= ALIKE:
        real.add(Likeness.SIMILAR_NAME)
    elif Likeness.BIRTHDAY in real:
        real.remove(Likeness.BIRTHDAY)  # twins
    points = sum(WORTH[likeness] for likeness in real) + _by_town(first, second, real)
    if first.birthday and second.birthday and first.birthday != second.birthday:
        points -= OTHER_BIRTHDAY
    reasons = [likeness.value for likeness in Likeness if likeness in real]
    return Found(first.id, second.id, max(0, min(points, 100)), reasons)


def _by_town(first: Known, second: Known, real: set[Likeness]) -> int:
    """A name counts for more in one town, and for nothing where nothing else is the same."""
    if not real & {Likeness.NAME, Likeness.SIMILAR_NAME}:
        return 0
    if first.postcode and first.postcode == second.postcode:
        only_similar = real == {Likeness.SIMILAR_NAME} and first.street and second.street
        return 0 if only_similar else SAME_TOWN
    apart = len(real) == 1 and first.postcode and second.postcode
    return -100 if apart else 0


@lru_cache(50_000)
def _folded(text: str) -> str:
    return search_key(text)


def _initials(name: str) -> str:
    words = name.split()
    return "".join(sorted(word[:2] for word in words[:2]))


STREET = re.compile(r"(strasse|str)\b\.?")
NO_WORD = re.compile(r"[^0-9a-z]+")


@lru_cache(50_000)
def street_key(street: str) -> str:
    """Berliner Str. 5 a and Berlinerstraße 5a are one street."""
    return NO_WORD.sub("", STREET.sub("str", _folded(street)))


def phone_key(number: str | None) -> str:
    """The digits with the country's, however the number was written; too short a one is none."""
    digits = "".join(filter(str.isdigit, number or ""))
    if not (number or "").strip().startswith("+"):
        digits = digits[2:] if digits.startswith("00") else f"49{digits.lstrip('0')}"
    return digits if len(digits) > 6 else ""


def email_key(email: str) -> str:
    """The mailbox: without +tags, and without dots and dashes that people forget."""
    local, at, domain = email.strip().lower().partition("@")
    if not at:
        return ""
    mailbox = re.sub(r"[._-]", "", local.partition("+")[0])
    return f"{mailbox}@{'gmail.com' if domain in GMAIL else domain}"
