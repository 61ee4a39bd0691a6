"""Walking the chains: every link is recomputed from what stands in the database."""

import json
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, Text, and_, cast, select

from kutego.models import Activity, ActivityDetail, ChainHead, ChainSeal, chained_models
from kutego.models.chain import HOUSE, START, digest
from kutego.operations.activity import personal_digest
from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _

CHAINS = 200  # customers' chains per page
LINKS = 5000  # links of the house's chain per page


class Link(NamedTuple):
    """A chained row, or what could be read of it (`content` is None)."""

    chain: int
    seq: int
    table: Table
    id: int
    hash: str
    content: Mapping[Any, Any] | None

    @property
    def place(self) -> str:
        return f"{self.table.name} {self.id}"


class Walk:
    """One chain, link by link. After a gap the next link cannot be proved, those behind it can."""

    def __init__(self, chain: int) -> None:
        self.place = _("Kette %(chain)s", chain=chain)
        self.last = 0
        self.hashes: set[str] = {START}  # what the next link may be built on; empty: unknown

    def follow(self, links: Iterable[Link], seals: Mapping[int, str]) -> Iterator[Problem]:
        """Check the next links and what was sealed of them."""
        for link in links:
            if link.seq <= self.last:
                yield Problem(link.place, _("Die Zeile steht an falscher Stelle der Kette."))
                continue
            if link.seq > self.last + 1:
                yield self._gap(link)
            yield from self._prove(link)
            self.last = link.seq
            if seals.get(link.seq, link.hash) != link.hash:
                yield Problem(link.place, _("Die Zeile ist eine andere als die versiegelte."))

    def finish(self, head: tuple[int, str] | None, seals: Mapping[int, str]) -> Iterator[Problem]:
        """The chain ends where its head says, and nothing that was sealed is missing."""
        count, last = head or (0, START)
        if count != self.last:
            yield Problem(
                self.place,
                _("Sie endet bei Glied %(last)s, vermerkt sind %(count)s Glieder.",
                  last=self.last, count=count),
            )  # fmt: skip
        elif self.hashes and last not in self.hashes:
            yield Problem(self.place, _("Das vermerkte Ende passt nicht zum letzten Glied."))
        if seals and max(seals) > self.last:
            yield Problem(self.place, _("Glied %(seq)s war versiegelt und fehlt.", seq=max(seals)))

    def _gap(self, link: Link) -> Problem:
        first, last = self.last + 1, link.seq - 1
        self.hashes = set()
        which = f"{first}" if first == last else f"{first}–{last}"
        return Problem(
            self.place, _("Glied %(which)s fehlt vor %(next)s.", which=which, next=link.place)
        )

    def _prove(self, link: Link) -> Iterator[Problem]:
        """A changed hash would cast doubt on the next link too, so both are remembered."""
        if link.content is None:
            self.hashes = {link.hash}
            yield Problem(link.place, _("Die Zeile ist nicht lesbar."))
            return
        computed = {digest(link.table, link.content, before) for before in self.hashes}
        if computed and link.hash not in computed:
            self.hashes = computed | {link.hash}
            yield Problem(link.place, _("Die Zeile wurde verändert."))
        else:
            self.hashes = {link.hash}


def check_chains(connection: Connection) -> Iterator[Problem]:
    """All chains, the house's first."""
    yield from _check_house(connection)
    for chains, heads in _pages(connection):
        seals = _seals(connection, chains)
        links = {chain: list(part) for chain, part in _by_chain(connection, chains)}
        for chain in sorted(links.keys() | heads.keys() | seals.keys()):
            walk, sealed = Walk(chain), seals.get(chain, {})
            yield from walk.follow(links.get(chain, ()), sealed)
            yield from walk.finish(heads.get(chain), sealed)


def check_details(connection: Connection) -> Iterator[Problem]:
    """Personal facts against their digests in the chain. Erased ones are gone, and may be."""
    query = (
        select(
            ActivityDetail.activity_id,
            ActivityDetail.salt,
            cast(ActivityDetail.facts, Text).label("facts"),
            Activity.personal_digest,
        )
        .outerjoin(Activity, Activity.id == ActivityDetail.activity_id)
        .order_by(ActivityDetail.activity_id)
    )
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        if _digest_of(row.salt, row.facts) != row.personal_digest:
            yield Problem(
                f"activity_detail {row.activity_id}",
                _("Die persönlichen Angaben wurden verändert."),
            )


# --- parts ------------------------------------------------------------------------------------


def _digest_of(salt: str, facts: str) -> str | None:
    try:
        return personal_digest(salt, json.loads(facts))
    except ValueError:
        return None


def _check_house(connection: Connection) -> Iterator[Problem]:
    """One long chain: by windows of links, then whatever lies outside of them."""
    head = _heads(connection, ChainHead.chain == HOUSE).get(HOUSE)
    count = head[0] if head else 0
    walk = Walk(HOUSE)
    for first in range(1, count + 1, LINKS):
        last = min(count, first + LINKS - 1)
        yield from walk.follow(_links(connection, HOUSE, HOUSE, first, last), {})
    outside = _links(connection, HOUSE, HOUSE, count + 1, None)
    yield from walk.follow([*_links(connection, HOUSE, HOUSE, None, 0), *outside], {})
    yield from walk.finish(head, {})


def _pages(
    connection: Connection,
) -> Iterator[tuple[tuple[int | None, int | None], dict[int, tuple[int, str]]]]:
    """Ranges of chains with their heads; the ends are open, so that no row is left out."""
    chains, last = ChainHead.chain, HOUSE
    while True:
        ids = select(chains).where(chains > last).order_by(chains).limit(CHAINS)
        found = connection.scalars(ids).all()
        if not found:
            break
        heads = _heads(connection, and_(chains > last, chains <= found[-1]))
        yield (last + 1, found[-1]), heads
        last = found[-1]
    yield (last + 1, None), {}
    yield (None, HOUSE - 1), {}


def _heads(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, tuple[int, str]]:
    rows = connection.execute(
        select(ChainHead.chain, ChainHead.count, ChainHead.hash).where(wanted)
    )
    return {chain: (count, hash_) for chain, count, hash_ in rows}


def _seals(
    connection: Connection, chains: tuple[int | None, int | None]
) -> dict[int, dict[int, str]]:
    column = ChainSeal.sealed_chain
    query = select(column, ChainSeal.count, ChainSeal.head).where(*_between(column, *chains))
    seals: dict[int, dict[int, str]] = {}
    for chain, count, head in connection.execute(query):
        seals.setdefault(chain, {})[count] = head
    return seals


def _by_chain(
    connection: Connection, chains: tuple[int | None, int | None]
) -> Iterator[tuple[int, Iterator[Link]]]:
    return groupby(_links(connection, *chains, None, None), key=lambda link: link.chain)


def _links(
    connection: Connection, first: int | None, last: int | None, low: int | None, high: int | None
) -> Iterator[Link]:
    """The rows of all chained tables in these chains and places, in the order of the chains."""
    tables = [model.__table__ for model in chained_models()]
    found = [
        _read(
            connection,
            table,
            and_(True, *_between(table.c.chain, first, last), *_between(table.c.seq, low, high)),
        )
        for table in tables
    ]
    return merge(*found, key=lambda link: (link.chain, link.seq))


def _between(column: Any, first: int | None, last: int | None) -> list[ColumnElement[bool]]:
    if first is not None and first == last:
        return [column == first]
    low = [column >= first] if first is not None else []
    return low + ([column <= last] if last is not None else [])


def _read(connection: Connection, table: Table, wanted: ColumnElement[bool]) -> list[Link]:
    order = (table.c.chain, table.c.seq)
    try:
        rows = connection.execute(select(table).where(wanted).order_by(*order)).mappings().all()
    except (LookupError, ValueError, TypeError):  # somebody wrote what the column cannot hold
        keys = select(table.c.chain, table.c.seq, table.c.id, table.c.hash)
        plain = connection.execute(keys.where(wanted).order_by(*order)).all()
        return [_read_one(connection, table, row) for row in plain]
    return [Link(row["chain"], row["seq"], table, row["id"], row["hash"], row) for row in rows]


def _read_one(connection: Connection, table: Table, row: Any) -> Link:
    try:
        content = connection.execute(select(table).where(table.c.id == row.id)).mappings().one()
    except (LookupError, ValueError, TypeError):
        content = None
    return Link(row.chain, row.seq, table, row.id, row.hash, content)
