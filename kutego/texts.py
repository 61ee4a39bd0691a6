"""Words for people: gettext with German as the source language.

A sentence stands in the code in German; a translation, where one is chosen, comes from
`kutego/translations/<language>/LC_MESSAGES/kutego.mo`. What every house calls in its own way stands
in braces, `{participant}` or `{participants}`, and becomes its word (spec PAR-02).
"""

import gettext as _gettext
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE_LANGUAGE = "de"
FOLDER = Path(__file__).parent / "translations"

WORD = re.compile(r"\{(participants?|level)\}")
USUAL = {"participant": "Teilnehmer", "participants": "Teilnehmer", "level": "Stufe"}
_vocabulary: list[Callable[[], Mapping[str, str]]] = [lambda: USUAL]

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("kutego", FOLDER, languages=[language], fallback=True)


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the language of the moment, its `%(name)s` filled with `values`."""
    text = _catalogue(_language.get()).gettext(sentence)
    if "{participant" in text or "{level}" in text:
        text = worded(text, "%%" if values else "%")
    return text % values if values else text


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The sentence for one or for many; `%(count)s` is given."""
    text = _catalogue(_language.get()).ngettext(one, many, count)
    return text % {"count": count, **values}


def worded(text: str, percent: str = "%") -> str:
    """The text with the house's own words; `percent` is how a per cent sign in one is written."""
    words = _vocabulary[-1]()
    return WORD.sub(lambda word: words[word[1]].replace("%", percent), text)


def speak_of(words: Callable[[], Mapping[str, str]]) -> None:
    """Say where the house's own words come from."""
    _vocabulary[:] = [words]


def marked(sentence: str) -> str:
    """Mark a sentence for translation that is looked up later, where it is shown."""
    return sentence


@contextmanager
def language(code: str) -> Iterator[None]:
    """Speak `code` inside the block."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


_FOLD = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"})


def sort_key(text: str) -> str:
    """How Germans sort names (DIN 5007-1): ä as a, ß as ss, accents ignored, "de Vries" under D."""
    small = _decomposed(_decomposed(text).casefold()).casefold().translate(_FOLD)
    return " ".join("".join(c for c in small if not unicodedata.combining(c)).split())


def _decomposed(text: str) -> str:
    """Letters apart from their accents, and 𝑨 as A: some have a small form only then."""
    return unicodedata.normalize("NFKD", text)


def search_key(text: str) -> str:
    """Folded for searching, so that Müller, Mueller and Muller find each other."""
    key = sort_key(text)
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        key = key.replace(pair, letter)
    return key
