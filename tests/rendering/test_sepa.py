"""The transfer file: what banks take, and what is refused before they see it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kutego.errors import DomainError
from kutego.rendering.sepa import NS, Transfer, credit_transfers, transliterate

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def transfer(**over) -> Transfer:
    values = {
        "name": "Jörg Weiß",
        "iban": "DE89 3704 0044 0532 0130 00",
        "amount": Decimal("12.50"),
        "purpose": "Erstattung Q-2026-00031",
        "end_to_end_id": "Q-2026-00031",
    }
    return Transfer(**(values | over))


def file_of(*transfers, **over) -> bytes:
    head = {
        "debtor_name": "Hundeschule Pfotenglück GmbH",
        "debtor_iban": "DE02120300000000202051",
        "debtor_bic": None,
        "message_id": "KUTEGO-2026-0001",
        "execution_on": date(2026, 11, 24),
        "created_at": MONDAY,
    }
    return credit_transfers(transfers, **(head | over))


def texts(xml: bytes, name: str) -> list[str]:
    return [element.text for element in etree.fromstring(xml).iter(f"{NS}{name}")]


def test_a_file_names_sums_dates_and_payments():
    xml = file_of(transfer(), transfer(amount=Decimal("0.05"), name="Łukasz Żółć"))

    assert texts(xml, "CtrlSum") == ["12.55", "12.55"]
    assert texts(xml, "NbOfTxs") == ["2", "2"]
    assert texts(xml, "InstdAmt") == ["12.50", "0.05"]
    assert texts(xml, "MsgId") == ["KUTEGO-2026-0001"]
    assert texts(xml, "CreDtTm") == ["2026-11-23T09:00:00"]
    assert texts(xml, "Dt") == ["2026-11-24"]
    assert texts(xml, "EndToEndId") == ["Q-2026-00031", "Q-2026-00031"]


def test_the_same_input_gives_the_same_bytes():
    assert file_of(transfer(), transfer()) == file_of(transfer(), transfer())


def test_the_bic_is_looked_up():
    assert texts(file_of(transfer()), "BICFI") == ["BYLADEM1001", "COBADEFFXXX"]


def test_a_bic_that_is_given_is_used():
    assert texts(file_of(transfer(), debtor_bic="byladem1001 "), "BICFI")[0] == "BYLADEM1001"


def test_a_bank_without_a_known_bic_is_notprovided():
    xml = file_of(transfer(), debtor_iban="DE37999999990123456789")

    assert texts(xml, "BICFI") == ["COBADEFFXXX"]
    assert "NOTPROVIDED" in texts(xml, "Id")


@pytest.mark.parametrize(
    "text, written",
    [
        ("Müßiggänger & Söhne", "Muessiggaenger + Soehne"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ('Haus "Am #1" @ Ufer', "Haus Am 1 Ufer"),
        ("Дмитрий", "Dmitrii"),
        ("  zwei   Leerzeichen\n", "zwei Leerzeichen"),
    ],
)
def test_texts_come_in_the_characters_of_the_sepa_area(text, written):
    assert transliterate(text) == written


def test_umlauts_are_spelled_out_everywhere():
    xml = file_of(transfer(purpose="Rückzahlung für Übungsstunde"))

    assert texts(xml, "Ustrd") == ["Rueckzahlung fuer Uebungsstunde"]
    assert texts(xml, "Nm") == [
        "Hundeschule Pfotenglueck GmbH",
        "Hundeschule Pfotenglueck GmbH",
        "Joerg Weiss",
    ]


def test_what_is_too_long_is_cut():
    xml = file_of(transfer(name="N" * 99, purpose="P" * 199, end_to_end_id="E/" * 40))

    assert len(texts(xml, "Nm")[-1]) == 70
    assert len(texts(xml, "Ustrd")[0]) == 140
    assert len(texts(xml, "EndToEndId")[0]) <= 35


@pytest.mark.parametrize(
    "iban", ["DE89370400440532013001", "DE89", "", "hallo", "XX12345678901234"]
)
def test_a_wrong_iban_is_refused_by_name(iban):
    with pytest.raises(DomainError, match="von Jörg Weiß ist nicht gültig"):
        file_of(transfer(iban=iban))


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "1.234", "NaN", "Infinity", "1000000000.00"])
def test_an_amount_that_is_no_payment_is_refused(amount):
    with pytest.raises(DomainError, match="an Jörg Weiß lässt sich nicht überweisen"):
        file_of(transfer(amount=Decimal(amount)))


def test_a_float_is_refused():
    with pytest.raises(DomainError, match="lässt sich nicht überweisen"):
        file_of(transfer(amount=12.5))


def test_a_name_is_needed():
    with pytest.raises(DomainError, match="fehlt der Name"):
        file_of(transfer(name=" # "))


def test_a_file_without_transfers_is_refused():
    with pytest.raises(DomainError, match="nichts zu überweisen"):
        file_of()


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=90),
    purpose=st.text(max_size=160),
    reference=st.text(max_size=50),
    amount=st.decimals("0.01", "99999.99", places=2),
)
def test_any_text_gives_a_file_that_its_schema_accepts(name, purpose, reference, amount):
    xml = file_of(
        transfer(name=f"A{name}", purpose=purpose, end_to_end_id=reference, amount=amount)
    )

    assert texts(xml, "InstdAmt") == [f"{amount:.2f}"]
