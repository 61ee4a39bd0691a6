"""What makes a PDF fit for the archive: PDF/A-3B (ISO 19005-3), and one moment throughout."""

import io
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name

PROFILE = Path(__file__).parent / "assets" / "sRGB.icc"
PRINTED = 4  # the annotation flag "Print", which the standard demands
# ReportLab opens every page with its default font, never draws with it and does not embed it.
IDLE_FONT = re.compile(rb"BT /F1 [\d.]+ Tf [\d.]+ TL ET\s?")
XMP_TIMES = re.compile(rb"(<xmp:(?:Create|Modify)Date>)[^<]*")
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate></xmp:CreateDate><xmp:ModifyDate></xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def make_archivable(pdf: bytes, *, moment: datetime) -> bytes:
    """`pdf` as PDF/A-3B, with `moment` in place of every time in it. Same input, same bytes."""
    moment = moment.astimezone(UTC)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.OutputIntents = Array([document.make_indirect(_output_intent(document))])
        document.Root.Lang = pikepdf.String("de-DE")
        _drop_idle_font(document)
        for page in document.pages:
            for annotation in page.get("/Annots", []):
                annotation.F = PRINTED
        _set_times(document, moment)
        if "/ID" in document.trailer:  # qpdf would keep the first half of a random one
            del document.trailer["/ID"]
        saved = io.BytesIO()
        document.save(saved, deterministic_id=True, force_version="1.7")
        return saved.getvalue()


@cache
def _profile() -> bytes:
    return PROFILE.read_bytes()


def _output_intent(document: pikepdf.Pdf) -> Dictionary:
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=document.make_stream(_profile(), N=3),
    )


def _drop_idle_font(document: pikepdf.Pdf) -> None:
    """Take out ReportLab's own default font. The pages share one table of fonts."""
    fonts = document.pages[0].Resources.Font
    if "/F1" not in fonts or fonts["/F1"].Subtype != Name.Type1:
        return
    contents = [IDLE_FONT.sub(b"", page.Contents.read_bytes()) for page in document.pages]
    if any(b"/F1 " in content for content in contents):
        return
    for page, content in zip(document.pages, contents, strict=True):
        page.Contents = document.make_stream(content)
        if "/F1" in page.Resources.Font:
            del page.Resources.Font["/F1"]


def _set_times(document: pikepdf.Pdf, moment: datetime) -> None:
    stamp = pikepdf.String(moment.strftime("D:%Y%m%d%H%M%S+00'00'"))
    document.docinfo.CreationDate = document.docinfo.ModDate = stamp
    for file in document.Root.get("/AF", []):
        file.EF.F.Params.ModDate = stamp
    if "/Metadata" not in document.Root:
        texts = {
            key: escape(str(document.docinfo.get(f"/{key.capitalize()}", "")))
            for key in ("title", "author")
        }
        document.Root.Metadata = document.make_stream(
            XMP.format(**texts).encode(), Type=Name.Metadata, Subtype=Name.XML
        )
    written = moment.strftime(r"\g<1>%Y-%m-%dT%H:%M:%S+00:00").encode()
    metadata = document.Root.Metadata
    metadata.write(XMP_TIMES.sub(written, metadata.read_bytes()))
