"""One page of a list, ready for the template: columns, rows, chips, pager, totals."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import g
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import Employee, ListPreference, SavedView
from kutego.money import ZERO
from kutego.views.panel.button import Button, Place
from kutego.views.panel.columns import Column, kind_of, plain, sort_path
from kutego.views.panel.digest import digest
from kutego.views.panel.query import ListQuery
from kutego.views.panel.state import SIZE, ListState

if TYPE_CHECKING:
    from kutego.views.panel.declared import Declared


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address of the list without it."""

    label: str
    value: str
    url: str


class Listing:
    """What the list of `view` shows in `state` to the user of this request."""

    def __init__(self, view: "Declared", state: ListState) -> None:
        self.view, self.state = view, state
        self.url = view.list_url
        self.query = ListQuery(view, state)

    # --- columns -----------------------------------------------------------------------------

    @cached_property
    def preference(self) -> ListPreference | None:
        """What the user chose for this list."""
        key = (current_user.id, self.view.endpoint)
        return db.session.get(ListPreference, key)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in the user's order; the export follows them."""
        return chosen_columns(self.view, self.preference)

    def can_sort(self, column: Column) -> bool:
        """Whether the head of the column is a link."""
        return sort_path(self.view.model, column) is not None

    def sort_url(self, column: Column) -> str:
        """The list sorted by this column; sorted the other way round when it is already."""
        return self.url + replace(self.state, sort=self.sort).sorted_by(column.key).query

    @property
    def sort(self) -> str:
        """The column that the list is sorted by, with a minus when it descends."""
        return self.state.sort or self.view.default_sort

    # --- rows --------------------------------------------------------------------------------

    @cached_property
    def size(self) -> int:
        """Rows per page: what the address says, what the user chose, or 50."""
        chosen = self.preference.page_size if self.preference else None
        return self.state.size or chosen or SIZE

    @cached_property
    def figures(self) -> tuple[int, dict[str, Any]]:
        """The number of rows and the totals of the shown money columns over the whole filter."""
        return self.query.count_and_totals([c for c in self.columns if c.total])

    @property
    def count(self) -> int:
        """The number of rows over the whole filter."""
        return self.figures[0]

    @cached_property
    def totals(self) -> dict[str, str]:
        """The totals as text, by column."""
        keys = {c.key: c.kind for c in self.columns}
        return {k: plain(ZERO if v is None else v, keys[k]) for k, v in self.figures[1].items()}

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.count // self.size))

    @property
    def page(self) -> int:
        """The page that is shown: the last one where the address asks for one beyond it."""
        return min(self.state.page, self.pages)

    @cached_property
    def rows(self) -> list[Any]:
        """The records of the page."""
        query = self.query.loaded(self.query.rows(), self.columns)
        start = (self.page - 1) * self.size
        return list(db.session.scalars(query.limit(self.size).offset(start)))

    @property
    def near(self) -> list[int | None]:
        """The pages that the pager names: the first, the last, those around; None for a gap."""
        around = {1, self.pages, *range(self.page - 2, self.page + 3)}
        pages: list[int | None] = []
        for page in sorted(p for p in around if 1 <= p <= self.pages):
            if pages and page - (pages[-1] or 0) > 1:
                pages.append(None)
            pages.append(page)
        return pages

    def page_url(self, page: int) -> str:
        """The address of another page."""
        return self.url + self.state.at(page).query

    @cached_property
    def row_buttons(self) -> list[Button]:
        """The buttons that the user may press on a row; its menu shows those that it allows."""
        return self.view.offered(*Place.of_records())

    @property
    def back(self) -> str:
        """The part of an address that leads back to the list as it is shown."""
        return "?" + urlencode({"url": self.url + self.state.query})

    @cached_property
    def mass_buttons(self) -> list[Button]:
        """The buttons of the selection."""
        return [b for b in self.row_buttons if b.is_mass]

    # --- filters and views -------------------------------------------------------------------

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on, each with the address of the list without it."""
        chips = []
        for key, values in self.state.filters.items():
            filter_ = self.view.filter_map()[key]
            try:
                told = filter_.told(values)
            except (ValueError, KeyError, ArithmeticError):
                continue
            chips.append(Chip(filter_.label, told, self.url + self.state.without(key).query))
        return chips

    @property
    def clear_url(self) -> str:
        """The list without search and filters."""
        return self.url + self.state.cleared().query

    @cached_property
    def saved_views(self) -> list[SavedView]:
        """The user's views of this list and those that colleagues share, under their names."""
        mine = SavedView.employee_id == current_user.id
        query = select(SavedView).where(
            SavedView.view == self.view.endpoint, mine | SavedView.is_shared
        )
        owner = joinedload(SavedView.employee).joinedload(Employee.customer)
        return list(db.session.scalars(query.order_by(SavedView.name).options(owner)))

    @property
    def default_view(self) -> SavedView | None:
        """The view that the list opens with: what the user chose, else what holds for all."""
        chosen = self.preference
        if chosen is not None and chosen.default_view_id is not None:
            return next((v for v in self.saved_views if v.id == chosen.default_view_id), None)
        if chosen is not None and chosen.without_default:
            return None
        return next((view for view in self.saved_views if view.is_default), None)

    # --- widths ------------------------------------------------------------------------------

    @property
    def widths(self) -> dict[str, int]:
        """How wide the user made the shown columns, in pixels."""
        kept = (self.preference and self.preference.widths) or {}
        return {c.key: kept[c.key] for c in self.columns if c.key in kept}

    @property
    def width_rules(self) -> str:
        """The widths as CSS, by the places of the columns in a row."""
        first = 2 if self.mass_buttons else 1
        places = {c.key: first + i for i, c in enumerate(self.columns)}
        rules = (
            f"[data-list] .list-table tr > :nth-child({places[key]}) "
            f"{{ width: {px}px; min-width: {px}px; max-width: {px}px; }}"
            for key, px in self.widths.items()
        )
        return "@media screen and (min-width: 600px) {\n" + "\n".join(rules) + "\n}\n"

    @property
    def widths_url(self) -> str | None:
        """The stylesheet of the widths; its name changes with them. None where there are none."""
        if not self.widths:
            return None
        return f"{self.url}widths.css?v={digest([self.width_rules])[:12]}"


def chosen_columns(view: "Declared", preference: ListPreference | None) -> list[Column]:
    """The columns a user sees: what was chosen, without what they may not see any more."""
    known = bound_columns(view)
    chosen = [known[key] for key in preference.columns if key in known] if preference else []
    return chosen or [column for column in known.values() if column.shown]


def bound_columns(view: "Declared") -> dict[str, Column]:
    """The columns that the user may see, each with the kind that its model asks for."""
    cache = g.setdefault("_bound_columns", {})
    if view.endpoint not in cache:
        cache[view.endpoint] = {
            key: column if column.kind else replace(column, kind=kind_of(view.model, key))
            for key, column in view.column_map().items()
        }
    return cache[view.endpoint]
