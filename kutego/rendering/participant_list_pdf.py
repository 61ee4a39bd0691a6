"""Lists of a course as PDF: the participant list for the team, the dates for customers (COU-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kutego.rendering.layout import environment, readable
from kutego.rendering.pdf import html_to_pdf


@dataclass(frozen=True)
class Sheet:
    """A table to print. `wide` turns the paper, `note` stands below the heading."""

    title: str
    note: str
    house: str
    accent: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: str = ""
    wide: bool = False
    ticks: int = 0  # so many columns at the end are boxes to write in
    widths: Sequence[int] = ()  # of the columns, in per cent


def sheet_pdf(sheet: Sheet, *, moment: datetime) -> bytes:
    """The table as PDF; the same content and moment give the same bytes."""
    template = environment().get_template("sheet.html")

    def html(pages: int) -> str:
        return template.render(sheet=sheet, accent=readable(sheet.accent), pages=pages)

    return html_to_pdf(html, moment=moment)
