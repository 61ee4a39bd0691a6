"""The menu of the office, the tabs of neighbours, and "+ Neu": all shown as far as rights go."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from kutego.texts import gettext as _
from kutego.views.menu_places import ALL_SETTINGS, HOME, MENU, NEW, Entry, Place
from kutego.views.settings_places import SETTINGS

GROUPS = "kutego.menu"  # in the environment of a request


@dataclass(frozen=True)
class Line:
    """A line of the menu as this person sees it: the open ones of its entries."""

    place: Place
    entries: tuple[Entry, ...]
    here: Entry | None = None  # the one of them whose page, or a page below it, is shown

    @property
    def label(self) -> str:
        is_whole = len(self.entries) > 1 and self.place.name
        return _(self.place.name) if is_whole else self.entries[0].label

    @property
    def icon(self) -> str:
        return (len(self.entries) > 1 and self.place.icon) or self.entries[0].icon

    @property
    def url(self) -> str:
        return self.entries[0].url


def address(view: str, **query: object) -> str | None:
    """The address of a view's list with its filters, or None where the person may not see it."""
    entry = next((e for _where, e in everywhere() if e.view == view), None)
    if entry is None:
        return None
    pairs = {key: getattr(value, "value", value) for key, value in query.items()}
    return f"{entry.url}?{urlencode(pairs)}" if pairs else entry.url


def everywhere() -> Iterator[tuple[str, Entry]]:
    """Every place this person may open, once, with what it belongs to."""
    seen = set()
    menu = [(_(place.name or group), e) for group, places in MENU
            for place in places for e in place.entries]  # fmt: skip
    rest = [(_("Einstellungen"), e) for _group, entries in SETTINGS for e in entries]
    for where, entry in menu + rest:
        if (key := (entry.view, entry.section)) not in seen and entry.is_open:
            seen.add(key)
            yield where, entry


def open_settings() -> list[tuple[str, list[Entry]]]:
    """The groups of the settings, as far as this person may open them."""
    groups = [(_(name), [e for e in entries if e.is_open]) for name, entries in SETTINGS]
    return [(name, entries) for name, entries in groups if entries]


def new_entries() -> list[Entry]:
    """What this person may create."""
    return [entry for entry in NEW if entry.is_open]


def open_groups() -> list[tuple[str, list[Line]]]:
    """The groups this person may open, every line with where we are in it; once a request."""
    if GROUPS not in request.environ:
        request.environ[GROUPS] = _open_groups()
    return request.environ[GROUPS]


def _open_groups() -> list[tuple[str, list[Line]]]:
    everything = [entry for _where, entry in everywhere()]
    here = current_entry(everything)
    every = [place for _group, places in MENU for place in places]
    home = next((p for p in every if here in p.entries), ALL_SETTINGS if here else None)
    groups = [
        (_(name) if name else "", [_line(p, here if p is home else None) for p in places])
        for name, places in MENU
    ]
    return [(name, kept) for name, lines in groups if (kept := [li for li in lines if li.entries])]


def _line(place: Place, here: Entry | None) -> Line:
    return Line(place, tuple(entry for entry in place.entries if entry.is_open), here)


def neighbours() -> list[tuple[str, str, None, bool]]:
    """The tabs of the list that is shown, where it has neighbours; none on pages below it."""
    line = next((li for _g, lines in open_groups() for li in lines if li.here), None)
    if line is None or len(line.entries) < 2 or line.here is None or request.path != line.here.url:
        return []
    return [(e.label, e.url, None, e is line.here) for e in line.entries]


def current_entry(entries: list[Entry]) -> Entry | None:
    """The entry below whose address we are; the dashboard's, which begins all, only right there."""
    here = request.path
    below = [e for e in entries if e.view != HOME and here.startswith(e.url)]
    exact = next((e for e in entries if here == e.url), None)
    return exact or max(below, key=lambda e: len(e.url), default=None)
