"""A run over all contracts that are due: a few per transaction, with a fuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kutego.actor import Actor
from kutego.db import lock, transaction
from kutego.models import Contract
from kutego.operations.billing import bill_due
from kutego.operations.billing_lines import count_instalments
from kutego.operations.dunning_rules import run_of
from kutego.operations.mail_texts import own_words
from kutego.periods import months_touched, weeks_touched
from kutego.texts import gettext as _

SLICE = 8  # contracts per transaction: one wait for the disk, and short enough for a clerk
LOADED = (
    joinedload(Contract.customer),
    joinedload(Contract.participant),
    selectinload(Contract.enrolments),
    selectinload(Contract.pauses),
    selectinload(Contract.prices),
    selectinload(Contract.instalment_lines),
)


class FuseBlown(Exception):
    """A run would make more than can be right. It stops, and a person looks."""


@dataclass
class BillingRun:
    """What a run may make and has made. `contracts`: how many are due."""

    on: date
    by: Actor
    contracts: int
    made: int = 0
    most: int = 1  # periods of one contract

    def bill(self, ids: Sequence[int]) -> int:
        """Bill these contracts in one transaction, all or none; returns how many invoices.

        Raises `FuseBlown` where one would get more periods than months or weeks have passed, or
        all together more than there are contracts times periods.
        """
        query = select(Contract).where(Contract.id.in_(ids)).order_by(Contract.id)
        with transaction() as session:
            contracts = session.scalars(query.options(*LOADED)).all()
            lock(session, contracts)
            _read_ahead(contracts)
            made = 0
            for contract in contracts:
                made += self._bill(contract, made)
        self.made += made
        return made

    def _bill(self, contract: Contract, before: int) -> int:
        allowed = _most_periods(contract, self.on)
        self.most = max(self.most, allowed)
        made = len(bill_due(contract, on=self.on, by=self.by))
        if made > allowed or self.made + before + made > self.contracts * self.most:
            raise FuseBlown(
                _(
                    "%(contract)s: %(made)s Rechnungen auf einmal sind zu viele. "
                    "Der Lauf hält an, damit jemand nachsieht.",
                    contract=contract,
                    made=made,
                )
            )
        return made


def _most_periods(contract: Contract, on: date) -> int:
    """How many periods can begin between the next invoice and a day, a short first one apart."""
    first, weeks = contract.next_invoice_on, contract.interval_weeks
    is_short = contract.first_until is not None and first <= contract.first_until
    passed = weeks_touched(first, on, weeks) if weeks else months_touched(first, on)
    return passed + is_short


def _read_ahead(contracts: Sequence[Contract]) -> None:
    """What all of them ask: read before the first is billed, as a question writes what waits."""
    count_instalments(contracts)
    run_of(())
    own_words("invoice_issued")
