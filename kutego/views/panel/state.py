"""What a list shows at the moment, as its address says it: search, filters, sort, page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kutego.views.panel.filters import Filter, Values

SIZES = (20, 50, 100, 200)
SIZE = 50
LAST_PAGE = 100_000


@dataclass(frozen=True)
class ListState:
    """The parameters of a list's address, cleaned: what cannot be meant is left out."""

    search: str = ""
    filters: Mapping[str, Values] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int | None = None
    view: int | None = None

    @classmethod
    def read(cls, args: MultiDict[str, str], filters: Mapping[str, Filter]) -> Self:
        """Take from the address what `filters` know; the keys are stable, the order is free."""
        size = _whole(args.get("size"))
        return cls(
            search=(args.get("q") or "").replace("\x00", "").strip()[:100],
            filters={
                key: values
                for key, filter_ in filters.items()
                if (values := _values(filter_, args))
            },
            sort=(args.get("sort") or "")[:60],
            page=min(max(_whole(args.get("page")) or 1, 1), LAST_PAGE),
            size=size if size in SIZES else None,
            view=_whole(args.get("view")),
        )

    def without(self, key: str) -> Self:
        """The same list with one filter taken off, from its first page."""
        rest = {k: v for k, v in self.filters.items() if k != key}
        return replace(self, filters=rest, page=1, view=self._none)

    def cleared(self) -> Self:
        """The same list without search and filters."""
        return replace(self, search="", filters={}, page=1, view=self._none)

    def sorted_by(self, key: str) -> Self:
        """Sorted by `key`; a second time the other way round."""
        return replace(self, sort=f"-{key}" if self.sort == key else key, page=1)

    def at(self, page: int) -> Self:
        """Another page of the same list."""
        return replace(self, page=page)

    @property
    def _none(self) -> int | None:
        """No view; 0 says so where the list would open with one."""
        return None if self.view is None else 0

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.search or self.filters)

    def kept(self) -> dict[str, list[str]]:
        """What a saved view remembers: everything but the page."""
        pairs = replace(self, page=1, view=None).pairs()
        kept: dict[str, list[str]] = {}
        for name, value in pairs:
            kept.setdefault(name, []).append(value)
        return kept

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address."""
        pairs: list[tuple[str, Any]] = [("q", self.search)]
        for key, values in self.filters.items():
            for part, texts in values.items():
                name = f"f.{key}{'.' + part if part else ''}"
                pairs += [(name, text) for text in texts]
        pairs += [("sort", self.sort), ("size", self.size), ("view", self.view)]
        if self.page > 1:
            pairs.append(("page", self.page))
        return [(n, str(v)) for n, v in pairs if v or (n == "view" and v == 0)]

    @property
    def query(self) -> str:
        """The address's query string, with its question mark; empty for the plain list."""
        pairs = self.pairs()
        return f"?{urlencode(pairs)}" if pairs else ""


def _values(filter_: Filter, args: MultiDict[str, str]) -> Values:
    found = {}
    for part, name in zip(filter_.parts, filter_.names(), strict=True):
        texts = [text.strip()[:200] for text in args.getlist(name)[:50]]
        if texts := [text for text in texts if text and "\x00" not in text]:
            found[part] = texts
    return found


def _whole(text: str | None) -> int | None:
    """A whole number from an address, or None: `-1`, `1e9` and `quatsch` mean nothing."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return int(text)
