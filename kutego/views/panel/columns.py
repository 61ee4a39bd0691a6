"""What a list and a record page show: columns, badges, cards and key figures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Self

from flask import g
from markupsafe import Markup
from sqlalchemy import ColumnElement, Date, inspect
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute
from sqlalchemy.types import TypeEngine

from kutego.db import Base, Moment
from kutego.labelled import Labelled
from kutego.models import Right, company
from kutego.money import FineMoney, Hundredths, Money, decimal_comma, euro, fine_euro, percent
from kutego.texts import gettext as _
from kutego.views.frame import badge_kind


@dataclass(frozen=True)
class Badge:
    """A state as a word on a soft colour."""

    label: str
    tone: str = "secondary"

    @classmethod
    def of(cls, state: Labelled) -> Self:
        """The badge of a member of a closed list; the same word has the same colour everywhere."""
        return cls(state.label, badge_kind(state.value))


@dataclass(frozen=True)
class ListLink:
    """A way from a list to another one, beside its title."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class KeyFigure:
    """A figure in the head of a record that leads to where it comes from."""

    label: str
    value: str
    url: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a list. Without `value` it is the model's attribute `key`.

    `kind` (text, money, percent, number, date, moment, flag) follows the model's type where the
    key is a column. `sort` is an attribute, a path such as `customer.sort_name`, or an SQL
    expression; a computed column without it cannot be sorted by. `load` names the relations that
    `value` and `link` walk, so that a page of rows takes the same number of statements as one row.
    """

    key: str
    label: str
    value: Callable[[Any], Any] | None = field(default=None, kw_only=True)
    kind: str = field(default="", kw_only=True)
    sort: str | ColumnElement[Any] | QueryableAttribute[Any] | None = field(
        default=None, kw_only=True
    )
    load: tuple[str, ...] = field(default=(), kw_only=True)
    link: Callable[[Any], Base | str | None] | None = field(default=None, kw_only=True)
    badge: bool = field(default=False, kw_only=True)
    total: bool = field(default=False, kw_only=True)
    shown: bool = field(default=True, kw_only=True)
    exported: bool = field(default=True, kw_only=True)
    quiet: bool = field(default=False, kw_only=True)  # a card leaves it out where it is empty
    right: Right | None = field(default=None, kw_only=True)

    def of(self, record: Any) -> Any:
        """The plain value for `record`."""
        return self.value(record) if self.value is not None else getattr(record, self.key)

    @property
    def is_number(self) -> bool:
        """Whether it is aligned right, in tabular figures."""
        return self.kind in ("money", "percent", "number", "price", "decimal")

    def text(self, record: Any) -> str:
        """The value as people read it."""
        return plain(self.of(record), self.kind)

    def exported_text(self, record: Any) -> str:
        """The value for a spreadsheet: amounts without a sign, so that they can be summed."""
        value = self.of(record)
        if isinstance(value, Decimal):
            if self.kind == "price":
                return fine_euro(value).removesuffix("\u00a0€").replace(".", "")
            return decimal_comma(value).replace(".", "")
        return plain(value, self.kind)

    def badge_of(self, record: Any) -> Badge | None:
        """The badge that stands for the value."""
        value = self.of(record)
        if isinstance(value, Badge):
            return value
        if isinstance(value, Labelled):
            return Badge.of(value)
        return Badge(str(value)) if value else None


@dataclass(frozen=True)
class Card:
    """A box of the record page with labels and values of columns or fields of the view."""

    title: str
    keys: tuple[str, ...]
    right: Right | None = None

    def __init__(self, title: str, *keys: str, right: Right | None = None) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "right", right)


def plain(value: Any, kind: str = "") -> str:
    """A value as German text: dates 23.11.2026, amounts 1.234,50 €, yes and no."""
    if value is None:
        return ""
    if kind == "percent":
        return f"{percent(value)} %"
    if kind == "price":
        return fine_euro(value)
    if kind == "decimal" or (kind == "number" and isinstance(value, Decimal)):
        return percent(value)  # 12.50 as 12,5
    if (known := TEXTS.get(type(value))) is not None:
        return known(value)
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value)
    return value.label if isinstance(value, Badge | Labelled) else str(value)


def _moment(value: datetime) -> str:
    if "zone" not in g:
        g.zone = company().zone
    return f"{value.astimezone(g.zone):%d.%m.%Y %H:%M}"


TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    Markup: lambda links: links,  # what the view has built itself stays markup
    Decimal: euro,
    date: lambda day: f"{day:%d.%m.%Y}",
    datetime: _moment,
    time: lambda at: f"{at:%H:%M}",
    bool: lambda flag: _("Ja") if flag else _("Nein"),
    int: lambda number: f"{number:,}".replace(",", "."),
}


KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (FineMoney, "price"),  # type: ignore[arg-type]  # as the next ones
    (Money, "money"),  # type: ignore[arg-type]  # decorators, not engines
    (Hundredths, "percent"),  # type: ignore[arg-type]
    (Moment, "moment"),  # type: ignore[arg-type]
    (Date, "date"),
)


def kind_of(model: type[Base], key: str) -> str:
    """The kind that the model's column asks for; empty where `key` is computed."""
    attribute = inspect(model).column_attrs.get(key)
    if attribute is None:
        return ""
    kind = attribute.columns[0].type
    for cls, name in KINDS:
        if isinstance(kind, cls):
            return name
    names = {bool: "flag", int: "number"}
    return names.get(kind.python_type, "text")


def sort_path(model: type[Base], column: Column) -> tuple[tuple[str, ...], Any] | None:
    """The relations to join and the expression to sort by; None where it cannot be sorted."""
    target = column.sort
    if target is None:
        target = column.key if column.value is None else None
    if target is None or target == "":
        return None
    if not isinstance(target, str):
        return (), target
    *path, name = target.split(".")
    owner: Any = model
    for step in path:
        owner = getattr(owner, step).property.mapper.class_
    attribute = getattr(owner, name, None)
    if not isinstance(attribute, InstrumentedAttribute) or name not in inspect(owner).column_attrs:
        return None
    return tuple(path), attribute
