"""A letter of our own words: DIN 5008, form B, with the address in the window."""

from kutego.rendering.frozen import german_date
from kutego.rendering.layout import environment, sheet


def letter_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The letter as HTML for xhtml2pdf."""
    seller = snapshot["seller"]
    context = sheet(
        snapshot,
        heading=snapshot["title"],
        facts=[
            ("Datum", german_date(snapshot["issued_on"])),
            ("Kundennummer", snapshot["recipient"]["number"]),
            ("Telefon", seller["phone"]),
            ("E-Mail", seller["email"]),
        ],
        logo=logo,
    )
    context |= {"pages": pages, "paragraphs": text_paragraphs(snapshot["text"])}
    return environment().get_template("letter.html").render(context)


def text_paragraphs(text: str) -> list[list[str]]:
    """Paragraphs, each a list of lines: an empty line separates them."""
    blocks = text.replace("\r\n", "\n").strip("\n").split("\n\n")
    return [lines for block in blocks if (lines := block.strip("\n").split("\n"))]
