"""The company's logo: a picture by its content, flattened, stored under its hash."""

from io import BytesIO

from PIL import Image, ImageOps

from kutego.channels import files
from kutego.errors import DomainError
from kutego.texts import gettext as _

LARGEST = 1024 * 1024  # bytes
MOST_PIXELS = 25_000_000  # a small file can hold a huge picture
BOX = (1200, 600)  # enough for 10 cm of paper at 300 dpi


def store_logo(content: bytes) -> str:
    """Take a PNG or JPEG of at most 1 MB and return the SHA-256 it is stored under."""
    return files.store(flatten(content))


def flatten(content: bytes) -> bytes:
    """The picture as a PNG on white: PDF/A allows no transparency that a printer must guess."""
    if len(content) > LARGEST:
        raise DomainError(_("Das Logo ist größer als 1 MB. Bitte verkleinern."))
    try:
        opened = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        if opened.width * opened.height > MOST_PIXELS:
            raise DomainError(_("Das Logo hat zu viele Bildpunkte. Bitte verkleinern."))
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DomainError(
            _("Die Datei ist kein lesbares Bild. Bitte ein PNG oder JPEG wählen.")
        ) from error
    picture.thumbnail(BOX)
    white = Image.new("RGBA", picture.size, "white")
    out = BytesIO()
    Image.alpha_composite(white, picture).convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()
