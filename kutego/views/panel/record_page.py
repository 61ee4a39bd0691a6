"""One record, ready for the template: head, tabs with counters, cards."""

from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from kutego.db import db
from kutego.texts import gettext as _
from kutego.views.panel.button import Button
from kutego.views.panel.columns import Badge, Card, Column, KeyFigure, kind_of

if TYPE_CHECKING:
    from kutego.views.panel.declared import Declared


Entry = tuple[str, str, int | None, bool]  # label, address, counter, whether we are there


class RecordPage:
    """What the page of `record` shows to the user of this request; a tab shows the same head."""

    def __init__(self, view: "Declared", record: Any) -> None:
        self.view, self.record = view, record
        self.url = view.record_url(record)

    @cached_property
    def buttons(self) -> list[Button]:
        """The buttons that the record allows now."""
        return self.view.offered_for(self.record)

    @property
    def key_figures(self) -> list[KeyFigure]:
        """The figures of the head."""
        return self.view.key_figures(self.record)

    @property
    def badges(self) -> list[Badge]:
        """The badges of the head."""
        return self.view.badges(self.record)

    @cached_property
    def tabs(self) -> list[Entry]:
        """The tabs, those of one group as one: it leads to the first section with something."""
        tabs: list[Entry] = [
            (_("Details"), self.url, None, request.blueprint == self.view.endpoint)
        ]
        groups = [list(each) for _name, each in groupby(self._children, lambda c: c[0] or c[1][0])]
        for group in groups:
            _label, url, _count, _active = next((e for _g, e in group if e[2]), group[0][1])
            count = sum(entry[2] or 0 for _group, entry in group if entry[1] not in self._beside)
            here = any(entry[3] for _group, entry in group)
            tabs.append((group[0][0] or group[0][1][0], url, count, here))
        return tabs

    @property
    def sections(self) -> list[Entry]:
        """The lists that share the present tab, where there are several."""
        here = next((group for group, entry in self._children if group and entry[3]), None)
        return [entry for group, entry in self._children if group == here and here]

    @cached_property
    def _beside(self) -> set[str]:
        children = (child for child in self.view.children if getattr(child, "is_beside", False))
        return {f"{self.url}{child.slug}/" for child in children}

    @cached_property
    def _children(self) -> list[tuple[str, Entry]]:
        """Group and entry of each list below the record; all counters in one query."""
        children = [child for child in self.view.children if child.is_accessible()]
        counts: list[Any] = []
        if children:
            counters = [c.counter(self.record).scalar_subquery() for c in children]  # type: ignore[attr-defined]
            counts = list(db.session.execute(select(*counters)).one())
        entries: list[tuple[str, Entry]] = []
        for child, count in zip(children, counts, strict=True):
            here = request.blueprint == child.endpoint
            if not (count or here) and getattr(child, "is_hidden_empty", False):
                continue
            entry = (child.title, f"{self.url}{child.slug}/", count, here)
            entries.append((getattr(child, "group", ""), entry))
        return entries

    @cached_property
    def cards(self) -> list[tuple[Card, list[Column]]]:
        """The cards that the user may see, with their fields."""
        known = self.view.field_map()
        cards = []
        for card in self.view.shown_cards():
            if card.right is not None and not self.view.may(card.right):
                continue
            fields = [self._bound(known[key]) for key in card.keys if key in known]
            if fields := [f for f in fields if not f.quiet or f.of(self.record)]:
                cards.append((card, fields))
        return cards

    def _bound(self, column: Column) -> Column:
        return column if column.kind else replace(column, kind=kind_of(self.view.model, column.key))
