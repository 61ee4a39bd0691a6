"""Two customers side by side: what a person chooses between before the two become one."""

from dataclasses import dataclass, replace
from typing import Any

from wtforms import Field

from kutego.models import Customer, DuplicatePair
from kutego.operations.merging import CHOSEN, Side
from kutego.views.office.customer_columns import CUSTOMER_COLUMNS
from kutego.views.panel import Column
from kutego.views.panel.columns import kind_of

KNOWN = {column.key: column for column in CUSTOMER_COLUMNS}


@dataclass(frozen=True)
class Line:
    """One field of both. `chosen` is the side whose value counts."""

    name: str
    label: str
    texts: tuple[str, str]
    chosen: str
    differs: bool


class SidesField(Field):
    """For each field the side whose value counts: radio buttons `chosen-<field>`."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take what was chosen; anything else counts as not chosen."""
        self.process_errors, self.raw_data = list[str](), list[str]()
        given = {name: formdata.get(f"{self.name}-{name}") for name in CHOSEN} if formdata else {}
        sides = {side.value for side in Side}
        self.data = {name: side for name, side in given.items() if side in sides}

    def lines(self, pair: DuplicatePair, main: Any, may_see: Any) -> list[Line]:
        """Every field that at least one of the two has, as it is chosen so far."""
        found = []
        for name in CHOSEN:
            if not may_see(name):
                continue
            texts = (_text(name, pair.first), _text(name, pair.second))
            same = getattr(pair.first, name) == getattr(pair.second, name)
            if any(texts):
                chosen = self.data.get(name) or _proposed(pair, name, main)
                found.append(Line(name, _label(name), texts, chosen, not same))
        return found


def _proposed(pair: DuplicatePair, name: str, main: Any) -> str:
    """The main account's, unless it has none; the address of mail never without being asked."""
    own, other = (Side.FIRST, Side.SECOND) if main != Side.SECOND else (Side.SECOND, Side.FIRST)
    record = pair.first if own is Side.FIRST else pair.second
    return (own if getattr(record, name) not in (None, "") else other).value


def _column(name: str) -> Column:
    column = KNOWN.get(name) or Column(name, name)
    return column if column.kind else replace(column, kind=kind_of(Customer, name))


def _text(name: str, customer: Customer) -> str:
    return _column(name).text(customer)


def _label(name: str) -> str:
    return _column(name).label
