"""Everything that is held on a customer as a ZIP file: JSON to take along, CSV to read, the files.

Rows and files pass one at a time, so that memory stays flat however much there is.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, not_, select

from kutego import clock
from kutego.labelled import Labelled
from kutego.models.personal import Holding, rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.models.personal_words import heading
from kutego.texts import gettext as _

BATCH = 500
HARMLESS = re.compile(r"-?[\d.,]+|\+\d[\d ]*")  # an amount, a telephone number
INNER_FACTS = ("remark", "lock_reason")
Step = Callable[[], None]
Read = Callable[[str], bytes | None]  # a stored file, None where it is missing or damaged


def parts_of(with_notes: bool) -> list[Holding]:
    """The tables that go into the archive; without notes, none that only the office sees."""
    return [h for h in HOLDINGS if h.exported and (with_notes or h.inner is not True)]


def count_files(connection: Connection, ids: Sequence[int], *, with_notes: bool) -> int:
    """How many stored files go into the archive."""
    return sum(
        connection.scalar(select(func.count()).where(_named(h, ids, with_notes))) or 0
        for h in parts_of(with_notes)
        if h.file
    )


def write_archive(
    target: Any,
    connection: Connection,
    ids: Sequence[int],
    *,
    with_notes: bool,
    read: Read,
    step: Step,
) -> None:
    """Write the ZIP file about the customers `ids` into `target`; `step` is told of every part."""
    missing: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for holding in parts_of(with_notes):
            condition = _visible(holding, ids, with_notes)
            if connection.scalar(select(func.count()).where(condition)):
                for write in (_write_json, _write_csv):
                    write(archive, holding, _rows(connection, holding, condition), with_notes)
            step()
            if holding.file:
                wanted = _rows(connection, holding, _named(holding, ids, with_notes))
                missing += _add_files(archive, holding, wanted, read, step)
        archive.writestr("LIESMICH.txt", _explained(with_notes, missing))


# --- parts ------------------------------------------------------------------------------------


def _visible(holding: Holding, ids: Sequence[int], with_notes: bool) -> ColumnElement[bool]:
    rows = rows_of(holding, ids)
    if with_notes or not callable(holding.inner):
        return rows
    return rows & not_(holding.inner())


def _named(holding: Holding, ids: Sequence[int], with_notes: bool) -> ColumnElement[bool]:
    return _visible(holding, ids, with_notes) & holding.rows.c[holding.file].is_not(None)


def _rows(
    connection: Connection, holding: Holding, condition: ColumnElement[bool]
) -> Iterator[Mapping[Any, Any]]:
    query = select(holding.rows).where(condition).order_by(*holding.rows.primary_key)
    result = connection.execute(query, execution_options={"yield_per": BATCH})
    yield from result.mappings()


def _columns(holding: Holding, with_notes: bool) -> list[str]:
    left_out = {*holding.hidden, *(() if with_notes else holding.inner_columns)}
    return [column.name for column in holding.rows.columns if column.name not in left_out]


def _write_json(
    archive: zipfile.ZipFile,
    holding: Holding,
    rows: Iterator[Mapping[Any, Any]],
    with_notes: bool,
) -> None:
    columns = _columns(holding, with_notes)
    with archive.open(f"daten/{holding.title}.json", "w") as out:
        before = "[\n"
        for row in rows:
            record = {name: _plain(_seen(holding, name, row[name], with_notes)) for name in columns}
            out.write(f"{before}{json.dumps(record, ensure_ascii=False)}".encode())
            before = ",\n"
        out.write(b"\n]\n")


def _write_csv(
    archive: zipfile.ZipFile,
    holding: Holding,
    rows: Iterator[Mapping[Any, Any]],
    with_notes: bool,
) -> None:
    columns = _columns(holding, with_notes)
    with (
        archive.open(f"tabellen/{holding.title}.csv", "w") as binary,
        io.TextIOWrapper(binary, "utf-8-sig", newline="") as out,
    ):
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([heading(name) for name in columns])
        for row in rows:
            values = (_seen(holding, name, row[name], with_notes) for name in columns)
            writer.writerow([_safe(_readable(value)) for value in values])


def _seen(holding: Holding, name: str, value: Any, with_notes: bool) -> Any:
    """Without what only the office sees, where that is among the facts of the history."""
    if with_notes or name not in holding.inner_facts or not isinstance(value, dict):
        return value
    return {key: part for key, part in value.items() if key not in INNER_FACTS}


def _add_files(
    archive: zipfile.ZipFile,
    holding: Holding,
    rows: Iterator[Mapping[Any, Any]],
    read: Read,
    step: Step,
) -> list[str]:
    """Put the stored files in; returns the names of those that are missing or damaged."""
    missing = []
    for row in rows:
        name = f"dateien/{holding.title}/{row['id']}-{_file_name(row)}"
        content = read(row[holding.file])
        if content is None:
            missing.append(name)
        else:
            archive.writestr(name, content)
        step()
    return missing


def _file_name(row: Mapping[Any, Any]) -> str:
    """The name it was given, without what no file system takes."""
    name = str(row.get("name") or row.get("text") or f"{row['id']}.pdf")
    return re.sub(r"[^\w.\- ]+", "-", name).strip(" .")[-120:] or "datei"


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Labelled):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _readable(value: Any) -> str:
    """A value as a German reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, Labelled):
        return value.label
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.BERLIN):%d.%m.%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    risky = text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")
    return f"'{text}" if risky and not HARMLESS.fullmatch(text) else text


def _explained(with_notes: bool, missing: Sequence[str]) -> str:
    notes = (
        _("Interne Notizen und Bemerkungen sind enthalten.")
        if with_notes
        else _("Interne Notizen und Bemerkungen sind nicht enthalten.")
    )
    lines = [
        _("Auskunft nach Art. 15 und 20 DSGVO"),
        "",
        _("daten: alle Angaben, für Programme (JSON)"),
        _("tabellen: dieselben Angaben, für Menschen (CSV, mit jedem Tabellenprogramm zu öffnen)"),
        _("dateien: Rechnungen, Angebote, Briefe und alle abgelegten Dokumente"),
        "",
        notes,
    ]
    if missing:
        lines += ["", _("Diese Dateien fehlen im Archiv oder sind beschädigt:"), *missing]
    return "\r\n".join(lines) + "\r\n"
