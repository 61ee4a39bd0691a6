"""What is uploaded is looked at by its content, and by a virus scanner where there is one."""

import socket
import zipfile
from dataclasses import replace
from io import BytesIO
from struct import unpack
from threading import Thread

import pytest
from PIL import Image

from kutego.channels import virus_scan
from kutego.config import ConfigurationError, load
from kutego.errors import DomainError
from kutego.operations import upload_kinds
from kutego.operations.uploads import LARGEST, checked, plain_name
from tests.factories import pdf

pytestmark = pytest.mark.databases("sqlite")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(kind="PNG"):
    out = BytesIO()
    Image.new("RGB", (3, 3)).save(out, kind)
    return out.getvalue()


def archive(**entries):
    """A ZIP file; an underscore in a name stands for a slash."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            target.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def word(main=f"{WORD}.main+xml", **more):
    types = f'<Types><Override ContentType="{main}"/></Types>'
    return archive(**{"[Content_Types].xml": types, "word__document.xml": "<w/>", **more})


def sheet():
    return archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", content="<x/>")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)


@pytest.mark.parametrize(
    "name, data, kept, media_type",
    [
        ("Impfpass.PDF", pdf(), "Impfpass.PDF", "application/pdf"),
        ("Bild.png", picture(), "Bild.png", "image/png"),
        ("Bild.jpeg", picture("JPEG"), "Bild.jpeg", "image/jpeg"),
        ("Handy.png", picture("JPEG"), "Handy.jpg", "image/jpeg"),
        ("Bild.webp", picture("WEBP"), "Bild.webp", "image/webp"),
        ("IMG_1.HEIC", HEIC, "IMG_1.HEIC", "image/heic"),
        ("Vertrag.docx", word(), "Vertrag.docx", WORD),
        ("Liste.ods", sheet(), "Liste.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        ("Notiz.txt", "Größe: 30 €".encode("cp1252"), "Notiz.txt", "text/plain"),
        ("Liste.csv", "a;b\nÄ;2".encode("utf-16"), "Liste.csv", "text/csv"),
        ("ohne Endung", pdf(), "ohne Endung.pdf", "application/pdf"),
        ("leise.txt", b"<b>kein HTML</b>", "leise.txt", "text/plain"),
    ],
)
def test_a_known_kind_is_taken_by_its_content(app, name, data, kept, media_type):
    upload = checked(name, data)

    assert (upload.name, upload.media_type, upload.data) == (kept, media_type, data)


@pytest.mark.parametrize(
    "name, data, words",
    [
        ("Rechnung.pdf", b"MZ\x90\x00\x03" + bytes(200), "zu keiner Art"),
        ("Rechnung.pdf.exe", pdf(), "zu keiner Art"),
        ("Rechnung.txt", b"\x7fELF\x02\x01" + bytes(200), "zu keiner Art"),
        ("start.txt", b"#!/bin/sh\nrm -rf /", "zu keiner Art"),
        ("Bild.svg", b"<svg onload='alert(1)'/>", "zu keiner Art"),
        ("Bild.png", b"<svg onload='alert(1)'/>", "zu keiner Art"),
        ("Seite.txt", b"\xef\xbb\xbf <!DOCTYPE html><script>1</script>", "zu keiner Art"),
        ("Alles.zip", archive(a="b"), "zu keiner Art"),
        ("Vertrag.docx", archive(a="b"), "zu keiner Art"),
        ("Vertrag.docx", word("application/vnd.ms-word.document.macroEnabled.main+xml"), "keiner"),
        ("Vertrag.docx", word(word__vbaProject_bin="x", **{"word/vbaProject.bin": "x"}), "keiner"),
        ("Vertrag.docx", word()[:-30], "zu keiner Art"),
        ("Vertrag.docx", pdf(), "keine richtige DOCX-Datei"),
        ("Bild.jpg", picture()[:40], "zu keiner Art"),
        ("Brief.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "zu keiner Art"),
        ("leer.pdf", b"", "ist leer"),
        ("gross.pdf", b"%PDF-" + bytes(LARGEST - 4), "größer als 10 MB"),
    ],
)
def test_what_runs_lies_or_is_too_large_is_refused(app, name, data, words):
    with pytest.raises(DomainError, match=words):
        checked(name, data)


def test_a_zip_bomb_is_refused_without_unpacking_it(app, monkeypatch):
    monkeypatch.setattr(upload_kinds, "MOST_UNPACKED", 1000)

    with pytest.raises(DomainError, match="zu keiner Art"):
        checked("Bombe.docx", word(word__big=bytes(1001)))

    assert checked("Vertrag.docx", word(word__big=bytes(500))).media_type == WORD


def test_ten_megabytes_are_taken_to_the_byte(app):
    assert LARGEST == 10_485_760
    assert len(checked("gross.pdf", b"%PDF-" + bytes(LARGEST - 5)).data) == LARGEST


def test_other_uploads_ask_for_fewer_kinds(app):
    assert checked("Liste.csv", b"a;b", only={"csv", "xlsx"}).media_type == "text/csv"
    with pytest.raises(DomainError, match="erlaubt ist: CSV, XLSX"):
        checked("Impfpass.pdf", pdf(), only={"csv", "xlsx"})


@pytest.mark.parametrize(
    "given, kept",
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\Bild.png", "Bild.png"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie- x.pdf"),
        ("Geländeplan.pdf", "Geländeplan.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "Datei"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("<img src=x>.png", "-img src=x-.png"),
    ],
)
def test_a_name_has_no_folders_and_nothing_that_a_system_reads_otherwise(given, kept):
    assert plain_name(given) == kept


# --- the scanner ------------------------------------------------------------------------------


class Clamd(Thread):
    """Speaks INSTREAM as clamd does, once: finds EICAR, and hangs up on more than `limit`."""

    def __init__(self, address, limit=LARGEST):
        super().__init__(daemon=True)
        is_path = isinstance(address, str)
        self.server = socket.socket(socket.AF_UNIX if is_path else socket.AF_INET)
        self.server.bind(address)
        self.server.listen()
        self.limit, self.received = limit, b""
        self.start()

    @property
    def address(self):
        name = self.server.getsockname()
        return name if isinstance(name, str) else f"{name[0]}:{name[1]}"

    def run(self):
        connection, _peer = self.server.accept()
        with self.server, connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := unpack("!I", stream.read(4))[0]:
                if len(self.received) + size > self.limit:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
                self.received += stream.read(size)
            found = EICAR in self.received
            connection.sendall(
                b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0"
            )


def scan_with(app, address):
    app.config["KUTEGO"] = replace(app.config["KUTEGO"], clamd=address)


def test_the_scanner_sees_every_byte_and_clean_files_pass(app, tmp_path):
    scanner = Clamd(str(tmp_path / "clamd.sock"))
    scan_with(app, scanner.address)
    data = b"%PDF-" + bytes(range(256)) * 1000

    checked("Impfpass.pdf", data)

    scanner.join(5)
    assert scanner.received == data


def test_a_virus_is_refused_by_name(app):
    scan_with(app, Clamd(("127.0.0.1", 0)).address)

    with pytest.raises(DomainError, match=r"einen Virus \(Eicar-Test-Signature\)"):
        checked("Notiz.txt", EICAR)


def test_what_could_not_be_scanned_is_not_taken(app, tmp_path):
    scan_with(app, Clamd(("127.0.0.1", 0), limit=70_000).address)
    with pytest.raises(DomainError, match="nicht auf Viren geprüft"):
        checked("gross.pdf", b"%PDF-" + bytes(200_000))

    scan_with(app, str(tmp_path / "nobody.sock"))
    with pytest.raises(DomainError, match="nicht auf Viren geprüft"):
        checked("Impfpass.pdf", pdf())
    scan_with(app, None)
    assert virus_scan.found_virus(EICAR) is None


@pytest.mark.parametrize("address", ["localhost", "host:port", "clamd.sock"])
def test_a_scanner_address_that_cannot_work_is_refused_at_the_start(tmp_path, address):
    with pytest.raises(ConfigurationError, match="KUTEGO_CLAMD"):
        load({"KUTEGO_INSTANCE": str(tmp_path), "KUTEGO_CLAMD": address})
