"""The whole business in one archive: database and files, out of one database and into another.

Tables are lines of JSON, so that an archive made on SQLite can be restored into PostgreSQL. The
archive holds the key that seals the mail password: keep it like a key.
"""

import gzip
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, inspect, select, text
from sqlalchemy.types import Date, Enum, Time, TypeEngine

from kutego.config import Config
from kutego.db import Base, Moment
from kutego.labelled import Labelled
from kutego.models import triggers
from kutego.money import Hundredths, Money

FORMAT = 1
CHUNK = 1000
READERS = (
    (Moment, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
    ((Money, Hundredths), Decimal),
)
SKIPPED = ("login_attempt", "submission_key")


class RestoreRefused(Exception):
    """The archive cannot be restored here. The message says why and what to do."""


def write_backup(engine: Engine, settings: Config, target: Path) -> None:
    """Write everything to `target`, consistent as of one moment; the office may go on working.

    The database is read in one transaction, the files after it: they stay for a day after they
    were let go.
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".backup-")
    try:
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            with _snapshot(engine) as connection:
                _add(archive, "manifest.json", _manifest(connection))
                for table in Base.metadata.sorted_tables:
                    if table.name not in SKIPPED:
                        _add_table(archive, connection, table, settings.instance)
            _add_files(archive, settings)
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def restore_backup(engine: Engine, settings: Config, source: Path, *, force: bool = False) -> None:
    """Put an archive into a migrated database; one that holds anything is refused without `force`.

    All or nothing: the rows come in one transaction, files that lie there already are kept.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            _restore(engine, settings, archive, force=force)
    except (tarfile.ReadError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RestoreRefused(
            f"{source} ist keine vollständige Sicherung von Kutego. Es wurde nichts geändert."
        ) from error


# --- out --------------------------------------------------------------------------------------


def _snapshot(engine: Engine) -> Connection:
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def _manifest(connection: Connection) -> bytes:
    return json.dumps({"format": FORMAT, "revision": _revision(connection)}).encode()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


def _add_table(
    archive: tarfile.TarFile, connection: Connection, table: Table, folder: Path
) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        rows = connection.execution_options(yield_per=CHUNK).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        for row in rows.mappings():
            line = {name: _out(value) for name, value in row.items()}
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        info = tarfile.TarInfo(f"tables/{table.name}.jsonl")
        info.size, info.mode = file.tell(), 0o600
        file.seek(0)
        archive.addfile(info, file)


def _add_files(archive: tarfile.TarFile, settings: Config) -> None:
    key = settings.instance / "secret_key"
    if key.is_file():
        archive.add(key, "secret_key")
    for path in sorted(settings.files.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            archive.add(path, f"files/{path.relative_to(settings.files)}")


def _out(value: Any) -> Any:
    if isinstance(value, Labelled):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


# --- in ---------------------------------------------------------------------------------------


def _restore(engine: Engine, settings: Config, archive: tarfile.TarFile, *, force: bool) -> None:
    _read_through(archive)
    with engine.begin() as connection:
        manifest = json.load(_member(archive, "manifest.json"))
        if manifest.get("format") != FORMAT or manifest["revision"] != _revision(connection):
            raise RestoreRefused(
                "Das Archiv gehört zu einer anderen Version des Programms. "
                "Bitte zuerst diese Version installieren, wiederherstellen und dann aktualisieren."
            )
        _empty(connection, force=force)
        for table in Base.metadata.sorted_tables:
            if table.name not in SKIPPED:
                _load_table(archive, connection, table)
        _set_sequences(connection)
        triggers.install(connection)
        _extract_files(archive, settings)


def _read_through(archive: tarfile.TarFile) -> None:
    """To the end of the compressed stream, where its checksum stands: only then is it whole."""
    archive.getmembers()
    while archive.fileobj is not None and archive.fileobj.read(tarfile.RECORDSIZE):
        pass


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise RestoreRefused(f"Dem Archiv fehlt „{name}“. Ist es eine Sicherung von Kutego?")
    return found  # type: ignore[return-value]  # a regular member is a buffered reader


def _empty(connection: Connection, *, force: bool) -> None:
    filled = [table for table in Base.metadata.sorted_tables if _has_rows(connection, table)]
    if filled and not force:
        raise RestoreRefused(
            "Die Datenbank ist nicht leer. Mit --force wird sie durch das Archiv ersetzt."
        )
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for name in triggers.existing(connection):
        _drop_trigger(connection, name)
    for table in reversed(filled):
        connection.execute(table.delete())


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _drop_trigger(connection: Connection, name: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    table = connection.scalar(
        text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = :name"), {"name": name}
    )
    connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON {table}')


def _load_table(archive: tarfile.TarFile, connection: Connection, table: Table) -> None:
    lines = _member(archive, f"tables/{table.name}.jsonl")
    for chunk in _chunks(lines):
        rows = [
            {name: _in(table.columns[name].type, value) for name, value in json.loads(line).items()}
            for line in chunk
        ]
        connection.execute(insert(table), rows)


def _chunks(lines: io.BufferedReader) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _in(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    for types, read in READERS:
        if isinstance(kind, types):
            return read(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value


def _set_sequences(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            connection.exec_driver_sql(
                f'SELECT setval(s, coalesce((SELECT max(id) FROM "{table.name}"), 0) + 1, false) '
                f"FROM pg_get_serial_sequence('{table.name}', 'id') AS s WHERE s IS NOT NULL"
            )


def _extract_files(archive: tarfile.TarFile, settings: Config) -> None:
    for member in archive.getmembers():
        if member.name == "secret_key" or (member.isfile() and member.name.startswith("files/")):
            archive.extract(member, settings.instance, filter="data")
