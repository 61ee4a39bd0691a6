"""The kinds of files we take, and how each is told by its content."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

MOST_ENTRIES = 10_000  # files inside an office document
MOST_UNPACKED = 200 * 1024 * 1024  # bytes of an office document once it is unpacked: no ZIP bomb
MOST_PIXELS = 150_000_000  # a small file can hold a huge picture

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """One kind: its ending, what browsers call it, and with which others it may be confused."""

    ending: str
    media_type: str
    family: str


PDF = Kind("pdf", "application/pdf", "pdf")
TEXT = Kind("txt", "text/plain", "text")
CSV = Kind("csv", "text/csv", "text")
HEIC = Kind("heic", "image/heic", "picture")
PICTURES = {
    "PNG": Kind("png", "image/png", "picture"),
    "JPEG": Kind("jpg", "image/jpeg", "picture"),
    "GIF": Kind("gif", "image/gif", "picture"),
    "WEBP": Kind("webp", "image/webp", "picture"),
}
OFFICE = {  # what an office document says it is, inside
    f"{OPEN_XML}wordprocessingml.document.main+xml": "docx",
    f"{OPEN_XML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{OPEN_XML}presentationml.presentation.main+xml": "pptx",
    f"{OPEN_DOCUMENT}text": "odt",
    f"{OPEN_DOCUMENT}spreadsheet": "ods",
    f"{OPEN_DOCUMENT}presentation": "odp",
}
DOCUMENTS = {
    ending: Kind(ending, media_type.removesuffix(".main+xml"), ending)
    for media_type, ending in OFFICE.items()
}
KINDS: dict[str, Kind] = {
    **{kind.ending: kind for kind in (PDF, TEXT, CSV, HEIC, *PICTURES.values())},
    **DOCUMENTS,
    "jpeg": PICTURES["JPEG"],
    "heif": HEIC,
}


def kind_of(data: bytes, claimed: Kind | None) -> Kind | None:
    """The kind of the content, or None. `claimed` says which kind of text a text shall be."""
    for look in (_pdf, _picture, _heic, _office):
        if (found := look(data)) is not None:
            return found
    if not _is_text(data):
        return None
    return claimed if claimed in (TEXT, CSV) else TEXT


def _pdf(data: bytes) -> Kind | None:
    return PDF if data.startswith(b"%PDF-") else None


def _picture(data: bytes) -> Kind | None:
    try:
        with Image.open(BytesIO(data), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            kind = PICTURES[picture.format or ""]
            picture.verify()
    except (OSError, ValueError, SyntaxError, KeyError, Image.DecompressionBombError):
        return None
    return kind


def _heic(data: bytes) -> Kind | None:
    """ISO 23008-12: a box `ftyp` with a brand for still pictures."""
    brands = {b"heic", b"heix", b"mif1", b"heim", b"heis"}
    return HEIC if data[4:8] == b"ftyp" and data[8:12] in brands else None


def _office(data: bytes) -> Kind | None:
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _document(archive) if _is_bearable(archive) else None
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return None


def _is_bearable(archive: zipfile.ZipFile) -> bool:
    """Of bearable size once it is unpacked, and without macros, which are programs."""
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    return (
        len(entries) <= MOST_ENTRIES
        and sum(entry.file_size for entry in entries) <= MOST_UNPACKED
        and not any(name.endswith("vbaproject.bin") for name in names)
        and not any(name.startswith(("basic/", "scripts/")) for name in names)
    )


def _document(archive: zipfile.ZipFile) -> Kind | None:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:  # ECMA-376, part 2
        said = _start(archive, "[Content_Types].xml")
        endings = {e for kind, e in OFFICE.items() if kind.encode() in said}
        return DOCUMENTS[endings.pop()] if len(endings) == 1 else None
    if "mimetype" in names:  # OpenDocument 1.2, part 3
        ending = OFFICE.get(_start(archive, "mimetype").decode("ascii", "replace").strip())
        return DOCUMENTS[ending] if ending else None
    return None


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        return entry.read(512 * 1024)


def _is_text(data: bytes) -> bool:
    """Readable letters and nothing else, in one of the encodings that offices use."""
    if data.startswith((b"#!", b"MZ", b"%!PS", b"{\\rtf")):
        return False
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _looks_like_markup(words) and not any(
            letter < " " and letter not in "\t\n\r\f" for letter in words
        )
    return False


def _looks_like_markup(words: str) -> bool:
    """HTML, SVG and XML run or load something when a browser opens them."""
    start = words[:1000].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script"))
