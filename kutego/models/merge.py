"""Merged customers: what moved from one record to the other, so that it can go back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kutego.db import Base
from kutego.errors import DomainError
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.models.stateful import Stateful
from kutego.texts import gettext as _


class MergeState(Labelled):
    DONE = "done", "Zusammengeführt"
    UNDONE = "undone", "Rückgängig gemacht"


class CustomerMerge(Stateful, Base):
    """One record went up in another, its main account. `before` is what the two looked like."""

    __tablename__ = "customer_merge"

    transitions = {MergeState.DONE: frozenset({MergeState.UNDONE})}

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    state: Mapped[MergeState] = mapped_column(default=MergeState.DONE)
    comment: Mapped[str | None] = mapped_column(String(500))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_on: Mapped[date]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    target: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    source: Mapped[Customer] = relationship(foreign_keys=[source_id])
    rows: Mapped[list["MergedRow"]] = relationship(order_by="MergedRow.id", viewonly=True)

    def __str__(self) -> str:
        return f"{self.source.number} in {self.target.number}"


class MergedRow(Base):
    """A row that changed hands. `stamp` tells whether it was changed since; empty: no matter."""

    __tablename__ = "merged_row"
    __table_args__ = (Index("ix_merged_row_merge_id_table_name", "merge_id", "table_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("customer_merge.id"))
    table_name: Mapped[str] = mapped_column(String(60))
    record_id: Mapped[int]
    stamp: Mapped[str | None] = mapped_column(String(64))


# What may still be written about a record that went up in another: its history, and what was said.
STILL = frozenset(
    {"activity", "chain_seal", "customer_merge", "duplicate_pair", "import_row", "message"}
)


@event.listens_for(Session, "before_flush")
def _refuse_more(session: Session, _context: Any, _instances: Any) -> None:
    """Nothing new for a merged record: whoever waited for the merge is told where to go on."""
    owners = {
        row.customer_id: row
        for row in session.new
        if getattr(row, "customer_id", None) and row.__tablename__ not in STILL
    }
    unknown = {id_ for id_ in owners if _known(session, id_) is None}
    new = {row.id for row in session.new if isinstance(row, Customer)}
    merged = [c for id_ in owners if (c := _known(session, id_)) and c.merged_at is not None]
    if unknown - new:
        query = select(Customer).where(Customer.id.in_(unknown - new))
        with session.no_autoflush:
            merged += session.scalars(query.where(Customer.merged_at.is_not(None)))
    for customer in merged:
        main = customer.account
        raise DomainError(
            _("%(number)s ist mit %(main)s (%(name)s) zusammengeführt. Bitte dort weitermachen.",
              number=customer.number, main=main.number, name=main.name)
        )  # fmt: skip


def _known(session: Session, id_: int) -> Customer | None:
    return session.identity_map.get(session.identity_key(Customer, id_))
