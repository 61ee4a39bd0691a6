"""An operation as a button: on a row, on the record's page, and on many records at once."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from kutego.db import Base
from kutego.models import Right
from kutego.money import ZERO
from kutego.views.panel.forms import PanelForm, actor, today

Line = str | tuple[str, Decimal]

GIVEN = {"on", "by", "confirmed"}  # keyword arguments that the bridge gives, not the form


class Place(Enum):
    """What a button works on."""

    RECORD = "one record; with `mass`, one record after the other"
    LIST = "no record; in a tab, the parent"
    TOGETHER = "the list of all chosen records in one call"
    IDS = "as TOGETHER, with their ids alone: there may be many"
    PAGE = "one record, on a page of its own that the home view of the model brings"

    @classmethod
    def of_records(cls) -> tuple["Place", ...]:
        """The places that stand in the menu of a record."""
        return cls.RECORD, cls.TOGETHER, cls.IDS, cls.PAGE


@dataclass(frozen=True)
class Button:
    """An operation offered on a screen. The form's fields are its keyword arguments.

    `shown` is a convenience for the eye; the operation is the law. `many` is the form for more
    than one record where it asks for less; `preview` lists what would be done before it is done.
    """

    operation: Callable[..., Any]
    form: type[PanelForm] | None = None
    label: str = field(kw_only=True)
    done: str = field(kw_only=True)
    right: Right | None = field(default=None, kw_only=True)
    icon: str = field(default="", kw_only=True)
    shown: Callable[[Any], bool] = field(default=lambda record: True, kw_only=True)
    primary: bool = field(default=False, kw_only=True)
    danger: bool = field(default=False, kw_only=True)
    mass: bool = field(default=False, kw_only=True)
    place: Place = field(default=Place.RECORD, kw_only=True)
    many: type[PanelForm] | None = field(default=None, kw_only=True)
    preview: Callable[..., Sequence[Line]] | None = field(default=None, kw_only=True)
    live: bool = field(default=False, kw_only=True)  # the preview follows what is being chosen
    help: str = field(default="", kw_only=True)
    name: str = field(default="", kw_only=True)
    template: str = field(default="office/panel/button.html", kw_only=True)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.operation.__name__.replace("_", "-"))

    @property
    def is_mass(self) -> bool:
        """Whether it is offered for a selection of rows."""
        return self.is_together or (self.mass and self.place is Place.RECORD)

    @property
    def is_together(self) -> bool:
        """Whether one call does it for all records."""
        return self.place in (Place.TOGETHER, Place.IDS)

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The keyword arguments of the operation, those given by the bridge included."""
        found = inspect.signature(self.operation).parameters.values()
        return {p.name: p for p in found if p.kind is inspect.Parameter.KEYWORD_ONLY}

    @property
    def asked(self) -> set[str]:
        """The keyword arguments that the form has to ask for."""
        return set(self.parameters) - GIVEN

    def form_for(self, many: bool) -> type[PanelForm]:
        """The form class for one record or for many."""
        return (self.many if many and self.many else self.form) or PanelForm

    def given(self, confirmed: frozenset[str]) -> dict[str, Any]:
        """What the bridge adds to the form's values: the day, the person, the confirmed codes."""
        values = {"on": today, "by": actor, "confirmed": lambda: confirmed}
        return {name: value() for name, value in values.items() if name in self.parameters}

    def run(self, subject: Base | list[Base] | list[int] | None, arguments: dict[str, Any]) -> Any:
        """Call the operation on a record, on a list of records, or on nothing."""
        return self.operation(*(() if subject is None else (subject,)), **arguments)

    def lines(self, subject: Base | list[Base] | None, arguments: dict[str, Any]) -> list[Line]:
        """What the operation would do to `subject`, as the preview tells it."""
        if self.preview is None:
            return []
        takes = inspect.signature(self.preview).parameters
        everything = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in takes.values())
        chosen = {n: v for n, v in arguments.items() if everything or n in takes}
        return list(self.preview(*(() if subject is None else (subject,)), **chosen))


def total(lines: Sequence[Line]) -> Decimal | None:
    """The sum of the amounts of a preview, where at least two lines have one."""
    amounts = [line[1] for line in lines if not isinstance(line, str)]
    return sum(amounts, ZERO) if len(amounts) > 1 else None
