"""What a view declares, and what it answers about itself: who may, which records, which places."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, g, url_for
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from kutego.db import Base, db
from kutego.labelled import Labelled
from kutego.models import Right
from kutego.views.panel import cures, places
from kutego.views.panel.button import Button, Place
from kutego.views.panel.columns import Badge, Card, Column, KeyFigure, ListLink
from kutego.views.panel.filters import Filter
from kutego.views.panel.forms import PanelForm
from kutego.views.panel.trimmed import Trimmed


class Declared(cures.Cured, Trimmed, ModelView):
    """See `kutego.views.panel` for everything that can be declared."""

    model: type[Any]
    slug = ""
    title, one = "", ""
    icon = ""
    category: str | None = None
    right: Right | None = None
    edit_right: Right | None = None
    field_rights: dict[str, Right] = {}

    columns: tuple[Column, ...] = ()
    fields: tuple[Column, ...] = ()
    computed: tuple[str, ...] = ()  # deferred columns that every page of a record needs
    default_sort = ""
    search: str | tuple[str, ...] | None = None
    search_hint = ""
    filters: tuple[Filter, ...] = ()
    empty = "Hier ist noch nichts."
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    tabs: tuple[type["Declared"], ...] = ()

    list_template = "office/panel/list.html"
    record_template = "office/panel/record.html"
    form_base_class = PanelForm
    is_home = True
    has_records = True  # whether a row leads to a page of its own

    def __init__(self) -> None:
        self.children: list[Declared] = []
        super().__init__(
            self.model, db, name=self.title, category=self.category, endpoint=self.slug,
            url=self.slug,
        )  # fmt: skip

    def create_blueprint(self, admin: Any) -> Any:
        """Make the blueprint and remember the view as a place for its records."""
        places.remember(admin.app, self)
        return super().create_blueprint(admin)

    def render(self, template: str, **kwargs: Any) -> str:
        """Render with `linked`, which finds the page of a record for a template."""
        return super().render(template, linked=places.linked, **kwargs)

    # --- who may -----------------------------------------------------------------------------

    def may(self, right: Right | None) -> bool:
        """Whether the user has `right`; without one, whether somebody is logged in at all."""
        return current_user.is_authenticated and (right is None or current_user.may(right))

    def is_accessible(self) -> bool:
        return self.may(self.right)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Ask strangers to log in; tell the others that they may not."""
        if current_user.is_authenticated:
            abort(403)
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]

    def require(self, right: Right | None) -> None:
        """Refuse the request of somebody without `right`."""
        if not self.may(right):
            abort(403)

    def may_see(self, key: str, right: Right | None = None) -> bool:
        """Whether the user may see the field `key`, in whatever shape."""
        return all(self.may(r) for r in (right, self.field_rights.get(key)) if r is not None)

    # --- which records -----------------------------------------------------------------------

    def scope(self, query: Select[Any]) -> Select[Any]:
        """Hook: hide records from everybody. Lists, pages, exports and look-ups go through it."""
        return query

    def get_one(self, id: Any) -> Any:
        """The record with this id within the scope, or None."""
        number = int(id) if str(id).isascii() and str(id).isdigit() and len(str(id)) < 10 else 0
        query = self.scope(select(self.model)).where(self.model.id == number)
        computed = (undefer(getattr(self.model, name)) for name in self.computed)
        return db.session.scalar(query.options(*computed))

    def get_by_number(self, number: str) -> Any:
        """The record with exactly this number within the scope, or None."""
        if not hasattr(self.model, "number") or "\x00" in number:
            return None
        return db.session.scalar(self.scope(select(self.model)).where(self.model.number == number))

    # --- what stands where -------------------------------------------------------------------

    def url_to(self, name: str, **values: Any) -> str:
        """The address of one of this view's own pages."""
        return url_for(f"{self.endpoint}.{name}", **values)

    @property
    def list_url(self) -> str:
        """The address of the list; those of the records are made from it."""
        cache: dict[tuple[str, int | None], str] = g.setdefault("_list_urls", {})
        key = (self.endpoint, g.get("parent_id"))
        if key not in cache:
            cache[key] = self.url_to("index_view")
        return cache[key]

    def record_url(self, record: Base) -> str:
        """The address of a record's page."""
        return f"{self.list_url}{record.id}/"  # type: ignore[attr-defined]  # every record has one

    def tab_url(self, record: Base, slug: str, query: str = "") -> str | None:
        """The address of a tab of `record`, with what its list shall show: `?f.state=open`.

        None where the user may not open it, so that a key figure leads nowhere they may not go.
        """
        tab = next((child for child in self.children if child.slug == slug), None)
        if tab is not None and not tab.is_accessible():
            return None
        return f"{self.record_url(record)}{slug}/{query}"

    def column_map(self) -> dict[str, Column]:
        """The columns that the user may see, by their key."""
        return {c.key: c for c in self.columns if self.may_see(c.key, c.right)}

    def field_map(self) -> dict[str, Column]:
        """Columns and fields that the user may see, by their key."""
        fields = {c.key: c for c in self.fields if self.may_see(c.key, c.right)}
        return {**self.column_map(), **fields}

    def filter_map(self) -> dict[str, Filter]:
        """The filters that the user may use, by their key."""
        return {f.key: f for f in self.filters if self.may_see(f.key, f.right)}

    def offered(self, *places_: Place) -> list[Button]:
        """The buttons of these places that the user may press, the dangerous ones at the end."""
        mine = [b for b in self.buttons if b.place in places_ and self.may(b.right)]
        return sorted(mine, key=lambda button: button.danger)

    def offered_for(self, record: Any) -> list[Button]:
        """The buttons that `record` allows now."""
        return [b for b in self.offered(*Place.of_records()) if b.shown(record)]

    def button_base(self, button: Button) -> str:
        """What the record's id follows in the address of a button: pages live in the home view."""
        home = places.home_of(self.model) if button.place is Place.PAGE else None
        return (home or self).list_url

    def claims(self, record: Any) -> bool:
        """Hook: whether the record's page is here, where views share a model."""
        return True

    def called(self, record: Any) -> str:
        """The name of a record in heads and reports."""
        return str(record)

    def shown_cards(self) -> Sequence[Card]:
        """Hook: the cards of the record page, where they depend on more than the declaration."""
        return self.cards

    def list_links(self) -> list[ListLink]:
        """Hook: ways to other lists, beside the title."""
        return []

    def export_links(self, listing: Any) -> list[tuple[str, str, str]]:
        """Hook: further ways out of the list: address, words, icon."""
        return []

    def key_figures(self, record: Any) -> list[KeyFigure]:
        """Hook: up to five figures in the head of the record that click through."""
        return []

    def badges(self, record: Any) -> list[Badge]:
        """Hook: the badges in the head of the record."""
        state = getattr(record, "state", None)
        return [Badge.of(state)] if isinstance(state, Labelled) else []

    def parent(self) -> Any:
        """The record that a tab belongs to; None in a view that stands alone."""
        return None
