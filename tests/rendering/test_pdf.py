"""The file itself: PDF/A-3, the XML inside, and the same bytes everywhere."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from facturx import get_facturx_xml_from_pdf

from kutego.rendering import render
from kutego.rendering.invoice_xml import to_cii
from tests.rendering.en16931 import broken_rules
from tests.rendering.snapshots import Line, cancellation, offer, receipt, snapshot, voucher

ROOT = Path(__file__).parents[2]
LINK = "https://kurse.example.org/angebot/abc"
LONG = snapshot(lines=[Line(f"Stunde {number}") for number in range(40)])
DOCUMENTS = {
    "invoice": snapshot(credit="50.00"),
    "long invoice": LONG,
    "cancellation": cancellation(),
    "receipt": receipt(),
    "voucher": voucher(),
    "offer": offer(),
}


def opened(frozen: dict) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render(frozen, "pdf", accept_url=LINK)))


def test_the_total_never_stands_on_a_page_without_a_position():
    """Read from the lines: one in the house's colour above the total, a grey one below a row."""
    accent, grey = (31, 111, 84), (223, 227, 230)
    for count in range(8, 13):  # around the end of the first page
        drawn = opened(snapshot(lines=[Line(f"Stunde {number}") for number in range(count)]))
        for page in drawn.pages:
            colours = {
                tuple(round(float(part) * 255) for part in drawing.operands)
                for drawing in pikepdf.parse_content_stream(page)
                if str(drawing.operator) == "RG"
            }
            assert accent not in colours or grey in colours, count


@pytest.mark.parametrize("frozen", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_document_claims_pdf_a_3b_and_has_its_colours_described(frozen):
    with opened(frozen) as document:
        metadata = document.open_metadata()
        [intent] = document.Root.OutputIntents

        assert metadata.pdfa_status == "3B"
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert document.Root.Lang == "de-DE"
        assert not document.is_encrypted


@pytest.mark.parametrize("frozen", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_font_that_a_page_knows_is_embedded(frozen):
    with opened(frozen) as document:
        for page in document.pages:
            fonts = dict(page.Resources.Font.items())
            content = page.Contents.read_bytes()
            assert fonts
            assert all("/FontFile2" in font.FontDescriptor for font in fonts.values())
            assert b"/F1 " not in content


def test_links_are_printed_too():
    with opened(offer()) as document:
        assert [int(link.F) for link in document.pages[0].Annots] == [4, 4]


@pytest.mark.parametrize("frozen", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_the_only_time_in_the_file_is_that_of_the_document(frozen):
    with opened(frozen) as document:
        times = {str(document.docinfo.CreationDate), str(document.docinfo.ModDate)}
        metadata = document.Root.Metadata.read_bytes().decode()

    assert times == {"D:20261123080000+00'00'"}
    assert metadata.count("2026-11-23T08:00:00+00:00") == 2


@pytest.mark.parametrize("frozen", [snapshot(), LONG, cancellation()])
def test_the_hybrid_holds_the_xml_as_its_alternative(frozen):
    pdf = render(frozen, "pdf")

    name, xml = get_facturx_xml_from_pdf(pdf, check_xsd=False)

    assert name == "factur-x.xml"
    assert xml == to_cii(frozen)
    assert broken_rules(xml) == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        [file] = document.Root.AF
        assert file.AFRelationship == "/Alternative"
        assert str(file.EF.F.Params.ModDate) == "D:20261123080000+00'00'"


@pytest.mark.parametrize("frozen", [offer(), receipt()])
def test_what_is_no_invoice_holds_no_xml(frozen):
    with opened(frozen) as document:
        assert "/AF" not in document.Root


def test_unknown_formats_are_refused():
    with pytest.raises(ValueError, match="no such format"):
        render(snapshot(), "docx")


DIGESTS = """
import hashlib
from kutego.rendering import render
from tests.rendering.test_pdf import DOCUMENTS, LINK
for frozen in DOCUMENTS.values():
    print(hashlib.sha256(render(frozen, "pdf", accept_url=LINK)).hexdigest())
print(hashlib.sha256(render(DOCUMENTS["invoice"], "xml")).hexdigest())
"""


@pytest.mark.parametrize("zone, seed", [("Pacific/Auckland", "1"), ("America/Los_Angeles", "77")])
def test_every_process_in_every_time_zone_writes_the_same_bytes(zone, seed):
    elsewhere = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=ROOT,
        env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()

    files = [render(frozen, "pdf", accept_url=LINK) for frozen in DOCUMENTS.values()]
    files.append(render(DOCUMENTS["invoice"], "xml"))
    assert elsewhere == [hashlib.sha256(file).hexdigest() for file in files]
