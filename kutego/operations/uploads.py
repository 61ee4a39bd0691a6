"""What people upload: of a known harmless kind by its content, of bearable size, by a plain name.

The ending of a name is a claim; what counts is the content. Pictures are opened by Pillow, office
documents by their own table of contents; what runs when it is opened (programs, macros, SVG, HTML)
is no kind that we take.
"""

import logging
import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePath
from typing import NamedTuple

from kutego.channels import virus_scan
from kutego.errors import DomainError
from kutego.operations.upload_kinds import KINDS, Kind, kind_of
from kutego.texts import gettext as _

log = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024  # bytes (spec DOC-02)
LONGEST_NAME = 150


class Upload(NamedTuple):
    """A file that was looked at: its name without folders, its kind, its bytes."""

    name: str
    media_type: str
    data: bytes


def checked(
    name: str, data: bytes, *, only: Collection[str] | None = None, most: int = LARGEST
) -> Upload:
    """Look at a file that somebody gives us. Refuses what is too large, empty, of another kind.

    `only` narrows the kinds by their endings: `{"csv", "xlsx"}`. Call it before the transaction:
    a virus scanner may be asked.
    """
    given = plain_name(name)
    if len(data) > most:
        raise DomainError(
            _("„%(name)s“ ist größer als %(most)s MB. Bitte verkleinern Sie die Datei.",
              name=given, most=most // 1024 // 1024)
        )  # fmt: skip
    if not data:
        raise DomainError(_("„%(name)s“ ist leer.", name=given))
    kind = _known_kind(given, data, only)
    _refuse_virus(given, data)
    return Upload(_with_ending(given, kind), kind.media_type, data)


def plain_name(name: str) -> str:
    """A file's name without folders and control characters, as every system takes it.

    macOS writes ü as u and two dots; Windows and the web know characters that no name may have.
    """
    bare = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    bare = "".join(letter for letter in bare if letter.isprintable())
    bare = re.sub(r'[:*?"<>|]+', "-", bare).strip(" .")
    path = PurePath(bare or _("Datei"))
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:20]


# --- parts ------------------------------------------------------------------------------------


def _known_kind(name: str, data: bytes, only: Collection[str] | None) -> Kind:
    """The kind of the content; refused where it is none of ours or the name claims another."""
    allowed = KINDS if only is None else {k: v for k, v in KINDS.items() if k in only}
    ending = PurePath(name).suffix.lower().removeprefix(".")
    claimed = allowed.get(ending)
    if ending and claimed is None:
        raise DomainError(_refusal(name, allowed))
    found = kind_of(data, claimed)
    if found is None or found.ending not in {kind.ending for kind in allowed.values()}:
        raise DomainError(_refusal(name, allowed))
    if claimed is not None and found.family != claimed.family:
        raise DomainError(
            _("„%(name)s“ ist keine richtige %(kind)s-Datei. Bitte speichern Sie sie noch einmal.",
              name=name, kind=claimed.ending.upper())
        )  # fmt: skip
    return found


def _refusal(name: str, allowed: dict[str, Kind]) -> str:
    endings = ", ".join(sorted({kind.ending.upper() for kind in allowed.values()}))
    return _(
        "„%(name)s“ gehört zu keiner Art von Datei, die hier erlaubt ist: %(endings)s.",
        name=name, endings=endings,
    )  # fmt: skip


def _with_ending(name: str, kind: Kind) -> str:
    """A picture that is called .png and is a JPEG is called .jpg."""
    path = PurePath(name)
    if KINDS.get(path.suffix.lower().removeprefix(".")) is kind:
        return name
    return f"{path.stem}.{kind.ending}"


def _refuse_virus(name: str, data: bytes) -> None:
    try:
        virus = virus_scan.found_virus(data)
    except virus_scan.ScanFailed as error:
        log.exception("An upload was not scanned")
        raise DomainError(
            _("„%(name)s“ konnte nicht auf Viren geprüft werden und wurde nicht angenommen. "
              "Bitte versuchen Sie es später noch einmal.", name=name)
        ) from error  # fmt: skip
    if virus is not None:
        log.warning("An upload was refused: %s", virus)
        raise DomainError(
            _("„%(name)s“ enthält einen Virus (%(virus)s) und wurde nicht angenommen.",
              name=name, virus=virus)
        )  # fmt: skip
