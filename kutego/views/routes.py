"""Routes that cost nothing before they are used."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Route(Rule):
    """A route whose address is compiled when it is first asked for.

    Werkzeug compiles two functions for each route when it is registered, one millisecond each: with
    twenty pages for each of eighty lists that would be most of the time that the program starts.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        compile_now = super()._compile_builder
        compiled: list[Callable[..., Any]] = []

        def build(rule: Rule, **values: Any) -> Any:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
