"""Sorting and searching as Germans do, and German as the source language."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kutego.labelled import Labelled
from kutego.texts import gettext, language, ngettext, search_key, sort_key


def test_names_sort_by_din_5007():
    names = ["Zander", "Özil", "Oberst", "Ärmel", "Arend", "de Vries", "Strasser", "Straßer", "Éva"]

    assert sorted(names, key=sort_key) == [
        "Arend", "Ärmel", "de Vries", "Éva", "Oberst", "Özil", "Strasser", "Straßer", "Zander",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "spellings",
    [("Müller", "Mueller", "muller"), ("Groß", "Gross"), ("Böhm", "Boehm"), ("Łukasz", "lukasz"),
     ("Søren", "soren"), ("José  María", "jose maria")],
)  # fmt: skip
def test_spellings_of_a_name_find_each_other(spellings):
    assert len({search_key(spelling) for spelling in spellings}) == 1


@given(st.text())
@example("𝑨")
def test_a_folded_text_folds_to_itself(text):
    assert sort_key(sort_key(text)) == sort_key(text)


def test_sentences_are_german_where_nothing_else_is_asked_for():
    assert gettext("Guten Tag %(name)s", name="Jörg") == "Guten Tag Jörg"
    assert ngettext("%(count)s Kunde", "%(count)s Kunden", 1) == "1 Kunde"
    assert ngettext("%(count)s Kunde", "%(count)s Kunden", 2) == "2 Kunden"


def test_a_language_without_a_catalogue_falls_back_to_german():
    with language("tlh"):
        assert gettext("Rechnung") == "Rechnung"


class Colour(Labelled):
    RED = "red", "Rot"


def test_a_choice_is_stored_in_english_and_read_in_german():
    assert (Colour.RED.value, Colour.RED.label, str(Colour.RED)) == ("red", "Rot", "Rot")
    assert Colour("red") is Colour.RED
    assert Colour.choices() == [("red", "Rot")]
