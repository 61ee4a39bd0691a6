"""The code a banking app reads from the paper."""

import io

import pymupdf
import pytest
import zxingcpp
from PIL import Image

from kutego.rendering import render
from kutego.rendering.girocode import girocode
from tests.rendering.snapshots import cancellation, snapshot

CODE = """BCD
002
1
SCT
BYLADEM1001
Hundeschule Pfotenglück GmbH
DE02120300000000202051
EUR99.00


R-2026-00012"""


def test_the_printed_code_can_be_read_by_an_app():
    pdf = render(snapshot(credit="50.00", seller={"iban": "DE02 1203 0000 0000 2020 51"}), "pdf")

    with pymupdf.open(stream=pdf) as document:
        page = Image.open(io.BytesIO(document[0].get_pixmap(dpi=150).tobytes("png")))
    [code] = zxingcpp.read_barcodes(page)

    assert code.bytes.decode() == CODE
    assert code.ec_level == "M"


def test_the_longest_code_can_be_read_too():
    seller = {"account_holder": "Ä" * 80, "bic": "BYLADEM1XXX"}
    pdf = render(snapshot(seller=seller, reference="R" * 129), "pdf")

    with pymupdf.open(stream=pdf) as document:
        page = Image.open(io.BytesIO(document[0].get_pixmap(dpi=200).tobytes("png")))
    [code] = zxingcpp.read_barcodes(page)

    assert len(code.bytes) == 331
    assert code.bytes.decode().splitlines()[5] == "Ä" * 70


@pytest.mark.parametrize(
    "frozen",
    [
        snapshot(method="paypal"),
        snapshot(method="direct_debit"),
        snapshot(credit="149.00"),
        snapshot(seller={"iban": None}),
        cancellation(),
        snapshot(seller={"account_holder": "Ä" * 80}, reference="R" * 140),
    ],
)
def test_there_is_no_code_where_there_is_nothing_to_transfer(frozen):
    assert girocode(frozen) is None
