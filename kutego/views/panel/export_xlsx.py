"""Lists as an Excel workbook: dates are dates, amounts are numbers, texts are never formulas.

openpyxl in its write-only mode keeps no row: sheet and archive grow in temporary files, so that a
hundred thousand rows need no more memory than a hundred.
"""

import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from flask import Response, send_file
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kutego.db import db
from kutego.models.company import company
from kutego.views.panel.columns import Column
from kutego.views.panel.export import BATCH
from kutego.views.panel.forms import today

if TYPE_CHECKING:
    from kutego.views.panel.listing import Listing

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, below its head
LONGEST = 32_767  # characters of a cell
FORMATS = {  # Excel shows them with the separators of the country
    "money": '#,##0.00\\ "€"',
    "price": '#,##0.00##\\ "€"',
    "percent": "0.00%",
    "number": "#,##0",
    "decimal": "#,##0.00",
    "date": "dd.mm.yyyy",
    "moment": "dd.mm.yyyy hh:mm",
}
WIDTHS = {"money": 14, "price": 14, "percent": 10, "number": 10, "decimal": 10, "date": 12,
          "moment": 17, "flag": 8}  # fmt: skip


FORMATTED = (Decimal, int, date)  # what a sheet knows itself


def xlsx_response(listing: "Listing") -> Response:
    """The rows of `listing` as a workbook, in constant memory."""
    columns = [column for column in listing.columns if column.exported]
    file = cast(Any, tempfile.TemporaryFile())  # noqa: SIM115  # closed when it was sent
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", str(listing.view.title))[:31] or "Liste")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        width = WIDTHS.get(column.kind, 24)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_head(sheet, column) for column in columns])
    for row in _rows(listing, columns, sheet):
        sheet.append(row)
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}1"
    book.save(file)
    file.seek(0)
    name = f"{listing.view.slug}-{today():%Y-%m-%d}.xlsx"
    return send_file(file, mimetype=TYPE, as_attachment=True, download_name=name)


def _head(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, value=column.label)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="right" if column.is_number else "left")
    return cell


def _rows(listing: "Listing", columns: list[Column], sheet: Any) -> Iterator[list[Any]]:
    """One cell per column is filled again for each row: it is written before the next comes."""
    cells = [WriteOnlyCell(sheet) for _column in columns]
    for cell, column in zip(cells, columns, strict=True):
        cell.number_format = FORMATS.get(column.kind, "General")
    zone = company().zone
    query = listing.query.loaded(listing.query.rows(), columns).limit(MOST_ROWS)
    result = db.session.scalars(query.execution_options(yield_per=BATCH))
    for record in result:
        for cell, column in zip(cells, columns, strict=True):
            _fill(cell, column, record, zone)
        yield cells


def _fill(cell: Any, column: Column, record: Any, zone: Any) -> None:
    value = column.of(record)
    if isinstance(value, Decimal):
        value = value / 100 if column.kind == "percent" else value
    elif isinstance(value, datetime):
        value = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    elif isinstance(value, bool) or not isinstance(value, FORMATTED):
        value = ILLEGAL_CHARACTERS_RE.sub("", column.text(record))[:LONGEST]
    format_ = cell.number_format
    cell.value = value if value != "" else None
    if cell.number_format != format_:  # openpyxl has its own idea of dates
        cell.number_format = format_
    if isinstance(value, str) and value:
        cell.data_type = "s"  # what looks like a formula is a text
