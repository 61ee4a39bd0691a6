"""Texts of the office with placeholders: `Guten Tag {{ vorname }}`.

A placeholder is a name in double braces and nothing else: no conditions, loops, calls or
attributes, so that a text can neither read what it should not nor keep the program busy. What is
put in is plain text and is never looked through again: a customer called `{{ x }}` stays that.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from kutego.errors import DomainError
from kutego.texts import gettext as _


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced. Raises `DomainError` where it has another one."""
    check(text, values)
    return _environment().from_string(text).render(values)


def compiled(text: str, known: Collection[str]) -> Callable[[Mapping[str, str]], str]:
    """The text ready to be filled for thousands: a function of the values, refused like `fill`."""
    check(text, known)
    pieces = [
        (part.data, None) if isinstance(part, nodes.TemplateData) else ("", part.name)
        for output in _environment().parse(text).body
        for part in _parts(output)
        if isinstance(part, nodes.TemplateData | nodes.Name)
    ]
    return lambda values: "".join(plain if name is None else values[name] for plain, name in pieces)


def check(text: str, known: Collection[str]) -> None:
    """Refuse a text with a placeholder that is not `known`, and whatever is no placeholder."""
    for name in names_in(text):
        if name not in known:
            raise DomainError(
                _("Den Platzhalter {{ %(name)s }} gibt es hier nicht. Es gibt: %(known)s.",
                  name=name, known=listed(known))
            )  # fmt: skip


def listed(names: Collection[str]) -> str:
    """The placeholders as they are typed."""
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def names_in(text: str) -> list[str]:
    """The placeholders of a text in their order. Raises `DomainError` where it has more than that.

    `{{ "x" }}`, `{{ a.b }}`, `{% if … %}` and braces that are never closed are refused.
    """
    try:
        body = _environment().parse(text).body
    except TemplateSyntaxError as error:
        raise DomainError(
            _("In Zeile %(line)s stimmt ein Platzhalter nicht. Bitte so schreiben: {{ vorname }}.",
              line=error.lineno)
        ) from error  # fmt: skip
    parts = [part for output in body for part in _parts(output)]
    return [part.name for part in parts if isinstance(part, nodes.Name)]


def _parts(node: nodes.Node) -> list[nodes.Node]:
    parts: list[nodes.Node] = list(node.nodes) if isinstance(node, nodes.Output) else [node]
    for part in parts:
        if not isinstance(part, nodes.Name | nodes.TemplateData):
            raise DomainError(
                _("In Zeile %(line)s steht etwas, das kein Platzhalter ist. Bitte nur Namen in "
                  "doppelten Klammern verwenden, zum Beispiel {{ vorname }}.", line=part.lineno)
            )  # fmt: skip
    return parts


@cache
def _environment() -> SandboxedEnvironment:
    # the text is plain: it is escaped where it becomes HTML
    return SandboxedEnvironment(autoescape=False, keep_trailing_newline=True)
