"""Where personal data stand, and what becomes of them: the vocabulary and the way to the rows.

The decisions themselves, one for every table, are in `kutego.models.personal_tables`. Export,
anonymisation, deletion and the merging of two customers all walk that one list, so that a table
is either treated by all four or known to hold nothing about a person. A test fails as soon as a
table has no decision, or a column of a table that is cleared cannot be emptied.

    for holding in HOLDINGS:                      # parents before what hangs below them
        condition = rows_of(holding, [customer.id])
        session.execute(select(holding.rows).where(condition))

Merging: `MOVE` rows get the id of the main account in `customer_id`, `FOLLOW` rows hang below
rows that move and need nothing, `JOIN` rows move where the main account has none like them yet,
`STAY` rows are links of a chain (or are about the account itself) and are shown through
`Customer.main_account_id`; `DROP` rows lose their meaning.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from kutego.db import Base

Condition = Callable[[], ColumnElement[bool]]

TAXES = "§ 147 AO, § 14b UStG: Buchungsbelege werden acht Jahre aufbewahrt"


class Erasure(Enum):
    """What becomes of the rows when a customer is anonymised."""

    DELETE = auto()
    CLEAR = auto()  # the row stays with what it `keeps`; every other column is emptied
    KEEP = auto()  # as it is, for the reason that the holding gives


class Deletion(Enum):
    """What the rows mean for deleting a customer altogether."""

    GO = auto()
    BLOCK = auto()  # as long as there is one, the customer cannot be deleted
    ASK = auto()  # they go when somebody confirmed that they are lost
    CLEAR = auto()  # the row belongs to the house; what it says of the customer goes
    KEEP = auto()  # holds nothing about a person


class Merging(Enum):
    """What becomes of the rows when the customer goes up in another one."""

    MOVE = auto()
    FOLLOW = auto()
    JOIN = auto()
    STAY = auto()
    DROP = auto()


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What one table holds of a customer, how to get there, and every decision about it."""

    table: str
    title: str  # the German name in the export
    part_of: str = ""  # the table whose rows tell the same to somebody who counts them
    ways: tuple[str, ...] = (
        "customer_id",
    )  # columns that lead to the customer: "note_id.customer_id"
    where: Callable[[Sequence[int]], ColumnElement[bool]] | None = None  # where no column leads
    erasure: Erasure
    deletion: Deletion
    merging: Merging
    reason: str = ""  # why it is kept
    keeps: Collection[str] = ()  # columns that stay when the row is cleared
    empties: Collection[str] = ()  # or, where nearly everything stays, those that do not
    replaces: dict[str, Any] = field(default_factory=dict)  # columns that cannot be empty
    drops: Condition | None = None  # rows that go when the others are cleared or kept
    blocks: Condition | None = None  # the rows that BLOCK and ASK are about; the others go
    exported: bool = True
    hidden: Collection[str] = ()  # columns that are secrets or the program's own
    inner: bool | Condition = False  # rows, or all rows, that only the office sees
    inner_columns: Collection[str] = ()
    inner_facts: Collection[str] = ()  # JSON of the history whose facts may be such columns
    file: str = ""  # the column that names a stored file: its SHA-256, or JSON with "sha256"

    @property
    def rows(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]

    @property
    def cleared(self) -> dict[str, Any]:
        """The columns that are emptied with the row, and what stands in them afterwards."""
        names = {column.name for column in self.rows.columns}
        kept = {*self.keeps, *(column.name for column in self.rows.primary_key)}
        emptied = set(self.empties) or names - kept
        return dict.fromkeys(sorted(emptied)) | self.replaces


def rows_of(holding: Holding, ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a row of the table is about one of the customers `ids`."""
    if holding.where is not None:
        return holding.where(ids)
    return or_(*(_leads(holding.rows, way.split("."), ids) for way in holding.ways))


def _leads(table: Table, way: list[str], ids: Sequence[int]) -> ColumnElement[bool]:
    column = table.c[way[0]]
    if len(way) == 1:
        return column.in_(ids)
    above = next(iter(column.foreign_keys)).column
    return column.in_(select(above).where(_leads(above.table, way[1:], ids)))
