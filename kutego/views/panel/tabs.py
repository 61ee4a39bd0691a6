"""A tab of a record's page: a full list under the record's own address."""

from typing import Any

from flask import abort, g
from sqlalchemy import Select, func, select

from kutego.views.panel.columns import Column
from kutego.views.panel.declared import Declared
from kutego.views.panel.record_page import RecordPage
from kutego.views.panel.record_view import RecordView


class TabView(RecordView):
    """Lists the records whose `parent_key` is the parent's id, with rights of its own.

    The parent is loaded after the rights were checked, so that a 404 tells strangers nothing.
    """

    parent_key = ""
    group = ""  # tabs of one group share a tab of this name and stand in it as sections
    is_beside = False  # a section whose number says nothing about its group's
    is_home = False
    list_template = "office/panel/tab.html"

    def __init__(self, parent: Declared) -> None:
        self.parent_view = parent
        super().__init__()
        self.endpoint = f"{parent.endpoint}_{self.slug}"
        self.url = f"{parent.slug}/<int(max=2147483647):parent_id>/{self.slug}"

    def create_blueprint(self, admin: Any) -> Any:
        """Take the parent's id out of the address, and put it into those of the tab."""
        blueprint = super().create_blueprint(admin)

        @blueprint.url_value_preprocessor
        def pull(endpoint: str | None, values: dict[str, Any] | None) -> None:
            g.parent_id = (values or {}).pop("parent_id")
            g.pop("parent", None)  # of a request before this one in the same context

        @blueprint.url_defaults
        def push(endpoint: str, values: dict[str, Any]) -> None:
            if "parent_id" in g:
                values.setdefault("parent_id", g.parent_id)

        return blueprint

    def is_visible(self) -> bool:
        """Tabs are not in the menu."""
        return False

    def is_accessible(self) -> bool:
        """The tab's right, and the right to see the record it belongs to."""
        return self.parent_view.is_accessible() and super().is_accessible()

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Rights first, then the parent."""
        if (refusal := super()._handle_view(name, **kwargs)) is not None:
            return refusal
        if self.parent() is None:
            abort(404)
        return None

    def parent(self) -> Any:
        """The record whose tab this is."""
        if "parent" not in g:
            g.parent = self.parent_view.get_one(g.parent_id)
        return g.parent

    def scope(self, query: Select[Any]) -> Select[Any]:
        """Only the parent's own. A child of another parent does not exist here."""
        return self.of_parent(super().scope(query), g.parent_id)

    def of_parent(self, query: Select[Any], parent_id: int) -> Select[Any]:
        """Hook: narrow `query` to one parent's records."""
        return query.where(getattr(self.model, self.parent_key) == parent_id)

    def counter(self, record: Any) -> Select[Any]:
        """Hook: the number beside the tab's name, as a select that counts."""
        return self.of_parent(select(func.count(self.model.id)), record.id)

    def initial(self) -> dict[str, Any]:
        """A new record belongs to the parent."""
        return {self.parent_key: g.parent_id}

    def list_context(self, listing: Any) -> dict[str, Any]:
        """The head of the parent stands above the list."""
        return {"page": RecordPage(self.parent_view, self.parent()), "record": self.parent()}

    def column_map(self) -> dict[str, Column]:
        """Without the columns that say whose it is: that stands in the head."""
        columns = super().column_map()
        return {k: c for k, c in columns.items() if k != self.parent_key.removesuffix("_id")}
