"""Sealing: the house notes the heads of the customers' chains in a chain of its own.

A customer's chain and its head could be cut off together; after the next seal that shows.
"""

from collections.abc import Sequence

from sqlalchemy import Row, Select, exists, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import ChainHead, ChainSeal, company
from kutego.models.chain import HOUSE

SLICE = 100  # seals per transaction, so that clerks get in between


def unsealed_chains() -> Select[int]:
    """The chains that have grown since they were sealed last, all of the customers'."""
    is_sealed = exists().where(
        ChainSeal.sealed_chain == ChainHead.chain, ChainSeal.count == ChainHead.count
    )
    return (
        select(ChainHead.chain)
        .where(ChainHead.chain != HOUSE, ~is_sealed)
        .order_by(ChainHead.chain)
    )


def seal_chains(chains: Sequence[int]) -> int:
    """Seal the heads of `chains` as they are now; returns how many were not sealed before."""
    sealed = 0
    for start in range(0, len(chains), SLICE):
        with transaction(company()) as session:  # two runs do not seal the same head
            heads = _unsealed_heads(chains[start : start + SLICE])
            now = clock.now()
            session.add_all(
                ChainSeal(sealed_chain=head.chain, count=head.count, head=head.hash, at=now)
                for head in heads
            )
            sealed += len(heads)
    return sealed


def _unsealed_heads(chains: Sequence[int]) -> Sequence[Row[int, int, str]]:
    heads = select(ChainHead.chain, ChainHead.count, ChainHead.hash)
    wanted = unsealed_chains().where(ChainHead.chain.in_(chains))
    return db.session.execute(heads.where(ChainHead.chain.in_(wanted.order_by(None)))).all()
