"""From what the address says to SQL: the rows of a page, their count and their totals."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, type_coerce
from sqlalchemy.orm import ColumnProperty, selectinload, undefer

from kutego.db import db
from kutego.money import ZERO
from kutego.texts import gettext as _
from kutego.texts import search_key
from kutego.views.panel.columns import Column, sort_path
from kutego.views.panel.state import ListState

if TYPE_CHECKING:
    from kutego.views.panel.declared import Declared

FEW = 1_000
BAD = (ValueError, KeyError, ArithmeticError)
SPECIAL = re.compile("[%_/]")
PHONE = re.compile(r"[+\d][\d\s()/.-]{2,}")


class ListQuery:
    """The SQL of one list in one state. `problems` are sentences about filters left out."""

    def __init__(self, view: "Declared", state: ListState) -> None:
        self.view, self.state, self.model = view, state, view.model
        self.problems: list[str] = []
        self.conditions = self._filtered() + self._searched()

    @cached_property
    def few(self) -> list[int] | None:
        """The ids of the rows where a filter leaves at most 1,000 of them, else None.

        A filter without an index reads the whole table: with its ids in hand it does so once, not
        for the page, the count and the totals each. Where it finds many, it stops at once.
        """
        if not self.conditions:
            return None
        query = self.view.scope(select(self.model.id)).where(*self.conditions)
        ids = list(db.session.scalars(query.limit(FEW + 1)))
        return ids if len(ids) <= FEW else None

    def narrowed(self, query: Select[Any]) -> Select[Any]:
        """`query` with scope, filters and search."""
        if self.few is not None:
            return query.where(self.model.id.in_(self.few))
        return self.view.scope(query).where(*self.conditions)

    def rows(self) -> Select[Any]:
        """All records of the list, in order."""
        return self._ordered(self.narrowed(select(self.model)))

    def ids(self) -> list[int]:
        """The ids of all records of the list, in order."""
        return list(db.session.scalars(self._ordered(self.narrowed(select(self.model.id)))))

    def loaded(self, query: Select[Any], columns: list[Column]) -> Select[Any]:
        """With the relations that `columns` walk, one statement each.

        A deferred column that a path names is read with the rows.
        """
        paths = {path for column in columns for path in column.load}
        return query.options(*(self._loader(path) for path in sorted(paths)))

    def count_and_totals(self, columns: list[Column]) -> tuple[int, dict[str, Any]]:
        """How many rows there are, and the sum of each of `columns`, in one statement.

        Over a whole table each figure is a subquery of its own, read from its own index.
        """
        expressions = [self._summed(column) for column in columns]
        figures = [func.count(), *(func.sum(e, type_=e.type) for e in expressions)]
        statement = self.narrowed(select(*figures).select_from(self.model))
        if statement.whereclause is None:
            everything = select(func.count()).select_from(self.model)
            parts = [everything.scalar_subquery(), *map(self._sum_of_all, expressions)]
            statement = select(*parts)
        count, *totals = db.session.execute(statement).one()
        return count, dict(zip((c.key for c in columns), totals, strict=True))

    # --- the parts ---------------------------------------------------------------------------

    def _summed(self, column: Column) -> Any:
        found = sort_path(self.model, column)
        if found is None or found[0]:
            raise TypeError(f"{column.key} has no column of its own to sum")
        return found[1]

    def _sum_of_all(self, expression: Any) -> Any:
        """The sum over the whole table. With an index on it, the zeros need not be read."""
        total = select(func.sum(expression, type_=expression.type)).select_from(self.model)
        if not _is_indexed(self.model, expression):
            return total.scalar_subquery()
        halves = [total.where(expression > 0), total.where(expression < 0)]
        zero = literal(ZERO, expression.type)
        up, down = (func.coalesce(half.scalar_subquery(), zero) for half in halves)
        return type_coerce(up + down, expression.type)

    def _filtered(self) -> list[ColumnElement[bool]]:
        conditions = []
        for key, values in self.state.filters.items():
            filter_ = self.view.filter_map()[key]
            try:
                filter_.told(values)
                conditions.append(filter_.condition(self.model, values))
            except BAD:
                typed = ", ".join(text for texts in values.values() for text in texts)
                self.problems.append(
                    _(
                        "Der Filter „%(label)s“ kann mit „%(typed)s“ nichts anfangen "
                        "und gilt nicht.",
                        label=filter_.label,
                        typed=typed[:60],
                    )
                )
        return conditions

    def _searched(self) -> list[ColumnElement[bool]]:
        if not self.state.search or not self.view.search:
            return []
        paths = self.view.search
        paths = (paths,) if isinstance(paths, str) else paths
        return [or_(*(self._found(p, word) for p in paths)) for word in _words(self.state.search)]

    def _found(self, path: str, word: str) -> ColumnElement[bool]:
        *relations, name = path.split(".")
        if not relations:
            return _contains(getattr(self.model, name), word)
        relation = getattr(self.model, relations[0])
        target = relation.property.mapper.class_
        inner = _contains(getattr(target, name), word)
        [(local, remote)] = relation.property.local_remote_pairs
        return local.in_(select(remote).where(inner))

    def _loader(self, path: str) -> Any:
        owner, option = self.model, None
        for step in path.split("."):
            attribute = getattr(owner, step)
            if isinstance(attribute.property, ColumnProperty):  # computed where it is asked for
                return undefer(attribute) if option is None else option.undefer(attribute)
            option = selectinload(attribute) if option is None else option.selectinload(attribute)
            owner = attribute.property.mapper.class_
        return option

    def _ordered(self, query: Select[Any]) -> Select[Any]:
        key = self.state.sort or self.view.default_sort
        column = self.view.column_map().get(key.removeprefix("-"))
        found = sort_path(self.model, column) if column is not None else None
        descends = key.startswith("-")
        identity = self.model.id.desc() if descends else self.model.id
        if found is None:
            return query.order_by(self.model.id.desc())
        (path, expression), owner = found, self.model
        for step in path:
            relation = getattr(owner, step)
            query, owner = query.outerjoin(relation), relation.property.mapper.class_
        order = expression.desc() if descends else expression.asc()
        if path or getattr(expression, "nullable", True):
            order = order.nulls_last()
        return query.order_by(order, identity)


def contains(text: Any, word: str) -> ColumnElement[bool]:
    """Whether a text holds a word in capitals or not; of those SQLite knows the English ones."""
    spelled = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(text.icontains(each, autoescape=True) for each in sorted(spelled)))


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    if column.key != "search":  # which is kept folded, see Customer.refresh_keys
        return contains(column, word)
    found = _like(column, search_key(word))
    digits = "".join(filter(str.isdigit, word)).lstrip("0")
    if PHONE.fullmatch(word) and len(digits) > 2:
        return found | _like(column, digits)
    return found


def _like(column: Any, part: str) -> ColumnElement[bool]:
    """With the pattern put together once: `contains` has SQLite do it for every row."""
    escaped = SPECIAL.sub(r"/\g<0>", part)
    return column.like(f"%{escaped}%", escape="/")


def _words(term: str) -> list[str]:
    """Every word has to be found, in any order; a telephone number counts as one."""
    return [term] if PHONE.fullmatch(term) else term.split()[:8]


def _is_indexed(model: Any, expression: Any) -> bool:
    """Whether an index begins with the column."""
    starts = {next(iter(index.columns)).key for index in model.__table__.indexes}
    return getattr(expression, "key", None) in starts
