"""Files of every kind, stored under the SHA-256 of their content and never replaced.

The folder is `KUTEGO_INSTANCE/files`; a file `abcdef…` lies in `ab/cdef…`. A file is on the disk
before its name is in the database; one whose transaction was rolled back is harmless.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app

PIECE = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


class DamagedFile(Exception):
    """A stored file is gone, or is no longer what was stored. Restore it from a backup."""


def store(data: bytes) -> str:
    """Keep `data` and return its SHA-256. It survives a power cut from here on."""
    name = hashlib.sha256(data).hexdigest()
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _is_kept(path):
        _write(path, data)
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)  # also when another process has written the file just now
    return name


def read(name: str) -> bytes:
    """The content stored under a SHA-256. Raises `DamagedFile` where it is missing or altered."""
    try:
        data = _path(name).read_bytes()
    except FileNotFoundError as error:
        raise DamagedFile(f"The stored file {name} is missing.") from error
    if hashlib.sha256(data).hexdigest() != name:
        raise DamagedFile(f"The stored file {name} has another content than was stored.")
    return data


def store_file(source: Path) -> tuple[str, int]:
    """Keep a file that lies on the disk, whatever its size; returns its SHA-256 and its bytes.

    The file itself is moved: `source` is one of `workplace`.
    """
    with open(source, "rb") as file:
        name = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    size, path = source.stat().st_size, _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(source, 0o440)
    os.rename(source, path)
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)
    return name, size


@contextmanager
def workplace() -> Iterator[Path]:
    """The name of a file to write a large one into, beside the stored ones; gone afterwards."""
    folder: Path = current_app.config["KUTEGO"].files
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def pieces(name: str) -> Iterator[bytes]:
    """The content of a large file bit by bit, for a download in flat memory."""
    try:
        file = open(_path(name), "rb")  # noqa: SIM115  # closed when it is read to its end
    except FileNotFoundError as error:
        raise DamagedFile(f"The stored file {name} is missing.") from error
    return _read_on(file)


def _read_on(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def exists(name: str) -> bool:
    """Whether a file of that SHA-256 is stored, whole or damaged."""
    return _path(name).is_file()


def remove(name: str, before: datetime) -> bool:
    """Take a file away that was not stored again since `before`; whether it is gone.

    It is moved aside before its time is looked at once more, so that whoever stores it meanwhile
    writes it anew.
    """
    path = _path(name)
    aside = path.with_name(f".old-{path.name}")
    try:
        if path.stat().st_mtime >= before.timestamp():
            return False
        os.rename(path, aside)
    except FileNotFoundError:
        return True
    if aside.stat().st_mtime >= before.timestamp():
        os.rename(aside, path)
        return False
    aside.unlink()
    return True


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a SHA-256")
    folder: Path = current_app.config["KUTEGO"].files
    return folder / name[:2] / name[2:]


def _is_kept(path: Path) -> bool:
    """Whether the file is there, and from now on wanted again: `remove` leaves it alone."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return path.is_file()


def _write(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o440)
        os.rename(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """A rename is safe only when the folder that holds the name is on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
