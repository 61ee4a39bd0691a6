"""Filters of a list. Each has a stable key, so that a saved address means the same for ever."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import QueryableAttribute

from kutego.db import Base, db
from kutego.labelled import Labelled
from kutego.models import Right
from kutego.texts import gettext as _

Values = dict[str, list[str]]  # part of the key ("", "from", "to") -> what the address says


@dataclass(frozen=True)
class Filter:
    """Narrows a list by one column: `model.key`, or `column` reached over the relation `via`."""

    key: str
    label: str
    column: Any = field(default=None, kw_only=True)
    via: QueryableAttribute[Any] | None = field(default=None, kw_only=True)
    right: Right | None = field(default=None, kw_only=True)

    kind = "text"  # which input the filter page shows
    parts: ClassVar[tuple[str, ...]] = ("",)

    def names(self) -> list[str]:
        """The parameters of the address that belong to this filter."""
        return [f"f.{self.key}{'.' + part if part else ''}" for part in self.parts]

    def condition(self, model: type[Base], values: Values) -> ColumnElement[bool]:
        """The SQL for what the address says; raises `ValueError` with a sentence."""
        column = getattr(model, self.key) if self.column is None else self.column
        inner = self.where_column(column, values)
        if self.via is None:
            return inner
        relation = self.via.property
        return self.via.any(inner) if relation.uselist else self.via.has(inner)

    def where_column(self, column: Any, values: Values) -> ColumnElement[bool]:
        """The condition on the column itself."""
        raise NotImplementedError

    def told(self, values: Values) -> str:
        """What stands on the chip, after the label."""
        return ", ".join(values[""])

    def choices(self) -> Iterable[tuple[str, str]]:
        """Value and label of what can be chosen, loaded when it is asked for."""
        return ()


class TextFilter(Filter):
    """The text contains what was typed, in upper or lower case."""

    def where_column(self, column, values):
        return column.icontains(values[""][0], autoescape=True)

    def told(self, values):
        return f"„{values[''][0]}“"


class EqualsFilter(Filter):
    """The text is exactly what was typed."""

    def where_column(self, column, values):
        return column == values[""][0]


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One or several of a closed list."""

    members: type[Labelled] = Labelled

    kind = "choice"

    def where_column(self, column, values):
        return column.in_(self._chosen(values))

    def told(self, values):
        return _(" oder ").join(member.label for member in self._chosen(values))

    def choices(self):
        return self.members.choices()

    def _chosen(self, values: Values) -> list[Labelled]:
        return [self.members(value) for value in values[""]]


@dataclass(frozen=True)
class YesNoFilter(Filter):
    """Yes or no: a flag of the model, or any condition given as `where`."""

    where: ColumnElement[bool] | None = field(default=None, kw_only=True)

    kind = "choice-one"

    def condition(self, model, values):
        wanted = self._wanted(values)
        if self.where is not None:
            return self.where if wanted else ~self.where
        return super().condition(model, values)

    def where_column(self, column, values):
        return column.is_(self._wanted(values))

    def _wanted(self, values: Values) -> bool:
        return {"yes": True, "no": False}[values[""][0]]

    def told(self, values):
        return dict(self.choices())[values[""][0]]

    def choices(self):
        return [("yes", _("Ja")), ("no", _("Nein"))]


@dataclass(frozen=True)
class RelationFilter(Filter):
    """A related record, chosen from a list that is loaded when the filter is opened.

    `load` returns a select of id and label.
    """

    load: Callable[[], Any] = select  # a select of id and label

    kind = "choice"

    def where_column(self, column, values):
        return column.in_([self._id(value) for value in values[""]])

    def told(self, values):
        columns = list(self.load().selected_columns)
        ids = [self._id(value) for value in values[""]]
        rows = db.session.execute(self.load().where(columns[0].in_(ids)))
        return _(" oder ").join(str(label) for _number, label in rows) or "–"

    def choices(self):
        return [(str(number), str(label)) for number, label in db.session.execute(self.load())]

    @staticmethod
    def _id(value: str) -> int:
        number = int(value)
        if not 0 < number < 2**31:
            raise ValueError(value)
        return number
