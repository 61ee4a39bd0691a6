"""System mails in the house's own words: what may change, what stays, and the way back."""

import re

import pytest

from kutego.config import ROOT
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import LegalKind, Message, Salutation, current_legal_text
from kutego.operations.mail_texts import (
    EXAMPLES,
    SYSTEM_MAILS,
    change_mail_text,
    preview_of,
    reset_mail_text,
)
from kutego.operations.offer_answers import accept_offer
from kutego.rendering.mail import default_words, placeholders_of
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.databases("sqlite")

NOT_EDITABLE = {
    "contact": "a person writes it",
    "mailing": "a person writes it",
    "dunning": "its words are settings of the stage",
    "test_mail": "says whether the server works",
    "notice_received": "the law says what it has to confirm (§ 312k BGB)",
    "own": "the frame of a preview",
    "layout": "the frame of all",
    "payment": "a part",
    "way_to_pay": "a part",
    "enclosures": "a part",
}


def newest():
    return db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()


def test_every_mail_can_be_said_in_other_words_or_there_is_a_reason():
    names = {path.stem for path in (ROOT / "templates" / "mail").glob("*.txt")}

    assert names == set(SYSTEM_MAILS) | set(NOT_EDITABLE)
    for name in SYSTEM_MAILS:
        assert placeholders_of(name), name
        assert set(placeholders_of(name)) <= set(EXAMPLES), name
        assert "{%" not in "".join(default_words(name)), name


@pytest.mark.parametrize("name", SYSTEM_MAILS)
def test_the_words_that_kutego_comes_with_can_be_previewed(app, name):
    subject, body = preview_of(name, *default_words(name))

    assert body.startswith("Guten Tag Frau Muster,\n")
    assert "Mit freundlichen Grüßen\nHundeschule Pfotenglück" in body
    assert not re.search(r"[{}]", subject + body)


def test_own_words_are_sent_with_our_frame_and_our_way_to_pay_until_they_are_reset(app):
    # given
    kuhn = factories.customer(salutation=Salutation.MS, last_name="{{ betrag }}")
    row = change_mail_text(
        template="invoice_issued", subject="Rechnung {{ rechnung }}!",
        text="hier ist sie: {{betrag}}.\n\n{{ zahlung }}", on=DAY, by=ANNA,
    )  # fmt: skip

    # when
    invoice = factories.invoice(factories.line("49.00"), of=kuhn)

    # then
    message = newest()
    assert message.subject == f"Rechnung {invoice.number}!"
    text, rest = message.body.split("\n\nMit freundlichen Grüßen\n")
    assert text.startswith("Guten Tag Frau {{ betrag }},\n\nhier ist sie: 49,00\xa0€.")
    assert f"Verwendungszweck: {invoice.number}" in text
    assert "\n-- \n" in rest

    # when
    reset_mail_text(row, on=DAY, by=ANNA)
    factories.invoice(of=kuhn)

    # then
    assert newest().subject.startswith("Ihre Rechnung ")


def test_what_was_agreed_to_stays_in_the_confirmation_whatever_the_words(app):
    change_mail_text(
        template="offer_accepted", subject="Danke", text="schön, dass Sie kommen.", on=DAY, by=ANNA
    )
    offer = factories.offer(factories.line("10.00"))
    kinds = (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)
    texts = {kind: current_legal_text(kind, DAY).id for kind in kinds}

    accept_offer(offer, version=offer.version, consents=texts, address="192.0.2.7", on=DAY)

    assert newest().subject == "Danke"
    assert "Diesen Texten haben Sie zugestimmt:" in newest().body


@pytest.mark.parametrize(
    ("template", "subject", "text", "words"),
    [
        ("invoice_issued", "x", "{{ iban }}", "Es gibt: {{ rechnung }}"),
        ("invoice_issued", "{{ invoice.total }}", "x", "kein Platzhalter"),
        ("invoice_issued", "x", "{% include 'layout.txt' %}", "kein Platzhalter"),
        ("invoice_issued", "", "x", "Betreff und Text"),
        ("invoice_issued", "x", "a" * 10_001, "höchstens"),
        ("offer_issued", "x", "Schauen Sie vorbei.", "Ohne {{ angebot_link }}"),
        ("layout", "x", "x", "gibt es nicht"),
        ("../../etc/passwd", "x", "x", "gibt es nicht"),
    ],
)
def test_words_that_would_break_a_mail_are_refused(app, template, subject, text, words):
    with pytest.raises(DomainError) as refusal:
        change_mail_text(template=template, subject=subject, text=text, on=DAY, by=ANNA)

    assert words in str(refusal.value)
