"""Where a record has its page. One view per model is its home; tabs show it too."""

from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_admin import Admin
from markupsafe import Markup

from kutego.db import Base
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.views.panel.declared import Declared
    from kutego.views.panel.record_view import RecordView

KEY = "kutego.panel"


def register(admin: Admin, *views: "type[RecordView]") -> None:
    """Put views and their tabs into the panel, in this order."""
    for cls in views:
        view = cls()
        admin.add_view(view)
        for tab in cls.tabs:
            child = tab(view)  # type: ignore[call-arg]  # a TabView
            view.children.append(child)
            admin.add_view(child)


def remember(app: Any, view: "Declared") -> None:
    """Note the view by its endpoint and, if it is the first one, as the home of its model."""
    known = app.extensions.setdefault(KEY, {"views": {}, "homes": {}})
    known["views"][view.endpoint] = view
    if view.is_home:
        known["homes"].setdefault(view.model, view)


def all_views() -> "dict[str, Declared]":
    """Every view of the panel by its endpoint."""
    return current_app.extensions.get(KEY, {}).get("views", {})


def home_of(model: type[Base]) -> "Declared | None":
    """The home of a model, if it has one."""
    return current_app.extensions[KEY]["homes"].get(model)


def view_of(model: "type[Base] | None") -> "Declared":
    """The home of a model."""
    return current_app.extensions[KEY]["homes"][model]


def place_of(record: Any) -> str | None:
    """The address of the record's page, or None where it has none or the user may not see it."""
    view = _view_of(record)
    if view is None or not view.is_accessible() or not view.has_records:
        return None
    return f"{view.list_url}{record.id}/"


def _view_of(record: Any) -> "Declared | None":
    """The home of the record: of its model's views the first that claims it."""
    if not isinstance(record, Base):
        return None
    home = current_app.extensions.get(KEY, {}).get("homes", {}).get(type(record))
    if home is None or home.claims(record):
        return home
    others = (v for v in all_views().values() if v.model is type(record))
    return next((v for v in others if not hasattr(v, "parent_view") and v.claims(record)), None)


def address(model: type[Base], id_: int) -> str | None:
    """The address of the page of the record of `model` with this id."""
    view = current_app.extensions.get(KEY, {}).get("homes", {}).get(model)
    if view is None or not view.is_accessible() or not view.has_records:
        return None
    return f"{view.list_url}{id_}/"


def linked(target: Any) -> str | None:
    """The address that a `link` means: a record's page, or the address itself."""
    return target if isinstance(target, str) else place_of(target)


def called(record: Any) -> str:
    """What a link to `record` says: what one of them is called, and its name."""
    view = _view_of(record)
    return f"{view.one} {record}" if view is not None else _("ansehen")


def toast(sentence: str, made: Any) -> Markup:
    """The sentence, with a link to what was made where that has a page."""
    url = place_of(made)
    if url is None:
        return Markup("%s") % sentence
    return Markup('%s <a href="%s">%s</a>') % (sentence, url, called(made))
