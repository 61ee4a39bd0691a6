"""Legal texts are versions: acceptance refers to the one that was read (ADM-03)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from kutego.db import db, transaction
from kutego.errors import DomainError, FrozenRecord
from kutego.models import LegalKind, LegalText, current_legal_text
from kutego.operations.legal_texts import LONGEST, add_legal_text
from tests.factories import ANNA, DAY

TERMS = LegalKind.TERMS
NEW_YEAR = date(2027, 1, 1)


def add(text="Es gilt das Wort.", valid_from=DAY, kind=TERMS):
    return add_legal_text(kind=kind, text=text, valid_from=valid_from, on=DAY, by=ANNA)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1), "a\0b"])
def test_an_empty_or_endless_text_is_refused(app, text):
    with pytest.raises(DomainError):
        add(text)

    assert current_legal_text(TERMS, DAY) is None


def test_nothing_is_invented_before_the_office_has_written_it(app):
    assert current_legal_text(TERMS, DAY) is None


def test_a_text_holds_from_its_date_on(app):
    first = add("Alt.")
    second = add("Neu.", NEW_YEAR)

    assert current_legal_text(TERMS, date(2026, 12, 31)) == first
    assert current_legal_text(TERMS, NEW_YEAR) == second
    assert [first.number, second.number] == [1, 2]
    assert current_legal_text(LegalKind.PRIVACY, NEW_YEAR) is None


def test_nobody_can_change_what_held_in_the_past(app):
    with pytest.raises(DomainError, match="frühestens ab heute"):
        add(valid_from=date(2026, 11, 22))

    version = add()
    with pytest.raises(FrozenRecord), transaction():
        version.text = "Anders."


def test_a_version_does_not_begin_before_the_one_it_replaces(app):
    add("Ab Neujahr.", NEW_YEAR)

    with pytest.raises(DomainError, match=r"Version 1 gilt schon ab 01\.01\.2027"):
        add("Dazwischen.")


def test_the_same_text_is_no_new_version(app):
    add("Zeile 1\nZeile 2")

    with pytest.raises(DomainError, match="derselbe wie in Version 1"):
        add(" Zeile 1\r\nZeile 2 ")


def test_versions_added_at_once_get_numbers_of_their_own(app):
    def write(number):
        with app.app_context():
            add(f"Fassung {number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    numbers = db.session.scalars(select(LegalText.number).order_by(LegalText.number)).all()
    assert numbers == [1, 2, 3, 4]
    assert db.session.scalar(select(func.max(LegalText.seq))) is not None
