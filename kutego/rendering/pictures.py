"""Pictures in documents, as data: URIs: no files, no network."""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

WIDEST, HIGHEST = 55, 24  # millimetres that the letterhead leaves for a logo
DOTS = 12  # per millimetre, 300 dpi
MODULE = 8  # pixels per square of a QR code


@dataclass(frozen=True)
class Logo:
    """A logo as it goes on paper: address of the picture, size in millimetres."""

    uri: str
    width: float
    height: float

    @staticmethod
    @lru_cache(maxsize=4)
    def read(data: bytes) -> "Logo":
        """Any picture file, flattened on white (PDF/A, printers) and no larger than needed."""
        with Image.open(io.BytesIO(data)) as picture:
            flat = _flattened(ImageOps.exif_transpose(picture))
        scale = min(WIDEST / flat.width, HIGHEST / flat.height)
        width, height = flat.width * scale, flat.height * scale
        flat.thumbnail((WIDEST * DOTS, HIGHEST * DOTS))
        return Logo(png_uri(flat), round(width, 2), round(height, 2))


def _flattened(picture: Image.Image) -> Image.Image:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def qr_uri(text: str) -> str:
    """A QR code of medium redundancy as a picture. White around it is the page's business."""
    from reportlab.graphics.barcode import qrencoder  # slow to import: only who draws waits for it

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(qrencoder.QR8bitByte(text))
    # Any of the eight masks can be read. Trying all for the prettiest takes 8 of 10 ms.
    code.version = code.calculate_version()
    code.makeImpl(False, qrencoder.QRMaskPattern.PATTERN011)
    size = code.getModuleCount()
    picture = Image.new("L", (size, size), 255)
    picture.putdata([0 if dark else 255 for row in code.modules for dark in row])
    return png_uri(picture.resize((size * MODULE, size * MODULE), Image.Resampling.NEAREST))


def png_uri(picture: Image.Image) -> str:
    """A picture as a data: URI."""
    data = io.BytesIO()
    picture.save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
