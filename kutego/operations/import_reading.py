"""A CSV or XLSX file as rows of plain text, whatever program wrote it.

A file is read row by row. Of a spreadsheet the first sheet counts, and the values of its formulas;
how much it unpacks to was checked when it was uploaded.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from kutego.errors import DomainError
from kutego.texts import gettext as _

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_LETTERS = 5000  # of one cell
MOST_UNPACKED = 100 * 1024 * 1024  # bytes of a spreadsheet
DELIMITERS = ";,\t|"
SPREADSHEET = b"PK\x03\x04"

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """The headings, and how many rows with anything in them there are below."""

    headings: list[str]
    total: int


def read_sheet(data: bytes) -> Sheet:
    """Look through a whole file. Refuses what cannot be read, is empty or has too many rows."""
    rows = _rows(data)
    headings = next(rows, (0, []))[1]
    if not headings:
        raise DomainError(_("Die Datei ist leer. In der ersten Zeile stehen die Überschriften."))
    if len(headings) > MOST_COLUMNS:
        raise DomainError(
            _("Die Datei hat mehr als %(most)s Spalten. Bitte nur die nötigen exportieren.",
              most=MOST_COLUMNS)
        )  # fmt: skip
    total = sum(1 for _row in islice(rows, MOST_ROWS + 1))
    if total > MOST_ROWS:
        raise DomainError(
            _("Die Datei hat mehr als 100.000 Zeilen. Bitte teilen Sie sie auf und importieren Sie "
              "die Teile nacheinander.")
        )  # fmt: skip
    if not total:
        raise DomainError(_("Unter den Überschriften steht nichts."))
    return Sheet(_named(headings), total)


def read_rows(data: bytes, start: int = 0) -> Iterator[tuple[int, Row]]:
    """The rows below the headings from the one at `start` on, with their numbers in the file."""
    rows = _rows(data)
    next(rows, None)
    yield from islice(rows, start, None)


# --- parts ------------------------------------------------------------------------------------


def _rows(data: bytes) -> Iterator[tuple[int, Row]]:
    """Every row with anything in it, as a spreadsheet counts them."""
    source = _spreadsheet(data) if data.startswith(SPREADSHEET) else _text_table(data)
    for number, cells in enumerate(source, 1):
        row = [_cell(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield number, row


def _named(headings: Row) -> list[str]:
    """Each heading once, so that a column can be told by it."""
    names: list[str] = []
    for place, heading in enumerate(headings, 1):
        name = heading[:80] or _("Spalte %(place)s", place=place)
        names.append(name if name not in names else f"{name} ({place})")
    return names


def _cell(value: Any) -> str:
    """As a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date | datetime):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        value = Decimal(repr(value))
        value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
        return f"{value:f}".replace(".", ",")
    text = str(value).strip()
    if len(text) > MOST_LETTERS:
        raise DomainError(
            _("In einer Zelle („%(start)s …“) stehen mehr als 5.000 Zeichen. Das kann kein Import "
              "von Kunden sein.", start=text[:20])
        )  # fmt: skip
    return text


def _spreadsheet(data: bytes) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook  # slow to import: only who reads a workbook waits for it

    _refuse_bomb(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # a file may claim a million columns
            yield from sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        finally:
            book.close()
    except (zipfile.BadZipFile, ParseError, KeyError, IndexError, ValueError, OSError) as error:
        raise DomainError(
            _("Die Tabelle lässt sich nicht lesen. Bitte speichern Sie sie noch einmal als XLSX "
              "oder CSV.")
        ) from error  # fmt: skip


def _refuse_bomb(data: bytes) -> None:
    """What a file says it unpacks to; more than it says is never unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return  # openpyxl says so
    if size > MOST_UNPACKED:
        raise DomainError(
            _("Die Tabelle ist entpackt größer als 100 MB. Bitte speichern Sie nur das Blatt mit "
              "den Kunden, am besten als CSV.")
        )  # fmt: skip


def _text_table(data: bytes) -> Iterator[Row]:
    text = decoded_text(data)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    except csv.Error as error:
        raise DomainError(
            _("Die CSV-Datei lässt sich nicht lesen: Vielleicht fehlt ein Anführungszeichen.")
        ) from error


def decoded_text(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, or what Windows writes (CP1252)."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DomainError(_("Die Datei ist kein Text. Bitte speichern Sie sie als CSV (UTF-8)."))


def _delimiter(text: str) -> str:
    """The one that divides the first rows most evenly; German offices write semicolons."""
    start = text[:20_000].splitlines()[:20]

    def fitness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(start, delimiter=delimiter) if row]
        first = widths[0] if widths else 0
        return (sum(width == first for width in widths) if first > 1 else 0), first

    return max(DELIMITERS, key=fitness)
