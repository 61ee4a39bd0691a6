"""Saved texts of the office: known placeholders only, filled once, never a program."""

import pytest

from kutego.errors import DomainError
from kutego.models import MessageTemplate, Salutation
from kutego.operations.master_data import save_record
from kutego.operations.message_templates import filled
from tests import factories
from tests.factories import ANNA

pytestmark = pytest.mark.databases("sqlite")


def test_a_text_is_filled_for_its_customer_and_a_value_is_never_read_as_a_placeholder(app):
    # given
    kuhn = factories.customer(
        salutation=Salutation.MS, first_name="{{ betrieb }}", last_name="Kühn & <b>Söhne</b>"
    )

    # when
    subject, text = filled(
        "Kurs {{ kurs }} für {{ vorname }}", "{{ anrede }},\n\nbis {{wann}}!\n", kuhn,
        kurs="Welpen", wann="morgen",
    )  # fmt: skip

    # then
    assert subject == "Kurs Welpen für {{ betrieb }}"
    assert text == "Guten Tag Frau Kühn & <b>Söhne</b>,\n\nbis morgen!"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hallo {{ vornahme }}", "Den Platzhalter {{ vornahme }} gibt es hier nicht. Es gibt: {{"),
        ("Zeile\n{{ vorname", "In Zeile 2 stimmt ein Platzhalter nicht"),
        ("{{ vorname.__class__.__mro__ }}", "kein Platzhalter"),
        ("{% for x in range(10**9) %}x{% endfor %}", "kein Platzhalter"),
        ("{{ 9 ** 9 ** 9 }}", "kein Platzhalter"),
        ("{{ vorname | upper }}", "kein Platzhalter"),
        ("{% include 'layout.txt' %}", "kein Platzhalter"),
    ],
)
def test_what_is_no_known_placeholder_is_refused_when_it_is_filled_and_when_it_is_saved(
    app, text, words
):
    # given
    customer = factories.customer()
    values = {"name": "Zusage", "subject": "Ihr Platz", "text": text}

    # then
    with pytest.raises(DomainError) as refusal:
        filled("Betreff", text, customer)
    assert words in str(refusal.value)
    with pytest.raises(DomainError) as refusal:
        save_record(MessageTemplate(), values, by=ANNA)
    assert words in str(refusal.value)


def test_a_template_has_a_name_of_its_own_and_one_line_of_subject(app):
    # given
    values = {"name": "Zusage", "subject": "Ihr Platz", "text": "{{ anrede }}"}
    save_record(MessageTemplate(), values, by=ANNA)

    # then
    for wrong, words in (
        ({"name": "zusage"}, "gibt es schon"),
        ({"name": ""}, "einen Namen"),
        ({"name": "B", "subject": "a\nb"}, "nur eine Zeile"),
        ({"name": "B", "text": ""}, "Betreff und Text"),
    ):
        with pytest.raises(DomainError, match=words):
            save_record(MessageTemplate(), values | wrong, by=ANNA)
