"""One record, ready for the template: head, tabs with counters, cards."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from kutego.db import db
from kutego.texts import gettext as _
from kutego.views.panel.button import Button
from kutego.views.panel.columns import Badge, Card, Column, KeyFigure, kind_of

if TYPE_CHECKING:
    from kutego.views.panel.declared import Declared


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
    def tabs(self) -> list[tuple[str, str, int | None, bool]]:
        """Label, address, counter and whether it is the present one; all counters in one query."""
        children = [child for child in self.view.children if child.is_accessible()]
        counts: list[Any] = []
        if children:
            counters = [c.counter(self.record).scalar_subquery() for c in children]  # type: ignore[attr-defined]
            counts = list(db.session.execute(select(*counters)).one())
        tabs: list[tuple[str, str, int | None, bool]] = [
            (_("Details"), self.url, None, request.blueprint == self.view.endpoint)
        ]
        for child, count in zip(children, counts, strict=True):
            url = f"{self.url}{child.slug}/"
            tabs.append((child.title, url, count, request.blueprint == child.endpoint))
        return tabs

    @cached_property
    def cards(self) -> list[tuple[Card, list[Column]]]:
        """The cards that the user may see, with their fields."""
        known = self.view.field_map()
        cards = []
        for card in self.view.shown_cards():
            if card.right is not None and not self.view.may(card.right):
                continue
            if fields := [self._bound(known[key]) for key in card.keys if key in known]:
                cards.append((card, fields))
        return cards

    def _bound(self, column: Column) -> Column:
        return column if column.kind else replace(column, kind=kind_of(self.view.model, column.key))
