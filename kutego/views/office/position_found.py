"""Which records a list of a line holds: those it has, those just chosen, and the first others."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_

from kutego.views.panel.query import contains

FEW = 50  # of each list; the others are found by typing
WORDS = 8


@dataclass(frozen=True)
class Wanted:
    """What is asked of one list.

    `used` stands on the stored document, whatever became of it; `chosen` was just sent by the
    browser and is offered as long as it is sold; `words` are what somebody types to find one.
    """

    used: Collection[Any] = field(default_factory=set)
    chosen: Collection[Any] = field(default_factory=set)
    words: str = ""
    most: int = FEW

    def of(self, query: Select[Any], model: Any, is_sold: Any, text: Any) -> Select[Any]:
        """The statement of the list: what is in use first, then as many others as it can hold."""
        used, chosen = model.id.in_(self.used), model.id.in_(self.chosen)
        spoken = and_(is_sold, *(contains(text, word) for word in self.words.split()[:WORDS]))
        query = query.where(spoken | used).limit(self.most)
        return query.order_by(used.desc(), chosen.desc())
