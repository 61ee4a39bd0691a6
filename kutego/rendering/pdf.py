"""HTML to PDF/A-3B: xhtml2pdf draws, pikepdf adds what the standard asks for.

Where xhtml2pdf spends its time (a page of 40 ms, `python -m benchmarks rendering`): walking the
elements and resolving their CSS 41 %, laying out and drawing 36 %, parsing the HTML 8 %, writing
the file 7 %, parsing the CSS 6 %. So the templates use few elements, one plain class on each, no
descendant selectors and no inline style where an attribute will do, and what only later pages
need is left out of a document of one page: 55 ms became 40. It would also read and digest every
font file again for each document (`@font-face`) and lay everything out twice for a page count
(`<pdf:pagecount>`): the fonts are registered once per process, and the count is guessed.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pikepdf
from facturx import generate_from_binary
from reportlab import rl_config
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from xhtml2pdf import default
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.document import pisaDocument

from kutego.rendering.archive import make_archivable

FONTS = Path(__file__).parent / "assets" / "fonts"
FAMILIES = {
    "kutego": ("OpenSans-Regular", "OpenSans-Semibold"),
    "kutegowide": ("DejaVuSans", "DejaVuSans-Bold"),  # the scripts that Open Sans lacks
}
UNKNOWN = "\N{WHITE SQUARE}"
# No network, no files: fonts are registered here, pictures come as data: URIs.
POLICY = ResourceAccessPolicy.server(None, allow_remote=False)

rl_config.invariant = 1  # no time, no random ids: the same input gives the same bytes
rl_config.useA85 = 0


@cache
def prepare() -> frozenset[str]:
    """Register the fonts, once per process; answers the characters they can draw."""
    drawable: set[str] = {"\n", "\t", "\r"}
    for family, (regular, bold) in FAMILIES.items():
        for name in (regular, bold):
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
        drawable.update(map(chr, pdfmetrics.getFont(regular).face.charToGlyph))
        for is_bold in (0, 1):
            for is_italic in (0, 1):
                addMapping(family, is_bold, is_italic, bold if is_bold else regular)
        default.DEFAULT_FONT[family] = family
    return frozenset(drawable)


def html_to_pdf(
    html: str | Callable[[int], str],
    *,
    moment: datetime,
    xml: bytes | None = None,
    pages: int = 1,
) -> bytes:
    """HTML as a PDF/A-3B of the given moment, with the invoice's XML inside where there is one.

    `html` is the text, or a function from the number of pages to the text ("Seite 1 von 3");
    `pages` is a guess of it, and a right one saves drawing twice.
    """
    build = html if callable(html) else lambda _pages: html
    drawn = draw(build(pages))
    # One page has templates of its own, so the count may change again, but only once.
    for _attempt in range(2):
        count = _page_count(drawn)
        if count == pages:
            break
        pages = count
        drawn = draw(build(pages))
    return zugferd(drawn, xml, moment=moment) if xml else make_archivable(drawn, moment=moment)


def draw(html: str) -> bytes:
    """HTML as a plain PDF. Characters that no font of ours has become `□`."""
    missing = set(html) - prepare()
    if missing:
        html = html.translate({ord(char): _substitute(char) for char in missing})
    drawn = io.BytesIO()
    pisaDocument(html, drawn, default_css=" ", encoding="utf-8", resource_policy=POLICY)
    return drawn.getvalue()


def zugferd(pdf: bytes, xml: bytes, *, moment: datetime) -> bytes:
    """The hybrid invoice: `pdf` as PDF/A-3B with `xml` (CII, EN 16931) inside.

    Schema and schematron are the tests' business: checking them here would cost 100 times more
    than embedding does.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        info = {
            key: str(document.docinfo.get(f"/{key.capitalize()}", ""))
            for key in ("author", "title", "subject")
        }
    hybrid = generate_from_binary(
        pdf,
        xml,
        flavor="factur-x",
        level="en16931",
        check_xsd=False,
        pdf_metadata=info,
        lang="de-DE",
        afrelationship="alternative",
    )
    return make_archivable(hybrid, moment=moment.astimezone(UTC))


def _substitute(char: str) -> str:
    """A visible mark, or nothing for what would be invisible anyway."""
    return UNKNOWN if char.isprintable() else ""


def _page_count(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
